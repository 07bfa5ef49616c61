import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { checkDeduplication } from './windows.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

const run = async (...statements: readonly string[]): Promise<void> => {
  for (const query of statements) await client.command({ query })
}

const WINDOW = 'non_replicated_deduplication_window'

/** The message of the refusal, or null. */
const refusal = (): Promise<string | null> =>
  checkDeduplication(client, clickHouse.address.database).then(
    () => null,
    error => {
      expect(error).toMatchObject({ code: 'DEDUPLICATION_OFF' })
      return error.message
    },
  )

/** Runs the statement that a refusal ends with. */
const mend = async (message: string | null): Promise<void> =>
  run(/ALTER TABLE .*$/.exec(String(message))![0])

test('the tables of the house remember enough', async () => {
  expect(await refusal()).toBeNull()
})

test('a table of a topic that remembers too little is named, with what mends it', async () => {
  await run('ALTER TABLE orders MODIFY SETTING non_replicated_deduplication_window = 999')
  const message = await refusal()
  expect(message).toContain(`${clickHouse.address.database}.orders remembers its last 999 batches`)
  await mend(message)
  expect(await refusal()).toBeNull()
})

test('the target of a view of one’s own counts, and mended it takes a batch once', async () => {
  await run(
    `CREATE TABLE \`own-counts\` (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS ${WINDOW} = 0`,
    'CREATE MATERIALIZED VIEW `own-feed` TO `own-counts` AS SELECT count() AS n FROM prices',
  )
  const message = await refusal()
  expect(message).toContain('`own-counts` remembers its last 0 batches')
  await mend(message)
  expect(await refusal()).toBeNull()
  for (const _ of [1, 2]) {
    await client.insert({
      table: 'prices',
      values: [{ eventId: 'e' }],
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: 'once' },
    })
  }
  const counts = await client.query({ query: 'SELECT n FROM `own-counts`', format: 'JSONEachRow' })
  expect(await counts.json()).toEqual([{ n: '1' }])
  await run('DROP VIEW `own-feed`', 'DROP TABLE `own-counts`')
})

test('so does the hidden table of a view, and a view on what a view writes to', async () => {
  await run(
    `CREATE MATERIALIZED VIEW hidden ENGINE = MergeTree ORDER BY hour
     SETTINGS ${WINDOW} = 0 AS
     SELECT hour FROM fraud_per_hour_rollup`,
  )
  expect(await refusal()).toMatch(/`\.inner\S+` remembers its last 0 batches/)
  await run('DROP VIEW hidden')
})

test('an engine that cannot know a batch again is refused, one that stores nothing is not', async () => {
  await run(
    'CREATE TABLE forgotten (n UInt64) ENGINE = Null',
    'CREATE MATERIALIZED VIEW forgets TO forgotten AS SELECT count() AS n FROM prices',
  )
  expect(await refusal()).toBeNull()
  await run(
    'CREATE TABLE kept (n UInt64) ENGINE = Memory',
    'CREATE MATERIALIZED VIEW keeps TO kept AS SELECT n FROM forgotten',
  )
  expect(await refusal()).toMatch(/kept has the engine Memory/)
  await run('DROP VIEW keeps', 'DROP VIEW forgets')
})

test('a view that is refreshed as a whole is none of the sink’s business', async () => {
  await run(
    `CREATE MATERIALIZED VIEW refreshed REFRESH EVERY 1 YEAR ENGINE = MergeTree ORDER BY n
     SETTINGS ${WINDOW} = 0 AS
     SELECT count() AS n FROM prices`,
  )
  expect(await refusal()).toBeNull()
  await run('DROP VIEW refreshed')
})
