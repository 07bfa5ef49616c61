/** The records of a range that is sent again, and how they become rows once more. */
import type { Log, StoredRecord, TopicPartition } from '../../../logs/log.ts'
import type { SinkBatch } from './sink-batch.ts'

const READ = { recordsMax: 4_000, bytesMax: 1024 * 1024 }

/** All that the log still has from `from` to `to`, both in it. */
export const readRange = async (
  log: Log,
  at: TopicPartition,
  from: number,
  to: number,
): Promise<StoredRecord[]> => {
  const found: StoredRecord[] = []
  for (let next = from; next <= to; ) {
    const { records, atEnd } = await log.read(at, next, READ)
    for (const record of records) if (record.offset <= to) found.push(record)
    if (atEnd || records.length === 0) break
    next = records.at(-1)!.offset + 1
  }
  return found
}

/** Records in chunks, with a turn of the event loop between: others share the process. */
export const fill = async (batch: SinkBatch, records: readonly StoredRecord[]): Promise<void> => {
  for (let start = 0; start < records.length; start += READ.recordsMax) {
    if (start > 0) await nextTurn()
    for (const record of records.slice(start, start + READ.recordsMax)) batch.take(record)
  }
}

export const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
