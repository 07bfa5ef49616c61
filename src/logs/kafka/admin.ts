/**
 * What is asked of the cluster itself: topics with their settings, removal of records, groups. Both
 * logs on Kafka use it; it speaks through kafkajs, whose admin client knows more than librdkafka's
 * does from Node, and needs no compiler.
 */
import type { Admin } from 'kafkajs'
import { MillraceError } from '../../engine/errors.ts'
import type { TopicPartition, TopicSettings } from '../log.ts'
import { checkSameTopic, checkTopic } from '../record-rules.ts'
import type { KafkaConnection } from './connection.ts'
import { clientMissing, isElecting, messageOf, ofKafkajs } from './faults.ts'
import { kafkajsConfigOf } from './kafkajs-config.ts'
import { patiently } from './patience.ts'
import { ASKED_CONFIGS, clusterOf, configsOf, settingsOf } from './topic-configs.ts'

/** Topics are described in portions, so that a response stays small. */
const DESCRIBED_AT_ONCE = 200
/** Brokers learn of a new topic one after the other. */
const SHOWN_MS = 20_000
/** `ConfigResourceTypes.TOPIC` of kafkajs, which is loaded only when it is needed. */
const TOPIC_RESOURCE = 2

export class KafkaAdmin {
  readonly #connection: KafkaConnection
  readonly #admin: Admin

  private constructor(connection: KafkaConnection, admin: Admin) {
    this.#connection = connection
    this.#admin = admin
  }

  /** Fails with `LOG_UNAVAILABLE`, `LOG_REFUSED` or `LOG_CLIENT_MISSING`. */
  static async open(connection: KafkaConnection): Promise<KafkaAdmin> {
    const { Kafka, logLevel } = await import('kafkajs').catch(error => {
      throw clientMissing('kafkajs', error)
    })
    const retry = { retries: 4, initialRetryTime: 200 }
    const config = { ...kafkajsConfigOf(connection), retry, logLevel: logLevel.NOTHING }
    const opened = new KafkaAdmin(connection, new Kafka(config).admin())
    try {
      await opened.#ask('the connection', () => opened.#connect())
      return opened
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  /** Asks something as well: a listener that wants a login lets everybody connect without one. */
  async #connect(): Promise<void> {
    await this.#admin.connect()
    await this.#admin.describeCluster()
  }

  /** All topics; Kafka's own, whose names begin with two underscores, are left out. */
  async topics(): Promise<ReadonlyMap<string, TopicSettings>> {
    const names = await this.#ask('listing topics', () => this.#admin.listTopics())
    return this.describe(names.filter(name => !name.startsWith('__')))
  }

  /** The settings of those of the named topics that are there. */
  async describe(names: readonly string[]): Promise<Map<string, TopicSettings>> {
    const described = new Map<string, TopicSettings>()
    for (let i = 0; i < names.length; i += DESCRIBED_AT_ONCE) {
      const some = names.slice(i, i + DESCRIBED_AT_ONCE)
      for (const [name, settings] of await this.#describeSome(some)) described.set(name, settings)
    }
    return described
  }

  async #describeSome(names: readonly string[]): Promise<[string, TopicSettings][]> {
    const shapes = await this.#shapes(names)
    if (shapes.size === 0) return []
    const { resources } = await this.#ask('reading the settings of topics', () =>
      this.#admin.describeConfigs({
        includeSynonyms: false,
        resources: [...shapes.keys()].map(name => ({
          type: TOPIC_RESOURCE,
          name,
          configNames: ASKED_CONFIGS,
        })),
      }),
    )
    return resources.map(({ resourceName, configEntries }) => {
      const configs = new Map(configEntries.map(entry => [entry.configName, entry.configValue]))
      const { partitions, replicas } = shapes.get(resourceName)!
      const cluster = clusterOf(replicas, configs)
      return [resourceName, { ...settingsOf(partitions, configs), cluster }]
    })
  }

  /** Asked for together; where one is unknown, kafkajs fails all of them, and each is asked alone. */
  async #shapes(names: readonly string[]): Promise<Map<string, TopicShape>> {
    if (names.length === 0) return new Map()
    try {
      const { topics } = await this.#admin.fetchTopicMetadata({ topics: [...names] })
      return new Map(topics.map(({ name, partitions }) => [name, shapeOf(partitions)]))
    } catch (error) {
      if (!isUnknownTopic(error)) throw ofKafkajs(this.#connection, 'reading of topics', error)
      if (names.length === 1) return new Map()
      const each = await Promise.all(names.map(name => this.#shapes([name])))
      return new Map(each.flatMap(shapes => [...shapes]))
    }
  }

  /** Returns when the cluster shows the topic. Fails with `LOG_TOPIC_CONFLICT`. */
  async createTopic(topic: string, settings: TopicSettings): Promise<TopicSettings> {
    checkTopic(topic, settings)
    const known = (await this.describe([topic])).get(topic)
    if (!known) await this.#create(topic, settings)
    const is = known ?? (await this.#shown(topic))
    checkSameTopic(topic, is, settings)
    return is
  }

  async #create(topic: string, settings: TopicSettings): Promise<void> {
    const { replicationFactor } = this.#connection
    const { partitions: numPartitions } = settings
    const configEntries = configsOf(settings)
    const asked = {
      topic,
      numPartitions,
      configEntries,
      replicationFactor: replicationFactor ?? -1,
    }
    // False where another process was quicker; what it made is checked afterwards.
    // kafkajs' own waiting gives up where a broker does not know the topic yet, so it is ours.
    await this.#ask(`creating topic "${topic}"`, () =>
      this.#admin.createTopics({ topics: [asked], waitForLeaders: false }),
    )
  }

  async #shown(topic: string): Promise<TopicSettings> {
    const untilMs = performance.now() + SHOWN_MS
    for (let waitMs = 5; performance.now() < untilMs; waitMs = Math.min(2 * waitMs, 500)) {
      const settings = await this.#describedIfShown(topic)
      if (settings) return settings
      await new Promise(resolve => setTimeout(resolve, waitMs))
    }
    throw new MillraceError(
      'LOG_UNAVAILABLE',
      `Topic "${topic}" was created, and the brokers do not show it yet. Try again.`,
    )
  }

  async #describedIfShown(topic: string): Promise<TopicSettings | undefined> {
    try {
      return (await this.describe([topic])).get(topic)
    } catch (error) {
      if (isNotShownYet((error as Error).cause)) return undefined
      throw error
    }
  }

  async trim({ topic, partition }: TopicPartition, before: number): Promise<void> {
    const partitions = [{ partition, offset: `${before}` }]
    await this.#ask(`removing records of "${topic}"`, () =>
      this.#admin.deleteTopicRecords({ topic, partitions }),
    )
  }

  /** The topics for which the group has committed positions. */
  async topicsOfGroup(groupId: string): Promise<string[]> {
    const offsets = await this.#ask(`the positions of group "${groupId}"`, () =>
      this.#admin.fetchOffsets({ groupId }),
    )
    return offsets
      .filter(({ partitions }) => partitions.some(({ offset }) => Number(offset) >= 0))
      .map(({ topic }) => topic)
  }

  /** Whether the group has members anywhere. */
  async hasMembers(groupId: string): Promise<boolean> {
    const { groups } = await this.#ask(`the members of group "${groupId}"`, () =>
      this.#admin.describeGroups([groupId]),
    )
    return groups.some(({ members }) => members.length > 0)
  }

  async close(): Promise<void> {
    await this.#admin.disconnect().catch(() => {})
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await patiently(isElecting, call)
    } catch (error) {
      throw ofKafkajs(this.#connection, what, error)
    }
  }
}

interface TopicShape {
  readonly partitions: number
  /** Of the partition that has the fewest. */
  readonly replicas: number
}

const shapeOf = (partitions: readonly { readonly replicas: readonly number[] }[]): TopicShape => ({
  partitions: partitions.length,
  replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
})

const isUnknownTopic = (error: unknown): boolean =>
  (error as { type?: string } | undefined)?.type === 'UNKNOWN_TOPIC_OR_PARTITION' ||
  /does not host this topic-partition|UNKNOWN_TOPIC/.test(messageOf(error))

const isNotShownYet = (error: unknown): boolean =>
  isUnknownTopic(error) || (error as { type?: string } | undefined)?.type === 'LEADER_NOT_AVAILABLE'
