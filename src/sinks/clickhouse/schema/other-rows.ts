/**
 * Whether the tables are free for a sink that has stored nothing yet.
 *
 * A sink knows its batches by application, topic and offsets. A log that was begun anew has the same
 * of each, and other records: ClickHouse would drop some of its batches as those that it remembers,
 * and keep others beside the rows of the log before.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'

/** @throws CONFIG_INVALID that names the first of the tables that has rows */
export const refuseOtherRows = async (
  client: ClickHouseClient,
  database: string,
  tables: readonly string[],
): Promise<void> => {
  const answer = await client.query({
    query: `SELECT name FROM system.tables
            WHERE database = {database:String} AND has({tables:Array(String)}, name)
              AND total_rows > 0
            ORDER BY name LIMIT 1`,
    query_params: { database, tables: [...tables] },
    format: 'JSONEachRow',
  })
  const [taken] = await answer.json<{ readonly name: string }>()
  if (taken === undefined) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `The table ${database}.${taken.name} has rows already, and none of them is of this log, which has ` +
      'stored nothing yet. Name another database, or go on with the data directory that wrote them.',
  )
}
