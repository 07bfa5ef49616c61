/** Whether a table has the columns of its topic: rows of other types would be read as something else. */
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { columnsOf, tableNameOf } from '../rows/columns.ts'

/** Columns beside those of the topic do no harm. @throws TABLE_DIFFERS */
export const checkColumns = async (
  client: ClickHouseClient,
  database: string,
  topic: AnyTopic,
): Promise<void> => {
  const table = tableNameOf(topic)
  const types = await typesIn(client, database, table)
  for (const { name, type } of columnsOf(topic)) {
    if (types.get(name) !== type) throw differs(`${database}.${table}`, name, type, types)
  }
}

const typesIn = async (
  client: ClickHouseClient,
  database: string,
  table: string,
): Promise<ReadonlyMap<string, string>> => {
  const answer = await client.query({
    query: `SELECT name, type FROM system.columns
            WHERE database = {database:String} AND table = {table:String}`,
    query_params: { database, table },
    format: 'JSONEachRow',
  })
  const columns = await answer.json<{ readonly name: string; readonly type: string }>()
  return new Map(columns.map(({ name, type }) => [name, type]))
}

const differs = (
  table: string,
  name: string,
  type: string,
  types: ReadonlyMap<string, string>,
): MillraceError => {
  const found = types.get(name)
  const what =
    types.size === 0
      ? `There is no table ${table}`
      : `${table}.${name} must be ${type}, and ${found === undefined ? 'is missing' : `is ${found}`}`
  return new MillraceError('TABLE_DIFFERS', `${what}. Bring the database up to the migrations.`)
}
