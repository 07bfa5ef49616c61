/** The logs that a replay has open, by place: one that is both source and target is opened once. */
import { resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import type { TopicFormat } from '../engine/schema/topic-format.ts'
import type { KafkaConnection } from '../logs/kafka/connection.ts'
import { openLmdbLog } from '../logs/lmdb-log.ts'
import type { Log } from '../logs/log.ts'
import { learningLog } from '../logs/registry/learning-log.ts'
import type { SchemaSource } from '../logs/registry/schema-source.ts'
import type { Place } from '../replay/places.ts'
import { openKafka } from './configured/kafka-at.ts'

/** What the places of `kafka:` do not say themselves. */
export interface KafkaPlaces {
  /** TLS, SASL and what else there is to a connection. */
  readonly connection?: Omit<KafkaConnection, 'brokers'>
  /** Default `rdkafka`. kafkajs has no transactions, so that nothing is written by it. */
  readonly client?: 'rdkafka' | 'kafkajs'
  /** What a topic is said to hold. Default: what the first byte of each record says. */
  readonly formatOf?: (topic: string) => TopicFormat
  readonly schemas?: SchemaSource
}

export class ReplayLogs {
  readonly formatOf: (topic: string) => TopicFormat
  readonly #kafka: KafkaPlaces
  readonly #logs = new Map<string, Log>()

  constructor(kafka: KafkaPlaces = {}) {
    this.#kafka = kafka
    this.formatOf = kafka.formatOf ?? (() => 'auto')
  }

  /** @param runId of the run that writes to it */
  async open(place: Place, runId?: string): Promise<Log> {
    const name = place.kind === 'kafka' ? `kafka:${place.path}` : resolve(place.path)
    const known = this.#logs.get(name)
    if (known) return known
    const log =
      place.kind === 'kafka'
        ? await this.#openKafka(place, runId)
        : await openLmdbLog(resolve(place.path), { wallNow: Date.now })
    this.#logs.set(name, log)
    return log
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close()
    this.#logs.clear()
  }

  /** Whoever begins the same run again is the one that goes on: the one before is fenced. */
  async #openKafka({ path }: Place, runId: string | undefined): Promise<Log> {
    const { connection, client = 'rdkafka', schemas } = this.#kafka
    if (runId !== undefined && client === 'kafkajs') throw withoutTransactions()
    const at = { connection: { ...connection, brokers: path.split(',') }, client }
    const log = await openKafka(at, runId === undefined ? undefined : `${runId}-replay`)
    return schemas ? learningLog(log, { schemas }) : log
  }
}

const withoutTransactions = (): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    'a replay writes to Kafka in transactions, which kafkajs has not. Give log.client: rdkafka in ' +
      'the configuration, or another target.',
  )
