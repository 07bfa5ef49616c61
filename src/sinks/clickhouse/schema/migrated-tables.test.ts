import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { topics } from '../../../events.ts'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { columnsOf, tableNameOf } from '../rows/columns.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

const rowsOf = async (query: string): Promise<readonly Record<string, string>[]> =>
  (await client.query({ query, format: 'JSONEachRow' })).json<Record<string, string>>()

const MEND =
  'deploy/clickhouse/ does not make the table that the schema says. Run `npx tsx ' +
  'scripts/write-table-migration.ts` and put what it prints into a new migration there; a type or ' +
  'a comment that changed needs `ALTER TABLE … MODIFY COLUMN` by hand.'

test.each(topics.map(topic => [topic.name, topic] as const))(
  '%s has its table',
  async (_, topic) => {
    const stored = await rowsOf(
      `SELECT name, type, comment AS doc FROM system.columns
     WHERE database = currentDatabase() AND table = '${tableNameOf(topic)}' ORDER BY position`,
    )
    expect(stored, MEND).toEqual(columnsOf(topic))
  },
)

test('every table and every view says what it is for, and so does each of its columns', async () => {
  expect(
    await rowsOf(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = ''
       AND engine != 'MaterializedView'`,
    ),
  ).toEqual([])
  expect(
    await rowsOf(
      `SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''
       AND table NOT LIKE '%\\_feed'`,
    ),
  ).toEqual([])
})

test('a view hides one rollup, which one feed or several fill', async () => {
  const tables = await rowsOf(
    `SELECT name, as_select AS query FROM system.tables WHERE database = currentDatabase()`,
  )
  const rollups = tables.filter(({ name }) => name!.endsWith('_rollup'))
  for (const { name: rollup } of rollups) {
    const name = rollup!.replace(/_rollup$/, '')
    const query = tables.find(table => table.name === name)?.query ?? ''
    expect(query.match(new RegExp(`\\b${rollup}\\b`, 'g')), name).toHaveLength(1)
    expect(query).not.toMatch(/now\(|JOIN \w+\./)
    const feeds = tables.filter(table => new RegExp(`^${name}(_\\w+)?_feed$`).test(table.name!))
    expect(feeds.length, name).toBeGreaterThan(0)
  }
  expect(rollups).toHaveLength(9)
})
