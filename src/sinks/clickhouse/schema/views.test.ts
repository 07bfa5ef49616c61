import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clientOf } from '../client.ts'
import { rowsOf } from '../rows-of.ts'
import { migrate } from './migrations.ts'

let clickHouse: ClickHouseForTests
let client: ClickHouseClient
let path: string

beforeAll(async () => {
  clickHouse = await clickHouseForTests()
  client = clientOf(clickHouse.address)
}, 60_000)

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'views-'))
  mkdirSync(join(path, 'views'))
  for (const table of ['_views', '_migrations']) await command(`DROP TABLE IF EXISTS ${table}`)
  await command('DROP VIEW IF EXISTS answer')
})

afterAll(async () => {
  await client.close()
  await clickHouse.stop()
}, 60_000)

const command = (query: string) => client.command({ query })

const write = (text: string, name = 'answer'): void =>
  writeFileSync(join(path, 'views', `${name}.sql`), text)

const view = (n: number, name = 'answer'): string =>
  `-- What is asked most.\nCREATE OR REPLACE VIEW ${name} (n Int32) AS SELECT ${n} AS n;\n`

const bring = () =>
  migrate(clickHouse.address, { folder: new URL(`${pathToFileURL(path)}/`), onApplied: () => {} })

const answer = async (): Promise<unknown> =>
  (await rowsOf<{ n: number }>(client, 'SELECT n FROM answer'))[0]?.n

/** Changes with each time that the view is made. */
const identity = async (): Promise<unknown> =>
  rowsOf(
    client,
    `SELECT uuid FROM system.tables WHERE database = currentDatabase() AND name = 'answer'`,
  )

test('a view is made where it is missing, replaced where its text changed, and else left alone', async () => {
  write(view(1))
  await bring()
  const made = await identity()
  expect(await answer()).toBe(1)
  await bring()
  expect(await identity()).toEqual(made)
  write(view(2))
  await bring()
  expect(await answer()).toBe(2)
  expect(await identity()).not.toEqual(made)
})

test('a text that comes back is applied again', async () => {
  for (const n of [1, 2, 1]) {
    write(view(n))
    await bring()
    expect(await answer()).toBe(n)
  }
})

test('what a comment says changes nothing, and neither do line ends', async () => {
  write(view(1))
  await bring()
  const made = await identity()
  write(view(1).replace('most', 'least').replaceAll('\n', '\r\n'))
  await bring()
  expect(await identity()).toEqual(made)
})

test('a view that somebody dropped is made again', async () => {
  write(view(1))
  await bring()
  await command('DROP VIEW answer')
  await bring()
  expect(await answer()).toBe(1)
})

test('processes that start at the same time make one view', async () => {
  write(view(1))
  await Promise.all(Array.from({ length: 6 }, bring))
  expect(await answer()).toBe(1)
  write(view(2))
  await Promise.all(Array.from({ length: 6 }, bring))
  expect(await answer()).toBe(2)
})

test('a view that is refused is named, and made once it is mended', async () => {
  write(view(1).replace('SELECT', 'SELETC'))
  await expect(bring()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/refused statement 1 of views\/answer\.sql: Syntax error/),
  })
  write(view(1))
  await bring()
  expect(await answer()).toBe(1)
})

test('a file that is not one view of its name is refused', async () => {
  for (const text of [view(1, 'other'), `${view(1)} SELECT 1`, 'DROP TABLE orders', '']) {
    write(text)
    await expect(bring()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('views/answer.sql must hold CREATE OR REPLACE VIEW answer'),
    })
  }
})

test('a folder without views is fine', async () => {
  rmSync(join(path, 'views'), { recursive: true })
  expect(await bring()).toEqual([])
})
