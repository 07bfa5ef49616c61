/**
 * Cuts appends into requests. kafkajs makes one batch for each partition of a request, and a broker
 * refuses batches over `max.message.bytes`, 1 MB by default: so each request takes a part of each
 * partition, and they go out one after the other.
 */
import { partitionName } from '../../engine/partition-name.ts'
import type { Append, LogRecord } from '../log.ts'
import { recordBytes } from '../record-rules.ts'

/** Uncompressed. A larger record goes alone. */
export const BATCH_BYTES_MAX = 512 * 1024
/** What a record costs in a batch beside its bytes, at most nearly. */
const RECORD_OVERHEAD_BYTES = 24

export interface Part {
  readonly topic: string
  readonly partition: number
  readonly records: LogRecord[]
  /** Which append it is of, by its place. */
  readonly append: number
}

/** Each round is one request; the order within a partition is that of the appends. */
export const roundsOf = (appends: readonly Append[]): Part[][] => {
  const rounds: Part[][] = []
  const filled = new Map<string, { round: number; bytes: number }>()
  for (const [index, { topic, partition, records }] of appends.entries()) {
    const name = partitionName(topic, partition)
    const at = filled.get(name) ?? { round: 0, bytes: 0 }
    filled.set(name, at)
    let part: Part | null = null
    for (const record of records) {
      const bytes = recordBytes(record) + RECORD_OVERHEAD_BYTES
      if (at.bytes > 0 && at.bytes + bytes > BATCH_BYTES_MAX) {
        at.round++
        at.bytes = 0
        part = null
      }
      if (!part) {
        part = { topic, partition, records: [], append: index }
        roundAt(rounds, at.round).push(part)
      }
      part.records.push(record)
      at.bytes += bytes
    }
  }
  return rounds
}

const roundAt = (rounds: Part[][], number: number): Part[] => {
  const round = rounds[number] ?? []
  rounds[number] = round
  return round
}
