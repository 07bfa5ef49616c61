/**
 * Goes through a partition of the log and through its rows side by side, both in order of offset.
 *
 * Rows are asked for in pages of offsets: the server sorts a page and not the whole table, and here
 * is in memory what one answer of each side brought.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Log } from '../../../logs/log.ts'
import type { RowEncoder } from '../rows/row-encoder.ts'
import { rowWalkerOf } from '../rows/row-walker.ts'
import { RecordJudge } from './record-judge.ts'
import { recordsIn } from './records-in.ts'
import type { Findings } from './table-proof.ts'
import { TableRows } from './table-rows.ts'

/** Offsets whose rows are asked for at once. */
const PAGE_OFFSETS = 200_000

export interface PartitionCheck {
  readonly client: ClickHouseClient
  readonly database: string
  readonly log: Log
  readonly encoder: RowEncoder
  readonly findings: Findings
  readonly partition: number
  readonly letters: ReadonlySet<number>
  /** Whether the log may have removed records that a later one of their key has replaced. */
  readonly isCompacted: boolean
  readonly pageOffsets?: number
}

/** Judges the records and rows from `first` to before `end`. */
export const reconcilePartition = async (
  check: PartitionCheck,
  first: number,
  end: number,
): Promise<void> => {
  const { encoder, findings, partition, letters, pageOffsets = PAGE_OFFSETS } = check
  const walker = rowWalkerOf(encoder.topic)
  const judge = new RecordJudge(encoder, walker, findings, partition, letters)
  const { table, columns } = encoder
  for (let from = first; from < end; from += pageOffsets) {
    const to = Math.min(from + pageOffsets, end)
    const range = { database: check.database, table, columns, partition, from, to }
    const rows = await TableRows.open(check.client, range, walker)
    try {
      await judgePage(check, rows, judge, from, to)
    } finally {
      rows.close()
    }
  }
}

const judgePage = async (
  check: PartitionCheck,
  rows: TableRows,
  judge: RecordJudge,
  from: number,
  to: number,
): Promise<void> => {
  const { log, encoder, partition } = check
  const at = { topic: encoder.topic.name, partition }
  for await (const records of recordsIn(log, at, from, to)) {
    for (const record of records) {
      const { offset, value } = record
      if (rows.offset < offset) await passRows(check, rows, offset)
      // A tombstone is no row; one that is there is met as unexpected.
      if (value === null) continue
      judge.begin(record, value)
      while (rows.offset === offset) {
        judge.row(rows)
        if (!rows.next()) await rows.load()
      }
      judge.end()
    }
  }
  await passRows(check, rows, Number.POSITIVE_INFINITY)
}

/** Rows between two records of the log: of a compacted topic, one at each offset may have been. */
const passRows = async (
  { findings, partition, isCompacted }: PartitionCheck,
  rows: TableRows,
  before: number,
): Promise<void> => {
  let last = -1
  while (rows.offset < before) {
    if (isCompacted && rows.offset !== last) findings.rowsReplaced++
    else if (isCompacted) findings.addDoubled(partition, rows.offset)
    else {
      findings.rows++
      findings.addUnexpected(partition, rows.offset)
    }
    last = rows.offset
    if (!rows.next()) await rows.load()
  }
}
