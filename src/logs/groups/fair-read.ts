/**
 * Shares a poll's limits fairly among partitions: each gets an equal part first, and what the short
 * ones leave goes to the others. The partition that begins moves on with every poll.
 */
import type { Batch, ReadLimits, StoredRecord } from '../log.ts'
import { recordBytes } from '../record-rules.ts'

/** Where one partition is being read. */
export interface Cursor {
  read(limits: ReadLimits): Batch
}

export const readFairly = (
  cursors: readonly Cursor[],
  turn: number,
  limits: ReadLimits,
): readonly Batch[] => {
  const batches = new Map<Cursor, Batch>()
  let left = limits
  for (const share of [Math.max(1, cursors.length), 1]) {
    for (let i = 0; i < cursors.length && left.recordsMax > 0; i++) {
      const cursor = cursors[(i + turn) % cursors.length]!
      const before = batches.get(cursor)
      if (before?.atEnd || (batches.size > 0 && left.bytesMax <= 0)) continue
      const batch = cursor.read(part(left, limits, share))
      if (batch.records.length === 0) continue
      batches.set(cursor, before ? joined(before, batch) : batch)
      left = remaining(left, batch.records)
    }
  }
  return [...batches.values()]
}

const part = (left: ReadLimits, whole: ReadLimits, share: number): ReadLimits => ({
  recordsMax: Math.min(left.recordsMax, Math.ceil(whole.recordsMax / share)),
  bytesMax: Math.min(left.bytesMax, Math.ceil(whole.bytesMax / share)),
})

const joined = (before: Batch, after: Batch): Batch => ({
  ...after,
  records: [...before.records, ...after.records],
})

const remaining = (left: ReadLimits, records: readonly StoredRecord[]): ReadLimits => {
  let bytes = 0
  for (const record of records) bytes += recordBytes(record)
  return { recordsMax: left.recordsMax - records.length, bytesMax: left.bytesMax - bytes }
}
