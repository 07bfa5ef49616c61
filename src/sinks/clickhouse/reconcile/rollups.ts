/**
 * The rollups of a database, by their names: materialized views write to `<name>_rollup` with each
 * insert into their tables, and the view `<name>` reads that. What is named otherwise is none.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import { quoted } from '../quoted.ts'

export interface Rollup {
  readonly name: string
  /** What the view answers, as a statement. */
  readonly stored: string
  /** What it would answer if it read what its feeds make of all rows of their tables, now. */
  readonly computed: string
}

/** @throws TABLE_DIFFERS where nothing shows what a rollup holds */
export const rollupsIn = async (
  client: ClickHouseClient,
  database: string,
): Promise<readonly Rollup[]> => {
  const tables = await tablesIn(client, database)
  return [...tables.values()]
    .filter(table => table.name.endsWith(ROLLUP) && feedsOf(table, tables).length > 0)
    .map(table => rollupOf(database, table, tables))
}

const ROLLUP = '_rollup'

interface TableRow {
  readonly name: string
  readonly engine: string
  readonly created: string
  /** Of a view: its statement, with the database before each table. */
  readonly statement: string
  readonly columns: readonly (readonly [name: string, type: string])[]
}

type Tables = ReadonlyMap<string, TableRow>

const TABLES = `
SELECT name, engine, create_table_query AS created, as_select AS statement, columns
FROM system.tables
LEFT JOIN (
  SELECT table,
         arrayMap(column -> [column.2, column.3],
                  arraySort(groupArray((position, name, type)))) AS columns
  FROM system.columns
  WHERE database = {database:String}
  GROUP BY table
) AS described ON described.table = name
WHERE database = {database:String}
ORDER BY name`

const tablesIn = async (client: ClickHouseClient, database: string): Promise<Tables> => {
  const query_params = { database }
  const answer = await client.query({ query: TABLES, query_params, format: 'JSONEachRow' })
  const rows = await answer.json<TableRow>()
  return new Map(rows.map(row => [row.name, row]))
}

const feedsOf = (rollup: TableRow, tables: Tables): readonly TableRow[] =>
  [...tables.values()].filter(
    ({ engine, created }) =>
      engine === 'MaterializedView' && TARGET.exec(created)?.[1] === rollup.name,
  )

const TARGET = /^CREATE MATERIALIZED VIEW \S+ TO \S+?\.`?(\w+)`? \(/

const rollupOf = (database: string, rollup: TableRow, tables: Tables): Rollup => {
  const name = rollup.name.slice(0, -ROLLUP.length)
  const view = tables.get(name)
  const parts = view?.statement.split(readOf(database, rollup.name)) ?? []
  if (view === undefined || parts.length < 2) throw withoutView(name)
  const columns = rollup.columns.map(([column]) => quoted(column)).join(', ')
  const fed = feedsOf(rollup, tables).map(feed => `SELECT ${columns} FROM (${feed.statement})`)
  const source = ` FROM (${fed.join(' UNION ALL ')}) AS ${quoted(rollup.name)} `
  return {
    name,
    stored: `SELECT * FROM ${quoted(database)}.${quoted(name)}`,
    computed: `SELECT ${view.columns.map(cast).join(', ')} FROM (${parts.join(source)})`,
  }
}

/** How a statement reads a table, as the server writes it: a name is quoted only where it must be. */
const readOf = (database: string, table: string): RegExp => {
  const [of, name] = [database, table].map(one => `\`?${one.replace(/\W/g, '\\$&')}\`?`)
  return new RegExp(`\\sFROM\\s+${of}\\.${name}(?!\\w)`)
}

/** A view gives its columns the types that it declares, whatever its statement gives. */
const cast = ([name, type]: readonly [string, string]): string =>
  `CAST(${quoted(name)}, '${type.replace(/[\\']/g, '\\$&')}') AS ${quoted(name)}`

const withoutView = (name: string): MillraceError =>
  new MillraceError(
    'TABLE_DIFFERS',
    `No view ${name} reads ${name}${ROLLUP}, so what it holds cannot be compared. Make the view, or ` +
      'give the table another name.',
  )
