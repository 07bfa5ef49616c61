import type { Log, StoredRecord, TopicPartition } from '../../../logs/log.ts'

const READ = { recordsMax: 10_000, bytesMax: 8 << 20 }

/** The records from `from` to before `to`, in order, a batch at a time. */
export async function* recordsIn(
  log: Log,
  at: TopicPartition,
  from: number,
  to: number,
): AsyncGenerator<readonly StoredRecord[]> {
  for (let next = from; next < to; ) {
    const { records, atEnd } = await log.read(at, next, READ)
    const last = records.at(-1)
    if (last === undefined) return
    yield last.offset < to ? records : records.filter(({ offset }) => offset < to)
    if (atEnd) return
    next = last.offset + 1
  }
}
