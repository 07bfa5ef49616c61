/** What a ClickHouse server says of its tables: engines, deduplication windows, who feeds whom. */

import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from '../rows-of.ts'

export interface StoredTable {
  /** With the database, quoted where it must be. */
  readonly fullName: string
  readonly engine: string
  /** null where the engine needs none: it stores nothing, or always deduplicates. */
  readonly window: DeduplicationWindow | null
}

export interface DeduplicationWindow {
  /** What sets it; null where the engine has none. */
  readonly setting: string | null
  /** In batches. */
  readonly size: number
}

export interface StoredTables {
  named(database: string, name: string): StoredTable | undefined
  /** What the materialized views on a table write to with each insert. */
  targetsOf(table: StoredTable): readonly StoredTable[]
}

export const readStoredTables = async (client: ClickHouseClient): Promise<StoredTables> => {
  const defaults = await readDefaults(client)
  const rows = await rowsOf<TableRow>(client, TABLES)
  const rowOf = new Map(rows.map(row => [fullNameOf(row.database, row.name), row]))
  const named = (database: string, name: string): StoredTable | undefined => {
    const row = rowOf.get(fullNameOf(database, name))
    return row && storedTable(row, defaults)
  }
  const targetsOf = ({ fullName }: StoredTable): readonly StoredTable[] =>
    (rowOf.get(fullName)?.views ?? [])
      .map(([database, name]) => targetOf(rowOf.get(fullNameOf(database, name))))
      .map(target => target && named(...target))
      .filter(table => table !== undefined)
  return { named, targetsOf }
}

type Name = readonly [database: string, name: string]

interface TableRow {
  readonly database: string
  readonly name: string
  readonly uuid: string
  readonly engine: string
  readonly engineFull: string
  readonly query: string
  /** The materialized views on it. */
  readonly views: readonly Name[]
}

const TABLES = `
SELECT database, name, toString(uuid) AS uuid, engine, engine_full AS engineFull,
       create_table_query AS query, arrayZip(dependencies_database, dependencies_table) AS views
FROM system.tables
WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')`

/** Nothing reaches the target of a view that is refreshed as a whole with an insert. */
const targetOf = (view: TableRow | undefined): Name | undefined => {
  if (view === undefined) return undefined
  const { database, name, uuid, query } = view
  const [, refreshed, ...target] = VIEW.exec(query) ?? []
  if (refreshed !== undefined) return undefined
  if (target[0] !== undefined) return target.map(unquoted) as unknown as Name
  return [database, /^[0-]*$/.test(uuid) ? `.inner.${name}` : `.inner_id.${uuid}`]
}

const IDENTIFIER = '`(?:[^`\\\\]|\\\\.)*`|\\w+'
const VIEW = new RegExp(
  `^CREATE MATERIALIZED VIEW (?:${IDENTIFIER})\\.(?:${IDENTIFIER})` +
    `( REFRESH)?(?: TO (${IDENTIFIER})\\.(${IDENTIFIER}) )?`,
)

const unquoted = (identifier: string): string =>
  identifier.startsWith('`') ? identifier.slice(1, -1).replace(/\\(.)/g, '$1') : identifier

const fullNameOf = (database: string, name: string): string =>
  `${quotedIfNeeded(database)}.${quotedIfNeeded(name)}`

const quotedIfNeeded = (name: string): string =>
  /^[a-zA-Z_]\w*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``

/** The window of tables that do not set their own, by setting. */
type Defaults = ReadonlyMap<string, number>

const NON_REPLICATED = 'non_replicated_deduplication_window'
const REPLICATED = 'replicated_deduplication_window'

const storedTable = (
  { database, name, engine, engineFull }: TableRow,
  defaults: Defaults,
): StoredTable => ({
  fullName: fullNameOf(database, name),
  engine,
  window: windowOf(engine, engineFull, defaults),
})

const windowOf = (
  engine: string,
  engineFull: string,
  defaults: Defaults,
): DeduplicationWindow | null => {
  if (engine === 'Null' || /^Shared\w*MergeTree$/.test(engine)) return null
  if (!engine.endsWith('MergeTree')) return { setting: null, size: 0 }
  const setting = engine.startsWith('Replicated') ? REPLICATED : NON_REPLICATED
  const own = new RegExp(`\\b${setting} = (\\d+)`).exec(engineFull)?.[1]
  return { setting, size: own === undefined ? (defaults.get(setting) ?? 0) : Number(own) }
}

const readDefaults = async (client: ClickHouseClient): Promise<Defaults> => {
  const settings = await rowsOf<{ name: string; value: string }>(client, DEFAULTS)
  return new Map(settings.map(({ name, value }) => [name, Number(value)]))
}

const DEFAULTS = `
SELECT name, value FROM system.merge_tree_settings WHERE name = '${NON_REPLICATED}'
UNION ALL
SELECT name, value FROM system.replicated_merge_tree_settings WHERE name = '${REPLICATED}'`
