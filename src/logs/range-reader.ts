/**
 * Reads the ranges that a journal names, one after the other. They are short and follow one another,
 * so what was read beyond one is kept for the next: of each partition one batch.
 */
import type { JournalRange } from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { partitionNameOf } from '../engine/partition-name.ts'
import type { Log, StoredRecord } from './log.ts'

const READ = { recordsMax: 2_000, bytesMax: 2 * 1024 * 1024 }

export class RangeReader {
  readonly #log: Log
  /** By partition, records that follow one another in the log. */
  readonly #ahead = new Map<string, readonly StoredRecord[]>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @throws MillraceError `INPUT_MISSING` where retention or compaction has removed some of them */
  async recordsIn(range: JournalRange): Promise<readonly StoredRecord[]> {
    const found: StoredRecord[] = []
    const name = partitionNameOf(range)
    let batch = this.#ahead.get(name) ?? []
    // What is kept begins behind the range where a run was begun anew: it is read again then.
    if (batch.length > 0 && batch[0]!.offset > range.first) batch = []
    for (let from = range.first; from <= range.last; ) {
      const known = batch.filter(({ offset }) => offset >= from)
      batch = known.length > 0 ? known : await this.#read(range, from)
      this.#ahead.set(name, batch)
      if (batch.length === 0) break
      for (const record of batch) {
        if (record.offset <= range.last && record.value !== null) found.push(record)
      }
      from = batch.at(-1)!.offset + 1
    }
    if (found.length !== range.count) throw missing(range, found.length)
    return found
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

const missing = ({ topic, partition, first, last, count }: JournalRange, found: number) =>
  new MillraceError(
    'INPUT_MISSING',
    `the journal names ${count} records of ${topic}-${partition} from ${first} to ${last}, and the ` +
      `log has ${found} of them. Keep sources as long as the journal, or begin after what is gone.`,
  )
