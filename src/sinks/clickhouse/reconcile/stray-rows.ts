/**
 * Rows outside of what the log has: beyond its end, of partitions that it does not have, and below
 * its first retained offset.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { quoted } from '../quoted.ts'
import { rowsOf } from '../rows-of.ts'
import type { Findings } from './table-proof.ts'

export interface Retained {
  readonly first: number
  readonly next: number
}

/** Where rows are, as `FROM` of a statement. */
export const tableIn = (database: string, table: string): string =>
  `${quoted(database)}.${quoted(table)}`

/**
 * The greatest offset in the table by partition. Taken before the log's ranges: a sink may be at
 * work, and what it writes later is in neither.
 */
export const lastOffsets = async (
  client: ClickHouseClient,
  from: string,
): Promise<ReadonlyMap<number, number>> => {
  const found = await rowsOf<{ readonly partition: number; readonly last: string }>(
    client,
    `SELECT _partition AS partition, max(_offset) AS last FROM ${from} GROUP BY partition`,
  )
  return new Map(found.map(({ partition, last }) => [partition, Number(last)]))
}

/** @param retained by partition */
export const findStrays = async (
  client: ClickHouseClient,
  from: string,
  retained: readonly Retained[],
  lasts: ReadonlyMap<number, number>,
  findings: Findings,
): Promise<void> => {
  for (const [partition, last] of lasts) {
    const { first, next } = retained[partition] ?? { first: 0, next: 0 }
    const rows = `FROM ${from} WHERE _partition = ${partition} AND _offset`
    if (first > 0) findings.rowsBeyondRetention += await countOf(client, `${rows} < ${first}`)
    if (last < next) continue
    const strays = `SELECT _offset AS offset ${rows} BETWEEN ${next} AND ${last} ORDER BY offset`
    for await (const offset of offsetsOf(client, strays)) {
      findings.addUnexpected(partition, offset)
    }
  }
}

const countOf = async (client: ClickHouseClient, rows: string): Promise<number> => {
  const [counted] = await rowsOf<{ readonly count: string }>(
    client,
    `SELECT count() AS count ${rows}`,
  )
  return Number(counted!.count)
}

async function* offsetsOf(client: ClickHouseClient, query: string): AsyncGenerator<number> {
  const answer = await client.query({ query, format: 'JSONEachRow' })
  for await (const rows of answer.stream<{ readonly offset: string }>()) {
    for (const row of rows) yield Number(row.json().offset)
  }
}
