/** The naive table: a list of batches, each known by its token, taken whole or not at all. */
import { tableNameOf } from '../clickhouse/rows/columns.ts'
import type { InsertBatch } from '../clickhouse/storing/insert.ts'
import type { TestedTables } from './tested-table.ts'

export const listTables = (): TestedTables => {
  const tables = new Map<string, Map<string, Buffer>>()
  return {
    destination: {
      check: async () => {},
      insert: async ({ table, token, bytes }: InsertBatch) => {
        const batches = tables.get(table)!
        if (!batches.has(token)) batches.set(token, Buffer.from(bytes))
      },
    },
    prepare: async topics => {
      for (const topic of topics) tables.set(tableNameOf(topic), new Map())
    },
    rowsOf: async topic => Buffer.concat([...tables.get(tableNameOf(topic))!.values()]),
    close: async () => {},
  }
}
