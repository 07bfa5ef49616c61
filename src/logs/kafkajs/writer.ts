/** Writes appends, each acknowledged by all replicas that are in sync. */
import type { Message, Producer } from 'kafkajs'
import { partitionName } from '../../engine/partition-name.ts'
import type { Append, LogRecord } from '../log.ts'
import { type Part, roundsOf } from './produce-rounds.ts'

export interface Written {
  first: number
  next: number
}

export class Writer {
  readonly #producer: Producer
  readonly #compression: number

  constructor(producer: Producer, compression: number) {
    this.#producer = producer
    this.#compression = compression
  }

  /** Where each append went; null where it had no records. */
  async write(appends: readonly Append[]): Promise<(Written | null)[]> {
    const written: (Written | null)[] = appends.map(() => null)
    for (const round of roundsOf(appends)) await this.#send(round, written)
    return written
  }

  async #send(round: readonly Part[], written: (Written | null)[]): Promise<void> {
    const answers = await this.#producer.sendBatch({
      acks: -1,
      compression: this.#compression,
      topicMessages: round.map(({ topic, partition, records }) => ({
        topic,
        messages: records.map(record => messageOf(record, partition)),
      })),
    })
    const next = new Map(
      answers.map(({ topicName, partition, baseOffset }) => [
        partitionName(topicName, partition),
        Number(baseOffset),
      ]),
    )
    for (const { topic, partition, records, append } of round) {
      const name = partitionName(topic, partition)
      const first = next.get(name)!
      next.set(name, first + records.length)
      const before = written[append]
      if (before) before.next = first + records.length
      else written[append] = { first, next: first + records.length }
    }
  }

  close(): Promise<void> {
    return this.#producer.disconnect()
  }
}

const messageOf = ({ key, value, headers }: LogRecord, partition: number): Message => ({
  key,
  value,
  partition,
  ...(headers ? { headers: { ...headers } } : {}),
})
