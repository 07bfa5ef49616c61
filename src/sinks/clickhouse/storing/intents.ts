/**
 * Intents: which rows the sink is about to insert. One is in the log before its insert is sent, so
 * that after a crash the very same rows go out again, under the same token.
 *
 *   topic   <application>-sink-intents, compacted
 *   key     topic|partition
 *   value   JSON of an `Intent`
 *
 * An intent is pending until the group's position is behind its range.
 */
import { MillraceError } from '../../../engine/errors.ts'
import { partitionNameOf } from '../../../engine/partition-name.ts'
import type { Log, LogRecord, TopicPartition } from '../../../logs/log.ts'

export interface Intent {
  /** First and last offset of the range, both in it. */
  readonly from: number
  readonly to: number
  readonly generation: number
  /** Records of the log in the range, tombstones and refused ones included. */
  readonly records: number
  readonly rows: number
  /** Letters were written for the records that could not be encoded, up to this offset. */
  readonly letteredTo: number
  /** The sink was set back: the range is stored anew, under a higher generation. */
  readonly setBack?: boolean
}

export const intentsTopicOf = (applicationId: string): string => `${applicationId}-sink-intents`

export const groupOf = (applicationId: string): string => `${applicationId}-clickhouse`

/** What ClickHouse knows a batch by. */
export const tokenOf = (applicationId: string, at: TopicPartition, intent: Intent): string =>
  `${applicationId}:${intent.generation}:${at.topic}:${at.partition}:${intent.from}-${intent.to}`

export const intentRecord = (at: TopicPartition, intent: Intent): LogRecord => ({
  key: Buffer.from(partitionNameOf(at)),
  value: Buffer.from(JSON.stringify(intent)),
})

const READ = { recordsMax: 10_000, bytesMax: 4 * 1024 * 1024 }

/** The last intent of each partition, by place. */
export const readIntents = async (log: Log, topic: string): Promise<Map<string, Intent>> =>
  // Gaps among them have keys that are no place.
  (await readValues(log, topic)) as Map<string, Intent>

/** The last value of each key in the topic of intents. */
export const readValues = async (log: Log, topic: string): Promise<Map<string, unknown>> => {
  const values = new Map<string, unknown>()
  const at = { topic, partition: 0 }
  let { first: from } = await log.range(at)
  for (;;) {
    const { records, atEnd } = await log.read(at, from, READ)
    for (const { key, value } of records) {
      if (value === null) values.delete(`${key}`)
      else values.set(`${key}`, valueIn(value))
    }
    if (atEnd || records.length === 0) return values
    from = records.at(-1)!.offset + 1
  }
}

const valueIn = (value: Buffer): unknown => {
  try {
    return JSON.parse(value.toString())
  } catch (error) {
    const message =
      `An intent of the sink cannot be read: ${value.toString().slice(0, 200)}. ` +
      'Bring the log back from a copy.'
    throw new MillraceError('STATE_CORRUPT', message, { cause: error })
  }
}
