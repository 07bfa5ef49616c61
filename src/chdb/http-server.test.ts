/** What is asked without a client: who is let in, and what a plain request may do. */
import { type IncomingMessage, request } from 'node:http'
import { buffer, text } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClickHouseForTests, clickHouseForTests } from '../testing/click-house.ts'

let house: ClickHouseForTests

beforeAll(async () => {
  house = await clickHouseForTests()
  await ask('CREATE TABLE t (a UInt32, b String) ENGINE = MergeTree ORDER BY a')
})
afterAll(() => house.stop())

/** These speak of our own server, which has one user and listens on loopback alone. */
const ours = test.skipIf(process.env.CLICKHOUSE_URL)

const WITHIN = { timeout: 10_000 }

const asked = (path: string, init: RequestInit = {}) => fetch(`${house.address.url}${path}`, init)

const key = () => ({
  'X-ClickHouse-User': house.address.username,
  'X-ClickHouse-Key': house.address.password,
})

const at = (parameters: Record<string, string> = {}) =>
  `/?${new URLSearchParams({ database: house.address.database, ...parameters })}`

const ask = async (
  body: string | Uint8Array<ArrayBuffer>,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
) => {
  const answer = await asked(at(parameters), {
    method: 'POST',
    body,
    headers: { ...key(), ...headers },
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('a ping needs no password', async () => {
  for (const path of ['/ping', '/replicas_status']) {
    expect(await (await asked(path)).text()).toMatch(/^Ok\.\n$/)
  }
})

ours('without the password nothing is answered', async () => {
  const path = '/?query=SELECT%201'
  const none = await asked(path)
  expect([none.status, none.headers.get('X-ClickHouse-Exception-Code')]).toEqual([401, '194'])
  const wrong = [
    { headers: { ...key(), 'X-ClickHouse-Key': 'wrong' } },
    { headers: { ...key(), 'X-ClickHouse-User': 'other' } },
    { headers: { Authorization: `Basic ${btoa('default:wrong')}` } },
    { headers: { Authorization: 'Basic ????' } },
  ]
  for (const init of wrong) {
    const answer = await asked(path, init)
    expect([answer.status, answer.headers.get('X-ClickHouse-Exception-Code')]).toEqual([403, '516'])
    expect(await answer.text()).toContain('AUTHENTICATION_FAILED')
  }
})

test('the password may come in headers, by basic authentication or in the address', async () => {
  const { username, password } = house.address
  const path = '/?query=SELECT%201'
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const answers = [
    await asked(path, { headers: key() }),
    await asked(path, { headers: { Authorization: `Basic ${basic}` } }),
    await asked(`${path}&${new URLSearchParams({ user: username, password })}`),
  ]
  for (const answer of answers) expect(await answer.text()).toBe('1\n')
})

const withHost = (host: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(`${house.address.url}/ping`, { headers: { Host: host } }, resolve)
      .on('error', reject)
      .end()
  })

ours('a request that was made to another name is refused', async () => {
  const { port } = new URL(house.address.url)
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example']) {
    const answer = await withHost(host)
    expect([host, answer.statusCode]).toEqual([host, 403])
    expect(await text(answer)).toContain('localhost')
  }
  for (const host of ['127.0.0.1', `localhost:${port}`, `[::1]:${port}`]) {
    expect((await withHost(host)).statusCode).toBe(200)
  }
})

ours(
  'what a page of another host posts is refused, also where the browser knows the password',
  async () => {
    const statusFor = async (Origin: string) => (await ask('SELECT 1', {}, { Origin })).status
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      expect([origin, await statusFor(origin)]).toEqual([origin, 403])
    }
    for (const origin of [house.address.url, 'http://localhost:3000', 'http://[::1]']) {
      expect([origin, await statusFor(origin)]).toEqual([origin, 200])
    }
  },
)

test('a request by GET cannot write', async () => {
  const statements = [
    "INSERT INTO t VALUES (1, 'a')",
    'INSERT INTO t SELECT 1, 2',
    'DROP TABLE t',
    'CREATE TABLE u (a Int8) ENGINE = Memory',
    'SELECT 1 SETTINGS readonly = 0',
  ]
  for (const query of statements) {
    for (const more of [{}, { readonly: '0' }]) {
      const answer = await asked(at({ query, ...more }), { headers: key() })
      expect([query, answer.headers.get('X-ClickHouse-Exception-Code')]).toEqual([query, '164'])
    }
  }
  expect((await ask('SELECT count() FROM t')).text).toBe('0\n')
})

test('the statement may be in the address, in the body, or half in each', async () => {
  const selects = [
    () => ask('SELECT 1 + 1'),
    () => ask('', { query: 'SELECT 1 + 1' }),
    () => ask('+ 1 FORMAT CSV', { query: 'SELECT 1' }),
    () => ask('/* ; */ SELECT 1 + 1 ; -- FORMAT JSON'),
  ]
  for (const select of selects) expect((await select()).text).toBe('2\n')
  const inserts = [
    () => ask('1,a\n2,b\n', { query: 'INSERT INTO t FORMAT CSV' }),
    () => ask('INSERT INTO t FORMAT CSV\n1,a\n2,b\n'),
    () => ask("(1, 'a'), (2, 'b')", { query: 'INSERT INTO t VALUES' }),
    () => ask("INSERT INTO t VALUES (1, 'a'), (2, 'b')"),
    () => ask('2,b\n', { query: 'INSERT INTO t FORMAT CSV 1,a' }),
    () => ask('FORMAT CSV\n1,a\n2,b\n', { query: 'INSERT INTO t (a, b) SETTINGS max_threads = 1' }),
    () => ask("INSERT INTO t SELECT number + 1, ['a', 'b'][number + 1] FROM numbers(2)"),
  ]
  for (const insert of inserts) {
    expect((await insert()).text).toBe('')
    expect((await ask('SELECT * FROM t ORDER BY a')).text).toBe('1\ta\n2\tb\n')
    await ask('TRUNCATE TABLE t')
  }
})

test('a long statement may be in the address', async () => {
  const query = `SELECT length('${'x'.repeat(100_000)}')`
  expect((await ask('', { query })).text).toBe('100000\n')
})

test('an insert may select from what was sent', async () => {
  const query = "INSERT INTO t SELECT x * 2, upper(y) FROM input('x UInt8, y String') FORMAT CSV"
  await ask('1,a\n2,b\n', { query })
  expect((await ask('SELECT * FROM t ORDER BY a')).text).toBe('2\tA\n4\tB\n')
  await ask('TRUNCATE TABLE t')
})

test('a long body is stored whole, and so is one that is not text', async () => {
  const rows = 200_000
  const line = Buffer.from('1,aaaaaaaaaaaaaaa\n')
  const body = Buffer.concat([
    Buffer.from('INSERT INTO t FORMAT CSV\n'),
    Buffer.alloc(rows * line.length, line),
  ])
  const answer = await ask(body)
  expect(JSON.parse(answer.headers.get('X-ClickHouse-Summary')!).written_rows).toBe(String(rows))
  const binary = Buffer.from([255, 0, 0, 0, 3, 255, 0, 10])
  await ask(binary, { query: 'INSERT INTO t FORMAT RowBinary' })
  expect((await ask('SELECT count(), hex(any(b)) FROM t WHERE a = 255')).text).toBe('1\tFF000A\n')
  expect((await ask("SELECT count() FROM t WHERE b = 'aaaaaaaaaaaaaaa'")).text).toBe(`${rows}\n`)
  await ask('TRUNCATE TABLE t')
})

test('gzip is read, and written where it is asked for', async () => {
  const body = gzipSync('INSERT INTO t FORMAT TSV\n7\tz\n')
  expect((await ask(body, {}, { 'Content-Encoding': 'gzip' })).status).toBe(200)
  expect((await ask('SELECT b FROM t')).text).toBe('z\n')
  await ask('TRUNCATE TABLE t')
  const raw = await new Promise<IncomingMessage>((resolve, reject) => {
    const path = at({ enable_http_compression: '1', query: 'SELECT 5' })
    const headers = { ...key(), 'Accept-Encoding': 'gzip' }
    request(`${house.address.url}${path}`, { headers }, resolve).on('error', reject).end()
  })
  expect(raw.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(await buffer(raw)).toString()).toBe('5\n')
})

ours('a body may be compressed in other ways too', async () => {
  // An LZ4 frame of `INSERT INTO t FORMAT TSV\n7\tz\n`, its one block stored.
  const statement = Buffer.from('INSERT INTO t FORMAT TSV\n7\tz\n')
  const frame = Buffer.from('04224d186040820000008000000000', 'hex')
  frame.writeUInt32LE((0x80000000 | statement.length) >>> 0, 7)
  const lz4 = Buffer.concat([frame.subarray(0, 11), statement, Buffer.alloc(4)])
  expect(await ask(lz4, {}, { 'Content-Encoding': 'lz4' })).toMatchObject({ text: '' })
  expect((await ask('SELECT b FROM t')).text).toBe('z\n')
  await ask('TRUNCATE TABLE t')
  const broken = Buffer.from('no frame at all')
  expect((await ask(broken, {}, { 'Content-Encoding': 'lz4' })).status).toBeGreaterThanOrEqual(400)
  expect((await ask(broken, {}, { 'Content-Encoding': 'gzip' })).status).toBeGreaterThanOrEqual(400)
})

test('the format comes from the statement, or else from the request', async () => {
  const formats = [
    await ask('SELECT 1 AS a'),
    await ask('SELECT 1 AS a', { default_format: 'CSVWithNames' }),
    await ask('SELECT 1 AS a', {}, { 'X-ClickHouse-Format': 'JSONCompactEachRow' }),
    await ask('SELECT 1 AS a FORMAT Values SETTINGS max_threads = 1', { default_format: 'CSV' }),
    await ask("SHOW DATABASES LIKE 'none'", { default_format: 'CSVWithNames' }),
  ]
  expect(formats.map(({ text }) => text)).toEqual(['1\n', '"a"\n1\n', '[1]\n', '(1)', '"name"\n'])
  expect(formats.map(({ headers }) => headers.get('X-ClickHouse-Format'))).toEqual([
    'TabSeparated',
    'CSVWithNames',
    'JSONCompactEachRow',
    'Values',
    'CSVWithNames',
  ])
})

test.each([
  ['SELECT 1 FROM nowhere', 404, '60'],
  ['SELEKT', 400, '62'],
  ['', 400, '62'],
  ["SELECT 1 INTO OUTFILE 'x'", null, null],
  ['SELECT sleep(3) SETTINGS max_execution_time = 0.1', 408, '159'],
  ['SELECT throwIf(number = 3) FROM numbers(5)', 500, '395'],
])('%j is answered with status %s and code %s', async (statement, status, code) => {
  const answer = await ask(statement)
  if (status !== null) expect(answer.status).toBe(status)
  if (code !== null) expect(answer.headers.get('X-ClickHouse-Exception-Code')).toBe(code)
  expect(answer.text).toMatch(/^Code: \d+\. DB::Exception: .* \([A-Z_]+\) \(version [^)]+\)+\n$/s)
})

test('an answer that was to be whole before it is sent has its status', async () => {
  const statement = `SELECT throwIf(number = 100000), repeat('x', 50) FROM system.numbers
    LIMIT 200000 SETTINGS max_threads = 1, max_block_size = 10000`
  expect((await ask(statement, { wait_end_of_query: '1' })).status).toBe(500)
  const whole = await ask('SELECT number FROM numbers(100000)', { wait_end_of_query: '1' })
  expect(whole.text.length).toBe(588_890)
})

ours('one statement runs under an identity at a time', async () => {
  const query_id = 'the-same'
  const abort = new AbortController()
  const first = asked(at({ query_id }), {
    method: 'POST',
    body: 'SELECT count() FROM numbers(1000000000000) WHERE number % 3 = 1',
    headers: key(),
    signal: abort.signal,
  })
  await expect
    .poll(async () =>
      (await ask('SELECT 1', { query_id })).headers.get('X-ClickHouse-Exception-Code'),
    )
    .toBe('216')
  abort.abort()
  await expect(first).rejects.toThrow()
  await expect.poll(async () => (await ask('SELECT 1', { query_id })).status, WITHIN).toBe(200)
})

test('statements of one session follow each other at once', async () => {
  const session_id = `s-${house.address.database}`
  for (let n = 0; n < 30; n++) {
    const answer = await ask(`SET max_block_size = ${n + 1}`, { session_id })
    expect([n, answer.status]).toEqual([n, 200])
    const setting = await ask("SELECT getSetting('max_block_size')", { session_id })
    expect(setting.text).toBe(`${n + 1}\n`)
  }
})

test('a session whose statement still runs is locked', async () => {
  const session_id = `locked-${house.address.database}`
  const long = ask('SELECT sleep(1)', { session_id })
  await expect
    .poll(async () =>
      (await ask('SELECT 1', { session_id })).headers.get('X-ClickHouse-Exception-Code'),
    )
    .toBe('373')
  expect((await long).status).toBe(200)
})

ours('what is not supported is refused with what to do', async () => {
  const compressed = await ask('SELECT 1', { compress: '1' })
  expect([compressed.status, compressed.text]).toEqual([501, expect.stringContaining('compress=0')])
  expect((await ask('SELECT 1', {}, { 'Content-Encoding': 'lzma' })).status).toBe(501)
  expect((await ask('SELECT 1', { session_id: 'new', session_check: '1' })).status).toBe(404)
  expect((await ask('SELECT 1', { session_id: 'new', session_timeout: '0' })).status).toBe(400)
  expect((await ask('SELECT 1', { 'max_threads=1,x': '1' })).status).toBe(404)
})

ours('the first question of clickhouse-go is answered in the form that it wants', async () => {
  const question = 'SELECT displayName(), version(), revision(), timezone()'
  const answer = await asked(at({ default_format: 'Native', client_protocol_version: '54460' }), {
    method: 'POST',
    body: question,
    headers: key(),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  // Properties of the block, 4 columns, 1 row, then the first column.
  expect(bytes.subarray(0, 10).toString('hex')).toBe('010002ffffffff000401')
  expect(bytes.subarray(10, 41).toString()).toBe('\rdisplayName()\x06String\0\bmillrace')
})
