import type { ClickHouseClient } from '@clickhouse/client'

/** What a query answers, a row an object. For answers that are known to be small. */
export const rowsOf = async <T>(client: ClickHouseClient, query: string): Promise<T[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<T>()
