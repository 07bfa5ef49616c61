import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  runningEmbeddedClickHouse,
  startEmbeddedClickHouse,
} from '../src/chdb/embedded-click-house.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { clientOf } from '../src/sinks/clickhouse/client.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../src/testing/click-house.ts'
import { type Ended, mill, millWith } from './mill.ts'

let folder: string
let clickHouse: ClickHouseForTests
let server: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-query-'))
  clickHouse = await clickHouseForTests()
  const { url, username, password, database } = clickHouse.address
  server = `${url.replace('://', `://${username}:${encodeURIComponent(password)}@`)}/${database}`
})

afterAll(async () => {
  await clickHouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

const query = (sql: string, ...options: readonly string[]): Promise<Ended> =>
  mill('query', sql, '--clickhouse', server, ...options)

describe('a query', () => {
  test('is answered with a table for people', async () => {
    const { code, stdout } = await query(
      "SELECT number AS orders, if(number = 1, NULL, 'France') AS market FROM numbers(8, 3)",
    )
    expect(code).toBe(0)
    expect(stdout).toBe(
      'orders  market\n     8  France\n     9  France\n    10  France\n\n3 rows\n',
    )
  })

  test('is answered with the first thousand rows, and says that there are more', async () => {
    const { stdout } = await query('SELECT number FROM numbers(100000000)')
    expect(stdout.split('\n').slice(-5)).toEqual([
      '   998',
      '   999',
      '',
      'The first 1,000 rows; there are more. With --json or --csv all are printed.',
      '',
    ])
    expect((await query('SELECT number FROM numbers(1000)')).stdout).toMatch(/\n1,000 rows\n$/)
  })

  test('is answered in JSON, a row in a line, with integers whole', async () => {
    const { stdout } = await query(
      "SELECT 9007199254740993 AS big, 1.5 AS half, NULL AS none, 'a\\nb' AS text;",
      '--json',
    )
    expect(stdout).toBe('{"big":"9007199254740993","half":1.5,"none":null,"text":"a\\nb"}\n')
  })

  test('is answered in CSV, byte by byte as ClickHouse wrote it', async () => {
    const { stdout } = await query(
      "SELECT 'a\\r\\nb' AS text, 'é' AS other FROM numbers(2)",
      '--csv',
    )
    expect(stdout).toBe('"text","other"\n"a\r\nb","é"\n"a\r\nb","é"\n')
  })

  test('is answered with every row, however many', async () => {
    const { stdout } = await query('SELECT number FROM numbers(200000)', '--csv')
    const lines = stdout.split('\n')
    expect([lines.length, lines[200_000], lines.at(-1)]).toEqual([200_002, '199999', ''])
  })

  test('writes a Parquet file whole', async () => {
    const path = join(folder, 'numbers.parquet')
    const { code, stdout } = await query('SELECT number FROM numbers(1000)', '--parquet', path)
    const bytes = await readFile(path)
    expect([code, stdout]).toEqual([
      0,
      `Wrote ${path}, ${bytes.length.toLocaleString('en-US')} bytes.\n`,
    ])
    expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', bytes.length - 4)).toBe(
      'PAR1PAR1',
    )
  })

  test('that fails leaves no Parquet file, and none that was there is touched', async () => {
    const path = join(folder, 'failed.parquet')
    const failing = 'SELECT throwIf(number = 3000000) FROM numbers(10000000)'
    expect(await query(failing, '--parquet', path)).toMatchObject({ code: 1 })
    expect((await readdir(folder)).filter(name => name.startsWith('failed'))).toEqual([])
    const nowhere = await query('SELECT 1', '--parquet', join(folder, 'none', 'x.parquet'))
    expect(nowhere.stderr).toMatch(/x\.parquet cannot be written: .* Give another file/)
  })

  test('is read from stdin where there is - in its place', async () => {
    const surroundings = { input: 'SELECT 1 AS one -- no more\n', env: { CLICKHOUSE_URL: server } }
    const { stdout } = await millWith(surroundings, 'query', '-', '--json')
    expect(stdout).toBe('{"one":1}\n')
  })

  test('ends where nobody reads any more', async () => {
    let pieces = 0
    const surroundings = { env: { CLICKHOUSE_URL: server }, readsOn: () => ++pieces < 2 }
    const sql = 'SELECT number FROM numbers(100000000)'
    expect(await millWith(surroundings, 'query', sql, '--json')).toMatchObject({ code: 0 })
    expect(pieces).toBe(2)
  })
})

describe('a query that cannot be answered', () => {
  test.each([
    [
      'SELECT 1,\n  2 FRUM x y',
      /code 62, SYNTAX_ERROR\): syntax error in line 2, column 10, at: x y/,
    ],
    ['SELECT (1', /syntax error/],
    ['SELECT 1 FORMAT CSV', /Leave FORMAT out: --json, --csv and --parquet choose it/],
    ['SELECT x', /code 47, UNKNOWN_IDENTIFIER\).*`x`/],
    ['SELECT * FROM nowhere', /code 60, UNKNOWN_TABLE/],
    ['SELECT 1; SELECT 2', /code 62/],
    ['CREATE TABLE t (a Int8) ENGINE = Memory', /code 164, READONLY\).* SELECT, SHOW, DESCRIBE/],
    ['SELECT 1 SETTINGS readonly = 0', /code 164, READONLY/],
  ])('says what ClickHouse says: %s', async (sql, complaint) => {
    const { code, stdout, stderr } = await query(sql)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(complaint)
    expect(stderr).not.toMatch(/\n.*\n|unexpected/)
  })

  test('midway says so after the rows it had', async () => {
    const failing =
      'SELECT throwIf(number = 3000000) AS a FROM numbers(10000000) SETTINGS max_threads = 1'
    const { code, stdout, stderr } = await query(failing, '--csv')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^("a"\n(0\n)*)?$/)
    expect(stderr).toMatch(/code 395/)
  })

  test('in time is stopped in ClickHouse', async () => {
    const endless = 'SELECT count() FROM numbers(1e15) WHERE NOT ignore(sipHash64(number))'
    const { code, stderr } = await query(endless, '--timeout', '300ms')
    expect(code).toBe(1)
    expect(stderr).toMatch(/code 159, TIMEOUT_EXCEEDED.* maximum: (300 ms|0\.3)/)
    expect(stderr).toMatch(/stopped after 0\.3 s; give it longer with --timeout/)
    expect(await running('sipHash64')).toBe(0)
  })

  test('is ended in ClickHouse with Ctrl-C', async () => {
    const endless = 'SELECT count() FROM numbers(1e15) WHERE NOT ignore(cityHash64(number))'
    let interrupt = (): void => {}
    const surroundings = {
      env: { CLICKHOUSE_URL: server },
      listen: (interrupted: () => void) => {
        interrupt = interrupted
      },
    }
    const asked = millWith(surroundings, 'query', endless)
    await expect.poll(() => running('cityHash64'), POLL).toBe(1)
    interrupt()
    expect(await asked).toMatchObject({ code: 1, stderr: expect.stringContaining('interrupted') })
    await expect.poll(() => running('cityHash64'), POLL).toBe(0)
  })

  test('since nobody answers there says where', async () => {
    const { code, stderr } = await mill('query', 'SELECT 1', '--clickhouse', 'http://127.0.0.1:1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/does not answer at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)/)
  })

  test.each([
    [['SELECT', '1'], 'put the SQL into quotes'],
    [[], 'say what to ask'],
    [['  '], 'say what to ask'],
    [['SELECT 1', '--json', '--csv'], 'give one of --json and --csv'],
    [['SELECT 1', '--timeout', 'soon'], '--timeout soon'],
  ])('is refused as it is written: %j', async (words, complaint) => {
    const { code, stderr } = await mill('query', ...words)
    expect([code, stderr]).toEqual([2, expect.stringContaining(complaint)])
  })
})

const POLL = { timeout: 30_000, interval: 50 }

/** How many queries with this word run in ClickHouse, but for the one that asks. */
const running = async (word: string): Promise<number> => {
  const client = clientOf(clickHouse.address)
  const answer = await client.query({
    query: `SELECT toUInt32(count()) AS running FROM system.processes
            WHERE position(query, {word:String}) > 0 AND position(query, 'system.processes') = 0`,
    query_params: { word },
    format: 'JSONEachRow',
  })
  const [row] = await answer.json<{ running: number }>()
  await client.close()
  return row!.running
}

describe('the data directory of a query', () => {
  test('must be there', async () => {
    const { code, stderr } = await mill('query', 'SELECT 1', '--data', join(folder, 'none'))
    expect([code, stderr]).toEqual([1, expect.stringContaining('npx millrace demo')])
  })

  test('has its engine asked where it runs, and else started for as long as it takes', async () => {
    const data = join(folder, 'data')
    const directory = await openDataDirectory(data, 'shop')
    const unmade = await mill('query', 'SELECT 1', '--data', data)
    expect(unmade.stderr).toMatch(/UNKNOWN_DATABASE.* Make its tables with `npx millrace migrate`/)
    expect(await runningEmbeddedClickHouse(directory.clickHouse)).toBeNull()

    const applied = await mill('migrate', '--data', data, '--json')
    expect(JSON.parse(applied.stdout).applied[0]).toMatchObject({ number: 1 })
    const engine = await startEmbeddedClickHouse(directory.clickHouse)
    try {
      const again = await mill('migrate', '--data', data)
      expect([again.stdout, again.stderr]).toEqual(['All tables are up to date.\n', ''])
      // The address of a server in the environment is another matter.
      const elsewhere = { env: { CLICKHOUSE_URL: 'http://127.0.0.1:1' } }
      const asked = await millWith(elsewhere, 'query', 'SELECT count() FROM orders', '--data', data)
      expect([asked.code, asked.stdout]).toEqual([0, 'count()\n      0\n\n1 row\n'])
      expect(await runningEmbeddedClickHouse(directory.clickHouse)).not.toBeNull()
    } finally {
      await engine.stop()
    }
  })
})
