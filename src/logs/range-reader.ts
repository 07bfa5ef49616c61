/**
 * Reads the ranges that a journal names, one after the other. They are short and follow one another,
 * so what was read beyond one is kept for the next: of each partition one batch.
 */
import type { JournalRange } from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { partitionNameOf } from '../engine/partition-name.ts'
import type { Log, StoredRecord } from './log.ts'

const READ = { recordsMax: 8_000, bytesMax: 2 * 1024 * 1024 }

/** Records that follow one another in the log. */
interface Ahead {
  readonly records: readonly StoredRecord[]
  /** The index of the first that is behind all that was asked for. */
  next: number
}

export class RangeReader {
  readonly #log: Log
  readonly #ahead = new Map<string, Ahead>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @throws MillraceError `INPUT_MISSING` where retention or compaction has removed some of them */
  async recordsIn(range: JournalRange): Promise<readonly StoredRecord[]> {
    const found: StoredRecord[] = []
    for (let from = range.first; from <= range.last; ) {
      const ahead = await this.#aheadAt(range, from)
      if (ahead.records.length === 0) break
      from = takeFrom(ahead, range, found)
    }
    if (found.length !== range.count) throw missing(range, found.length)
    return found
  }

  async #aheadAt(range: JournalRange, from: number): Promise<Ahead> {
    const name = partitionNameOf(range)
    const known = this.#ahead.get(name)
    if (known && goTo(known, from)) return known
    const ahead = { records: await this.#read(range, from), next: 0 }
    this.#ahead.set(name, ahead)
    return ahead
  }

  async #read(range: JournalRange, from: number): Promise<readonly StoredRecord[]> {
    try {
      return (await this.#log.read(range, from, READ)).records
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'LOG_OFFSET_GONE') throw error
      throw missing(range, 0)
    }
  }
}

/** Whether what is known has it. What begins behind it does not, where a run was begun anew. */
const goTo = (ahead: Ahead, from: number): boolean => {
  const { records } = ahead
  if (records.length === 0 || records[0]!.offset > from) return false
  if (ahead.next > 0 && records[ahead.next - 1]!.offset >= from) ahead.next = 0
  while (ahead.next < records.length && records[ahead.next]!.offset < from) ahead.next++
  return ahead.next < records.length
}

/** Takes those of the range, and returns from where on there may be more of them. */
const takeFrom = (ahead: Ahead, { last }: JournalRange, found: StoredRecord[]): number => {
  const { records } = ahead
  for (; ahead.next < records.length; ahead.next++) {
    const record = records[ahead.next]!
    if (record.offset > last) return last + 1
    if (record.value !== null) found.push(record)
  }
  return records.at(-1)!.offset + 1
}

const missing = ({ topic, partition, first, last, count }: JournalRange, found: number) =>
  new MillraceError(
    'INPUT_MISSING',
    `the journal names ${count} records of ${topic}-${partition} from ${first} to ${last}, and the ` +
      `log has ${found} of them. Keep sources as long as the journal, or begin after what is gone.`,
  )
