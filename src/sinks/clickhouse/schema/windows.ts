/**
 * Checks before the first insert that a batch sent twice is stored once.
 *
 * ClickHouse knows a batch again by its token, as long as that is among the last so many of the
 * table: its deduplication window. Every table that an insert ends in needs one, so also what
 * materialized views write to, and the views on that.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import { topics } from '../../../events.ts'
import { tableNameOf } from '../rows/columns.ts'
import { readStoredTables, type StoredTable, type StoredTables } from './stored-tables.ts'

/** More than are under way at once, by far. */
export const DEDUPLICATION_WINDOW = 1000

/** @throws DEDUPLICATION_OFF that names the first table without, and the statement that mends it */
export const checkDeduplication = async (
  client: ClickHouseClient,
  database: string,
): Promise<void> => {
  const tables = await readStoredTables(client)
  const reached = new Map<string, StoredTable>()
  for (const topic of topics) reach(tables, tables.named(database, tableNameOf(topic)), reached)
  for (const table of reached.values()) refuseWithoutWindow(table)
}

/** What an insert into a table ends in: itself, and what the views on it write to, and so on. */
const reach = (
  tables: StoredTables,
  table: StoredTable | undefined,
  reached: Map<string, StoredTable>,
): void => {
  if (table === undefined || reached.has(table.fullName)) return
  reached.set(table.fullName, table)
  for (const target of tables.targetsOf(table)) reach(tables, target, reached)
}

const refuseWithoutWindow = ({ fullName, engine, window }: StoredTable): void => {
  if (window === null || window.size >= DEDUPLICATION_WINDOW) return
  const { setting, size } = window
  throw new MillraceError(
    'DEDUPLICATION_OFF',
    setting === null
      ? `the table ${fullName} has the engine ${engine}, which stores a batch twice where it is ` +
          'sent twice. Use an engine of the MergeTree family, or drop the view that writes to it.'
      : `the table ${fullName} remembers its last ${size} batches, and ${DEDUPLICATION_WINDOW} ` +
          'are needed, so that a batch sent twice is stored once. Start again after this: ' +
          `ALTER TABLE ${fullName} MODIFY SETTING ${setting} = ${DEDUPLICATION_WINDOW}`,
  )
}
