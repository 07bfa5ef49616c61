/**
 * Gaps: what the log removed before the sink had stored it. Retention does so where a sink was away,
 * or its table took nothing, for longer than the topic is kept. The sink says so and goes on with the
 * oldest records that are there; each gap stays on record among the intents, for who compares tables
 * with topics.
 *
 *   topic   <application>-sink-intents
 *   key     gap|topic|partition|from
 *   value   JSON of a `Gap`
 *
 * Marks of transactions have offsets as records do, and nobody can say any more which were which: a
 * gap of one offset is often the mark behind the last record.
 */
import { partitionNameOf } from '../../../engine/partition-name.ts'
import type { Log, LogRecord, TopicPartition } from '../../../logs/log.ts'
import { readValues } from './intents.ts'

export interface Gap {
  /** First and last offset that are gone, both in it. */
  readonly from: number
  readonly to: number
  /** A batch of it was sent and not acknowledged: its table may have these offsets. */
  readonly mayHave: { readonly from: number; readonly to: number } | null
}

export interface SinkGap extends TopicPartition, Gap {}

const GAP = 'gap|'

export const isGapKey = (key: string): boolean => key.startsWith(GAP)

export const gapRecord = (at: TopicPartition, gap: Gap): LogRecord => ({
  key: Buffer.from(`${GAP}${partitionNameOf(at)}|${gap.from}`),
  value: Buffer.from(JSON.stringify({ topic: at.topic, partition: at.partition, ...gap })),
})

/** All gaps that the sinks of an application have met. @param topic of its intents */
export const readGaps = async (log: Log, topic: string): Promise<SinkGap[]> => {
  const values = await readValues(log, topic)
  return [...values].filter(([key]) => isGapKey(key)).map(([, gap]) => gap as SinkGap)
}

export const gapText = ({ topic, partition, from, to, mayHave }: SinkGap): string =>
  `${topic} ${partition}: the log removed offsets ${from} to ${to} before they were stored, ` +
  `${to - from + 1} at most with marks of transactions; the table goes on from ${to + 1}` +
  (mayHave === null ? '.' : `, and may have ${mayHave.from} to ${mayHave.to}.`)
