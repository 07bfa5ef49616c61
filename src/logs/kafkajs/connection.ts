/** A connection of one purpose to the cluster, with what is asked of partitions over it. */
import type { Cluster, Kafka } from 'kafkajs'
import type { KafkaConnection } from '../kafka/connection.ts'
import type { KnownKafkaTopics } from '../kafka/known-topics.ts'
import type { TopicPartition } from '../log.ts'
import { type OpenCluster, openCluster } from './cluster.ts'
import { faultOf, isOfGroup } from './faults.ts'

export class KafkajsConnection {
  readonly #connection: KafkaConnection
  readonly #topics: KnownKafkaTopics
  readonly #open: OpenCluster

  private constructor(connection: KafkaConnection, topics: KnownKafkaTopics, open: OpenCluster) {
    this.#connection = connection
    this.#topics = topics
    this.#open = open
  }

  static async open(
    connection: KafkaConnection,
    topics: KnownKafkaTopics,
    kafka: Kafka,
  ): Promise<KafkajsConnection> {
    try {
      return new KafkajsConnection(connection, topics, await openCluster(kafka))
    } catch (error) {
      throw faultOf(connection, 'the connection', error)
    }
  }

  get cluster(): Cluster {
    return this.#open.cluster
  }

  /** Fails with `LOG_TOPIC_UNKNOWN`; asks where the partitions are. */
  async know(partitions: readonly TopicPartition[]): Promise<void> {
    const names = [...new Set(partitions.map(({ topic }) => topic))]
    for (const at of partitions) await this.#topics.check(at)
    await this.ask(`where ${names.join(', ')} is`, () =>
      this.cluster.addMultipleTargetTopics(names),
    )
  }

  async range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    await this.know([at])
    return this.ask(`the offsets of "${at.topic}"`, async () => {
      const [first, next] = await Promise.all([this.#offset(at, true), this.#offset(at, false)])
      return { first, next }
    })
  }

  async #offset({ topic, partition }: TopicPartition, fromBeginning: boolean): Promise<number> {
    const asked = [{ topic, partitions: [{ partition }], fromBeginning }]
    const [answer] = await this.cluster.fetchTopicsOffset(asked)
    return Number(answer!.partitions[0]!.offset)
  }

  /** Asks again where the leader has moved meanwhile; what a group's rounds answer is thrown as is. */
  async ask<T>(what: string, question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await question()
      } catch (error) {
        if (isOfGroup(error)) throw error
        const fault = faultOf(this.#connection, what, error)
        if (attempt === ATTEMPTS_MAX || (fault as { code?: string }).code !== 'LOG_UNAVAILABLE') {
          throw fault
        }
        await new Promise(resolve => setTimeout(resolve, 100 * attempt))
        await this.cluster.refreshMetadata().catch(() => {})
      }
    }
  }

  faultOf(what: string, error: unknown): Error {
    return faultOf(this.#connection, what, error)
  }

  async close(): Promise<void> {
    await this.#open.close().catch(() => {})
  }
}

const ATTEMPTS_MAX = 5
