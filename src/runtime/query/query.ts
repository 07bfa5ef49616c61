/** One statement that reads, asked of ClickHouse. */
import type { ClickHouseClient } from '@clickhouse/client'
import { type ClickHouseAddress, clientOf } from '../../sinks/clickhouse/client.ts'
import { answerBytes } from './exception-in-stream.ts'
import { queryFailure } from './query-failure.ts'
import type { Answer } from './result-table.ts'

export interface Query {
  readonly sql: string
  /** ClickHouse stops it after this time. */
  readonly timeoutMs: number
  /** Ends it in ClickHouse, too. */
  readonly signal: AbortSignal
}

/** The time that ClickHouse has to notice its own time-out. */
const GRACE_MS = 10_000

/**
 * Reads only: `readonly` 2 lets the settings of a query be chosen, and nothing be written. With it,
 * a server ends the query when the connection is closed.
 */
const settingsFor = ({ timeoutMs }: Query) =>
  ({
    readonly: '2',
    max_execution_time: timeoutMs / 1_000,
    timeout_overflow_mode: 'throw',
    cancel_http_readonly_queries_on_client_close: 1,
  }) as const

/** The first rows, at most `rowsMax`; the query is ended where there are more. */
export const answerTo = (
  address: ClickHouseAddress,
  query: Query,
  rowsMax: number,
): Promise<Answer> =>
  asking(address, query, async client => {
    const result = await client.query({
      query: query.sql,
      format: 'JSONCompactStringsEachRowWithNamesAndTypes',
      clickhouse_settings: settingsFor(query),
      abort_signal: query.signal,
    })
    const lines: string[][] = []
    for await (const rows of result.stream<string[]>()) {
      for (const row of rows) lines.push(row.json())
      if (lines.length > rowsMax + 2) break
    }
    const [names = [], types = [], ...rows] = lines
    const isCut = rows.length > rowsMax
    return {
      names,
      types,
      rows: isCut ? rows.slice(0, rowsMax) : rows,
      isCut,
    }
  })

/** All of it in a format of ClickHouse, piece by piece. `take` says whether to go on. */
export const answerIn = (
  format: 'JSONEachRow' | 'CSVWithNames' | 'Parquet',
  address: ClickHouseAddress,
  query: Query,
  take: (piece: Buffer) => Promise<boolean>,
): Promise<void> =>
  asking(address, query, async client => {
    const { stream, response_headers } = await client.exec({
      query: `${query.sql.replace(/[\s;]+$/, '')}\nFORMAT ${format}`,
      clickhouse_settings: settingsFor(query),
      abort_signal: query.signal,
    })
    for await (const piece of answerBytes(stream, response_headers)) {
      if (!(await take(piece))) return
    }
  })

const asking = async <T>(
  address: ClickHouseAddress,
  query: Query,
  ask: (client: ClickHouseClient) => Promise<T>,
): Promise<T> => {
  const { sql, timeoutMs } = query
  const client = clientOf(address, address.database, timeoutMs + GRACE_MS)
  try {
    return await ask(client)
  } catch (thrown) {
    throw queryFailure(thrown, { sql, timeoutMs, url: address.url })
  } finally {
    await client.close()
  }
}
