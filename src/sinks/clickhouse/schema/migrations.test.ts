import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { type ClickHouseAddress, clientOf } from '../client.ts'
import { MIGRATIONS_FOLDER, readMigrations } from './migration-files.ts'
import { migrate } from './migrations.ts'
import { readViews } from './view-files.ts'

let clickHouse: ClickHouseForTests
let address: ClickHouseAddress
let path: string
let folder: URL
let databases = 0

beforeAll(async () => {
  clickHouse = await clickHouseForTests()
}, 60_000)

beforeEach(() => {
  address = { ...clickHouse.address, database: `${clickHouse.address.database}_${databases++}` }
  path = mkdtempSync(join(tmpdir(), 'migrations-'))
  folder = new URL(`${pathToFileURL(path)}/`)
})

afterAll(async () => {
  for (const number of Array(databases).keys()) {
    await command(`DROP DATABASE IF EXISTS ${clickHouse.address.database}_${number}`)
  }
  await clickHouse.stop()
}, 60_000)

const command = async (query: string): Promise<void> => {
  const client = clientOf(address, 'system')
  await client.command({ query }).finally(() => client.close())
}

const write = (name: string, sql: string): void => writeFileSync(join(path, name), sql)

const table = (name: string): string =>
  `CREATE TABLE IF NOT EXISTS ${name} (n Int8) ENGINE = MergeTree ORDER BY n;\n`

const answerTo = async (query: string): Promise<readonly unknown[][]> => {
  const client = clientOf(address)
  const answer = await client.query({ query, format: 'JSONCompactEachRow' })
  return (await answer.json<unknown[]>().finally(() => client.close())) as unknown[][]
}

const namesOf = async (): Promise<readonly unknown[]> =>
  (
    await answerTo(
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    )
  )
    .flat()
    .filter(name => name !== '_migrations')

test('a database is made, and each migration is applied once, in order', async () => {
  write('0001_one.sql', table('one'))
  write('0002_two.sql', `${table('two')}ALTER TABLE one ADD COLUMN IF NOT EXISTS m Int8;`)
  const seen: string[] = []
  const onApplied = ({ name }: { name: string }) => void seen.push(name)
  expect((await migrate(address, { folder, onApplied })).map(({ number }) => number)).toEqual([
    1, 2,
  ])
  expect(await migrate(address, { folder, onApplied })).toEqual([])
  write('0003_three.sql', table('three'))
  expect(await migrate(address, { folder, onApplied })).toMatchObject([{ name: '0003_three.sql' }])
  expect(seen).toEqual(['0001_one.sql', '0002_two.sql', '0003_three.sql'])
  expect(await namesOf()).toEqual(['one', 'three', 'two'])
})

test('line ends of another system are no change, a changed word is', async () => {
  write('0001_one.sql', table('one'))
  await migrate(address, { folder })
  write('0001_one.sql', table('one').replaceAll('\n', '\r\n'))
  expect(await migrate(address, { folder })).toEqual([])
  write('0001_one.sql', table('uno'))
  await expect(migrate(address, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringMatching(/0001_one\.sql is not the file .* Restore the file as it was/),
  })
  expect(await namesOf()).toEqual(['one'])
})

test('a database of a newer millrace is refused, and left alone', async () => {
  write('0001_one.sql', table('one'))
  write('0002_two.sql', table('two'))
  await migrate(address, { folder })
  rmSync(join(path, '0002_two.sql'))
  await expect(migrate(address, { folder })).rejects.toMatchObject({
    code: 'DATA_VERSION',
    message: expect.stringMatching(/newer millrace: it has had 0002_two\.sql.* Upgrade millrace/),
  })
})

test('a missing number is refused, in the folder and in the database', async () => {
  write('0001_one.sql', table('one'))
  write('0003_three.sql', table('three'))
  await expect(migrate(address, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('0003_three.sql stands where migration 2 should'),
  })
  write('0002_two.sql', table('two'))
  await migrate(address, { folder })
  await command(`ALTER TABLE ${address.database}._migrations DELETE WHERE number = 2
    SETTINGS mutations_sync = 2`)
  await expect(migrate(address, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringContaining('has had 0003_three.sql, but not migration 2 before it'),
  })
})

test('a statement that fails is named, and the migration goes on once it is mended', async () => {
  write('0001_one.sql', `${table('one')} -- a comment; no statement\n CREATE TABEL two;`)
  await expect(migrate(address, { folder })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/refused statement 2 of 0001_one\.sql: Syntax error/),
  })
  expect(await namesOf()).toEqual(['one'])
  write('0001_one.sql', `${table('one')}${table('two')}`)
  expect(await migrate(address, { folder })).toHaveLength(1)
  expect(await namesOf()).toEqual(['one', 'two'])
})

test('the migrations of the house may be cut off anywhere, and run again', async () => {
  const statements = readMigrations().flatMap(migration => migration.statements)
  cpSync(MIGRATIONS_FOLDER, path, { recursive: true })
  write('0001_tables.sql', `${statements.join(';\n')}; SELECT cut off`)
  await expect(migrate(address, { folder })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
  const before = await namesOf()
  await migrate(address)
  const views = ['_views', ...readViews(MIGRATIONS_FOLDER).map(({ name }) => name)]
  expect(await namesOf()).toEqual([...before, ...views].sort())
  expect(before.length).toBeGreaterThan(22)
})

test('processes that migrate at the same time make one history', async () => {
  await Promise.all([1, 2, 3].map(() => migrate(address)))
  const files = readdirSync(MIGRATIONS_FOLDER).filter(name => name.endsWith('.sql'))
  expect(await answerTo('SELECT number, name FROM _migrations ORDER BY number')).toEqual(
    files.sort().map((name, at) => [at + 1, name]),
  )
})

test('migrations of the house name no database, so that they fit any', () => {
  for (const name of readdirSync(MIGRATIONS_FOLDER, { recursive: true }).map(String)) {
    if (!name.endsWith('.sql')) continue
    expect(readFileSync(new URL(name, MIGRATIONS_FOLDER), 'utf8')).not.toMatch(/millrace\./)
  }
})

test('where nobody answers, it says that ClickHouse does not', async () => {
  const nobody = { ...address, url: 'http://127.0.0.1:9' }
  await expect(migrate(nobody, { folder })).rejects.toMatchObject({
    code: 'CLICKHOUSE_UNAVAILABLE',
    message: expect.stringMatching(/does not answer \(ECONNREFUSED\)/),
  })
})

test('an error of whoever is told of progress is not taken for one of ClickHouse', async () => {
  write('0001_one.sql', table('one'))
  const onApplied = () => {
    throw new TypeError('no such line')
  }
  await expect(migrate(address, { folder, onApplied })).rejects.toThrow(TypeError)
  expect(await migrate(address, { folder })).toEqual([])
})
