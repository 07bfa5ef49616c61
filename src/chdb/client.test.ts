/** What `@clickhouse/client` does, against the embedded engine or the server of `CLICKHOUSE_URL`. */
import { randomUUID } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  type ClickHouseClient,
  ClickHouseError,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClickHouseForTests, clickHouseForTests } from '../testing/click-house.ts'

let house: ClickHouseForTests
let client: ClickHouseClient
const directory = mkdtempSync(join(tmpdir(), 'millrace-client-'))

const clientWith = (more: object = {}): ClickHouseClient => {
  const { url, username, password, database } = house.address
  return createClient({
    url,
    username,
    password,
    database,
    request_timeout: 60_000,
    log: { level: ClickHouseLogLevel.OFF },
    ...more,
  })
}

beforeAll(async () => {
  house = await clickHouseForTests()
  client = clientWith()
  await client.command({
    query: `CREATE TABLE readings (id UInt32, name String, at DateTime64(3, 'UTC'), level Nullable(Float64))
      ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000`,
  })
})

afterAll(async () => {
  await client.close()
  await house.stop()
  rmSync(directory, { recursive: true, force: true })
})

const empty = () => client.command({ query: 'TRUNCATE TABLE readings' })

const rowsOf = async <T>(query: string, more: object = {}): Promise<T[]> => {
  const result = await client.query({ query, format: 'JSONEachRow', ...more })
  return result.json<T>()
}

const count = async (table = 'readings'): Promise<number> => {
  const [row] = await rowsOf<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table}`)
  return row!.n
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(ClickHouseError)
  return (error as ClickHouseError).code
}

const READING = { id: 1, name: "o'b\\ü\t", at: '2026-01-02 03:04:05.678', level: null }

test('both kinds of ping are answered', async () => {
  expect(await client.ping()).toEqual({ success: true })
  expect(await client.ping({ select: true })).toMatchObject({ success: true })
})

test.each(['JSONEachRow', 'JSONCompactEachRow', 'JSON'] as const)(
  'rows inserted as %s come back as they were',
  async format => {
    await empty()
    const row = format === 'JSONCompactEachRow' ? Object.values(READING) : READING
    const values = format === 'JSON' ? { meta: META, data: [READING] } : [row]
    const result = await client.insert({ table: 'readings', values: values as never, format })
    expect(result.executed).toBe(true)
    expect(result.summary?.written_rows).toBe('1')
    expect(await rowsOf('SELECT * FROM readings')).toEqual([READING])
  },
)

const META = [
  { name: 'id', type: 'UInt32' },
  { name: 'name', type: 'String' },
  { name: 'at', type: "DateTime64(3, 'UTC')" },
  { name: 'level', type: 'Nullable(Float64)' },
]

test('a stream of objects is inserted', async () => {
  await empty()
  const objects = Array.from({ length: 10_000 }, (_, id) => ({ ...READING, id }))
  await client.insert({ table: 'readings', values: Readable.from(objects), format: 'JSONEachRow' })
  expect(await count()).toBe(10_000)
})

test('CSV and Parquet are inserted from files', async () => {
  await empty()
  const csv = join(directory, 'readings.csv')
  writeFileSync(csv, '1,a,2026-01-01 00:00:00,0.5\n2,b,2026-01-01 00:00:00,\\N\n')
  await client.insert({ table: 'readings', values: createReadStream(csv), format: 'CSV' })
  const answer = await client.exec({ query: 'SELECT * FROM readings ORDER BY id FORMAT Parquet' })
  const parquet = await buffer(answer.stream)
  expect(parquet.subarray(0, 4).toString()).toBe('PAR1')
  await client.insert({
    table: 'readings',
    values: Readable.from([parquet], { objectMode: false }),
    format: 'Parquet',
    clickhouse_settings: { insert_deduplication_token: 'the same rows again' },
  })
  const query = 'SELECT id, name, toUInt8(count()) AS n FROM readings GROUP BY ALL ORDER BY id'
  expect(await rowsOf(query)).toEqual([
    { id: 1, name: 'a', n: 2 },
    { id: 2, name: 'b', n: 2 },
  ])
})

test('requests and answers may be compressed', async () => {
  await empty()
  const compressing = clientWith({ compression: { request: true, response: true } })
  const values = Array.from({ length: 5_000 }, (_, id) => ({ ...READING, id }))
  await compressing.insert({ table: 'readings', values, format: 'JSONEachRow' })
  const result = await compressing.query({ query: 'SELECT id FROM readings', format: 'JSON' })
  expect((await result.json()).rows).toBe(5_000)
  await compressing.close()
})

/** id, name, at in milliseconds, level. */
const rowBinary = (id: number): Buffer => {
  const bytes = Buffer.alloc(4 + 2 + 8 + 1)
  bytes.writeUInt32LE(id, 0)
  bytes.writeUInt8(1, 4)
  bytes.write('\n', 5)
  bytes.writeBigInt64LE(1_767_225_600_000n, 6)
  bytes.writeUInt8(1, 14)
  return bytes
}

const insertBinary = async (bytes: Buffer, token: string) => {
  const result = await client.exec({
    query: 'INSERT INTO readings FORMAT RowBinary',
    values: Readable.from([bytes], { objectMode: false }),
    clickhouse_settings: { insert_deduplication_token: token, insert_deduplicate: 1 },
  })
  result.stream.resume()
  return result
}

test('binary rows that look like blanks and ends of lines are inserted as they are', async () => {
  await empty()
  // 0x0a20200a: its bytes are those of blanks.
  const ids = [0x0a20200a, 10, 32, 13]
  await insertBinary(Buffer.concat(ids.map(rowBinary)), 'blanks')
  const rows = await rowsOf<{ id: number }>("SELECT id FROM readings WHERE name = '\\n'")
  expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b))
})

test('a batch with the same token is stored once, and the token is that of one insert', async () => {
  await empty()
  await insertBinary(rowBinary(1), 'first')
  await insertBinary(rowBinary(1), 'first')
  expect(await count()).toBe(1)
  await insertBinary(rowBinary(2), 'second')
  expect(await count()).toBe(2)
  for (const id of [3, 4]) {
    await client.insert({ table: 'readings', values: [{ ...READING, id }], format: 'JSONEachRow' })
  }
  expect(await count()).toBe(4)
})

test('an insert of nothing stores nothing', async () => {
  await empty()
  const result = await client.insert({ table: 'readings', values: [], format: 'JSONEachRow' })
  expect(result.executed).toBe(false)
  await insertBinary(Buffer.alloc(0), 'nothing')
  expect(await count()).toBe(0)
})

test('values in a statement are inserted, expressions and parameters too', async () => {
  await empty()
  await client.command({
    query: `INSERT INTO readings VALUES (1 + 1, upper('a'), '2026-01-01', 0.5),
      ({id:UInt32}, {name:String}, '2026-01-01', NULL)`,
    query_params: { id: 7, name: "it's" },
  })
  expect(await rowsOf('SELECT id, name FROM readings ORDER BY id')).toEqual([
    { id: 2, name: 'A' },
    { id: 7, name: "it's" },
  ])
})

test('a part of the columns is inserted', async () => {
  await empty()
  const values = [{ id: 1, name: 'x' }]
  await client.insert({ table: 'readings', values, columns: ['id', 'name'], format: 'JSONEachRow' })
  expect(await rowsOf('SELECT id, name, level FROM readings')).toEqual([
    { id: 1, name: 'x', level: null },
  ])
})

test.each([
  'JSON',
  'JSONStrings',
  'JSONCompact',
  'JSONCompactStrings',
  'JSONColumnsWithMetadata',
] as const)('%s comes as one document', async format => {
  const query = 'SELECT number AS n FROM system.numbers LIMIT 70000'
  const result = await client.query({ query, format })
  const document = (await result.json()) as unknown as { rows: number; meta: unknown[] }
  expect(document.rows).toBe(70_000)
  expect(document.meta).toHaveLength(1)
})

test.each([
  ['JSONEachRow', 70_000],
  ['JSONStringsEachRow', 70_000],
  ['JSONCompactEachRow', 70_000],
  ['JSONCompactEachRowWithNames', 70_001],
  ['JSONCompactEachRowWithNamesAndTypes', 70_002],
  ['JSONCompactStringsEachRowWithNamesAndTypes', 70_002],
] as const)('%s comes row by row, its header once', async (format, lines) => {
  const query = 'SELECT number AS n FROM system.numbers LIMIT 70000'
  const result = await client.query({ query, format })
  expect((await result.json()) as unknown[]).toHaveLength(lines)
})

test.each([
  ['CSV', '0\n1\n'],
  ['CSVWithNames', '"n"\n0\n1\n'],
  ['CSVWithNamesAndTypes', '"n"\n"UInt64"\n0\n1\n'],
  ['TabSeparated', '0\n1\n'],
  ['TabSeparatedWithNames', 'n\n0\n1\n'],
  ['CustomSeparated', '0\n1\n'],
] as const)('%s comes as text', async (format, expected) => {
  const result = await client.query({ query: 'SELECT number AS n FROM numbers(2)', format })
  expect(await result.text()).toBe(expected)
})

test('half a million rows are streamed, each once and in order', async () => {
  const query = 'SELECT number FROM system.numbers LIMIT 500000'
  const result = await client.query({ query, format: 'JSONCompactEachRow' })
  let next = 0
  let misplaced = 0
  for await (const rows of result.stream<[number | string]>()) {
    for (const row of rows) if (Number(row.json()[0]) !== next++) misplaced++
  }
  expect({ next, misplaced }).toEqual({ next: 500_000, misplaced: 0 })
})

test('parameters of a query keep their types and cannot break out of it', async () => {
  const query_params = {
    table: 'readings',
    text: "'; DROP TABLE readings; -- \\ \t\n ü",
    day: new Date('2026-03-04T05:06:07Z'),
    map: new Map([['a', 1]]),
    list: [1, 2],
    none: null,
    yes: true,
  }
  const query = `SELECT {table:String} AS t, {text:String} AS text, {day:DateTime('UTC')} AS day,
      {map:Map(String, UInt8)} AS map, {list:Array(UInt8)} AS list, {none:Nullable(Int8)} AS none,
      {yes:Bool} AS yes, toUInt8(count() >= 0) AS counted FROM {table:Identifier}`
  expect(await rowsOf(query, { query_params })).toEqual([
    {
      t: 'readings',
      text: query_params.text,
      day: '2026-03-04 05:06:07',
      map: { a: 1 },
      list: [1, 2],
      none: null,
      yes: true,
      counted: 1,
    },
  ])
})

test('a setting is that of its statement alone, also where that fails', async () => {
  const setting = () => rowsOf<{ v: string }>("SELECT toString(getSetting('max_threads')) AS v")
  const [before] = await setting()
  const clickhouse_settings = { max_threads: 1 }
  expect(
    await rowsOf("SELECT toString(getSetting('max_threads')) AS v", { clickhouse_settings }),
  ).toEqual([{ v: '1' }])
  await codeOf(client.query({ query: 'SELECT nothing FROM nowhere', clickhouse_settings }))
  await client.command({ query: 'SET max_threads = 1' })
  for (let n = 0; n < 20; n++) expect(await setting()).toEqual([before])
})

test('errors have the code and the name of ClickHouse', async () => {
  expect(await codeOf(client.query({ query: 'SELECT 1 FROM nowhere' }))).toBe('60')
  expect(await codeOf(client.query({ query: 'SELEKT 1' }))).toBe('62')
  expect(await codeOf(client.query({ query: 'SELECT nothing FROM readings' }))).toBe('47')
  expect(await codeOf(client.query({ query: 'SELECT 1; SELECT 2', format: 'CSV' }))).toBe('62')
  const values = [{ id: 'x' }]
  const insert = client.insert({ table: 'readings', values, format: 'JSONEachRow' })
  expect(await codeOf(insert)).toBe('27')
  const clickhouse_settings = { no_such_setting: 1 } as ClickHouseSettings
  expect(await codeOf(client.query({ query: 'SELECT 1', clickhouse_settings }))).toBe('115')
  await expect(client.query({ query: 'SELECT 1 FROM nowhere' })).rejects.toMatchObject({
    type: 'UNKNOWN_TABLE',
  })
})

test('a query that takes too long ends at its limit', async () => {
  const query = 'SELECT count() FROM numbers(1000000000000) WHERE number % 3 = 1'
  expect(
    await codeOf(
      client.query({ query, clickhouse_settings: { max_execution_time: 0.2 as never } }),
    ),
  ).toBe('159')
})

test('an error in the middle of an answer reaches the client', async () => {
  const query = `SELECT throwIf(number = 100000, 'enough') AS x, repeat('x', 50) AS y
    FROM system.numbers LIMIT 200000`
  const result = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { max_threads: 1, max_block_size: '10000' },
  })
  expect(await codeOf(result.json())).toBe('395')
})

test('a temporary table lives in its session', async () => {
  const session = clientWith({ session_id: randomUUID() })
  await session.command({ query: 'CREATE TEMPORARY TABLE mine (a UInt8)' })
  await session.command({ query: 'INSERT INTO mine VALUES (1), (2)' })
  const result = await session.query({ query: 'SELECT a FROM mine ORDER BY a', format: 'CSV' })
  expect(await result.text()).toBe('1\n2\n')
  await session.command({ query: 'SET max_block_size = 77' })
  const setting = (settings = {}) =>
    session
      .query({
        query: "SELECT getSetting('max_block_size')",
        format: 'CSV',
        clickhouse_settings: settings,
      })
      .then(one => one.text())
  expect(await setting({ max_block_size: '99' })).toBe('99\n')
  expect(await setting()).toBe('77\n')
  await session.close()
  expect(await codeOf(client.query({ query: 'SELECT a FROM mine' }))).toBe('60')
})

test.each([
  ['short', 0],
  ['long', 150_000],
])('an aborted query ends in the engine, a %s one too', async (_, length) => {
  const mark = randomUUID()
  const abort = new AbortController()
  const query =
    `SELECT '${mark}', count() FROM numbers(1000000000000) WHERE number % 3 = 1 ` +
    `AND toString(number) != '${'x'.repeat(length)}'`
  const asked = client.query({
    query,
    abort_signal: abort.signal,
    clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
  })
  const running = async () => {
    const rows = await rowsOf(
      `SELECT 1 FROM system.processes WHERE query LIKE '%${mark}%' AND query NOT LIKE '%system.processes%'`,
    )
    return rows.length
  }
  await expect.poll(running, { timeout: 10_000 }).toBe(1)
  abort.abort()
  await expect(asked).rejects.toThrow(/abort/i)
  await expect.poll(running, { timeout: 10_000 }).toBe(0)
})

test('many statements run at once, short ones beside long ones', async () => {
  const wide = clientWith({ max_open_connections: 40 })
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const query = `SELECT {n:UInt32} + count() AS n FROM numbers(${n % 4 === 0 ? 3_000_000 : 10})
        WHERE number < 5`
      const result = await wide.query({ query, format: 'JSONEachRow', query_params: { n } })
      const [row] = await result.json<{ n: string }>()
      return Number(row!.n)
    }),
  )
  expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => n + 5))
  await wide.close()
})
