/** The engine's process: started, watched, killed, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, expect, test } from 'vitest'
import { MillraceError } from '../engine/errors.ts'
import { isAlive } from '../processes/process-alive.ts'
import {
  type EmbeddedClickHouse,
  runningEmbeddedClickHouse,
  startEmbeddedClickHouse,
} from './embedded-click-house.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-embedded-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
const directory = () => join(root, `clickhouse-${made++}`)

const clientOf = ({ url, username, password }: EmbeddedClickHouse): ClickHouseClient =>
  createClient({ url, username, password, log: { level: ClickHouseLogLevel.OFF } })

const faultOf = async (work: Promise<unknown>): Promise<MillraceError> => {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(MillraceError)
  return error as MillraceError
}

/** What a process has left in its spool; null where it has none. */
const spooledBodies = (pid: number): string[] | null => {
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const spool = readdirSync(memory).find(name => name.startsWith(`millrace-clickhouse-${pid}-`))
  if (spool === undefined) return null
  return readdirSync(join(memory, spool)).filter(name => name.startsWith('body'))
}

const again = async <T>(work: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const { code, type } = error as { code?: string; type?: string }
      if (type !== undefined || !/^(?:ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code ?? '')) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}

test('a batch that is sent again after the engine was killed is stored once, in rollups too', async () => {
  const clickHouse = await startEmbeddedClickHouse(directory())
  const client = clientOf(clickHouse)
  for (const query of [
    'CREATE DATABASE app ENGINE = Atomic',
    'CREATE TABLE app.raw (a UInt64, k UInt64) ENGINE = MergeTree ORDER BY a',
    'CREATE TABLE app.sums (k UInt64, n UInt64) ENGINE = SummingMergeTree ORDER BY k',
    'CREATE MATERIALIZED VIEW app.summing TO app.sums AS SELECT k, count() AS n FROM app.raw GROUP BY k',
  ]) {
    await client.command({ query })
  }
  const ROWS = 2_000
  const batchOf = (batch: number): Buffer => {
    const bytes = Buffer.alloc(ROWS * 16)
    for (let n = 0; n < ROWS; n++) {
      const a = batch * ROWS + n
      bytes.writeBigUInt64LE(BigInt(a), n * 16)
      bytes.writeBigUInt64LE(BigInt(a % 10), n * 16 + 8)
    }
    return bytes
  }
  const insert = async (batch: number) => {
    const result = await client.exec({
      query: 'INSERT INTO app.raw FORMAT RowBinary',
      values: Readable.from([batchOf(batch)], { objectMode: false }),
      clickhouse_settings: {
        insert_deduplication_token: `batch-${batch}`,
        deduplicate_blocks_in_dependent_materialized_views: 1,
      },
    })
    result.stream.resume()
  }
  const KILLS = 6
  const killedPids: number[] = []
  let batches = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const killed = clickHouse.pid
    killedPids.push(killed)
    // While it is under way: after 0, 1, 2, … turns of the loop and some of the network.
    const sent = insert(batches).catch(() => {})
    for (let turn = 0; turn < kill * 3; turn++) await new Promise(setImmediate)
    process.kill(killed, 'SIGKILL')
    await sent
    for (const batch of [batches++, batches++]) await again(() => insert(batch))
    expect(clickHouse.pid).not.toBe(killed)
  }
  expect(clickHouse.restarts).toBe(KILLS)
  const rows = await client.query({
    query: `SELECT count() AS n, uniqExact(a) AS once, max(a) + 1 AS last,
      (SELECT sum(n) FROM app.sums) AS rolled FROM app.raw`,
    format: 'JSONCompactEachRow',
  })
  const all = batches * ROWS
  expect((await rows.json<unknown[]>())[0]!.map(Number)).toEqual([all, all, all, all])
  expect(spooledBodies(clickHouse.pid)).toEqual([])
  for (const pid of killedPids) expect(spooledBodies(pid)).toBeNull()
  await client.close()
  await clickHouse.stop()
}, 60_000)

test('a directory has one engine, which others can find and ask', async () => {
  const path = directory()
  expect(await runningEmbeddedClickHouse(path)).toBeNull()
  const clickHouse = await startEmbeddedClickHouse(path)
  const { url, username, password } = clickHouse
  expect(await runningEmbeddedClickHouse(path)).toEqual({ url, username, password })
  const fault = await faultOf(startEmbeddedClickHouse(path))
  expect([fault.code, fault.message]).toEqual([
    'CLICKHOUSE_IN_USE',
    expect.stringContaining('another process'),
  ])
  expect(await runningEmbeddedClickHouse(path)).not.toBeNull()
  expect(statSync(join(path, 'password')).mode & 0o777).toBe(0o600)
  const { pid } = clickHouse
  await clickHouse.stop()
  expect(isAlive(pid)).toBe(false)
  expect(await runningEmbeddedClickHouse(path)).toBeNull()
  const next = await startEmbeddedClickHouse(path, { durable: true })
  expect(next.password).toBe(password)
  await next.stop()
})

test('an empty password, as a full disk leaves one, is not kept', async () => {
  const path = directory()
  mkdirSync(path)
  writeFileSync(join(path, 'password'), '')
  const clickHouse = await startEmbeddedClickHouse(path)
  const ask = (password: string) =>
    fetch(`${clickHouse.url}/?${new URLSearchParams({ query: 'SELECT 1', password })}`)
  expect([(await ask('')).status, (await ask(clickHouse.password)).status]).toEqual([403, 200])
  await clickHouse.stop()
})

test('it stops at once while statements run and while others wait', async () => {
  const clickHouse = await startEmbeddedClickHouse(directory())
  const client = clientOf(clickHouse)
  const query = 'SELECT count() FROM numbers(1000000000000) WHERE number % 3 = 1'
  const asked = Array.from({ length: 3 }, () => client.query({ query }).catch(() => 'ended'))
  const running = async () => {
    const result = await client.query({ query: 'SELECT 1 FROM system.processes', format: 'CSV' })
    return (await result.text()).split('\n').length > asked.length
  }
  await expect.poll(running, { timeout: 10_000 }).toBe(true)
  await clickHouse.stop()
  expect(await Promise.all(asked)).toEqual(['ended', 'ended', 'ended'])
  await client.close()
})

test('a port that is in use is refused', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const fault = await faultOf(startEmbeddedClickHouse(directory(), { port }))
  expect([fault.code, fault.message]).toEqual(['PORT_IN_USE', expect.stringContaining(`${port}`)])
  other.close()
})

test('a directory of a newer engine is refused', async () => {
  const path = directory()
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'server.json'), '{"engine":"99.1.2-stable.1"}')
  const fault = await faultOf(startEmbeddedClickHouse(path))
  expect([fault.code, fault.message]).toEqual(['DATA_VERSION', expect.stringContaining('99.1.2')])
})

test('a directory that cannot be made is refused', async () => {
  const file = directory()
  writeFileSync(file, '')
  const fault = await faultOf(startEmbeddedClickHouse(join(file, 'inside')))
  expect(fault.code).toBe('CLICKHOUSE_UNAVAILABLE')
  expect(fault.message).toContain(file)
})

/** The sources in a place of their own, from where `chdb` cannot be found. */
const WITHOUT_CHDB = `
  import { startEmbeddedClickHouse } from './src/chdb/embedded-click-house.ts'
  startEmbeddedClickHouse(process.argv[2]).catch(({ code, message }) => {
    console.log(JSON.stringify({ code, message }))
  })
`

test('without chdb it says what to install, and what else to do', async () => {
  const place = directory()
  const here = fileURLToPath(new URL('..', import.meta.url))
  for (const room of ['chdb', 'processes']) {
    cpSync(join(here, room), join(place, 'src', room), { recursive: true })
  }
  cpSync(join(here, 'engine/errors.ts'), join(place, 'src/engine/errors.ts'))
  mkdirSync(join(place, 'node_modules'))
  symlinkSync(join(here, '../node_modules/tsx'), join(place, 'node_modules/tsx'))
  const program = join(place, 'start.mts')
  writeFileSync(program, WITHOUT_CHDB)
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const started = spawn(process.execPath, ['--import', tsx, program, directory()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const fault = (await json(started.stdout)) as { code: string; message: string }
  expect(fault.code).toBe('CLICKHOUSE_MISSING')
  expect(fault.message).toContain('npm install chdb')
})

const PARENT = `
  import { startEmbeddedClickHouse } from ${JSON.stringify(fileURLToPath(new URL('./embedded-click-house.ts', import.meta.url)))}
  startEmbeddedClickHouse(process.argv[2]).then(({ pid, url, password }) => {
    const query = new URLSearchParams({ query: process.argv[3], password })
    fetch(\`\${url}/?\${query}\`).catch(() => {})
    setTimeout(() => console.log(pid), 300)
  })
`

/** Another process that starts an engine and asks it for something, and is killed then. */
const killedParentOf = async (path: string, query: string): Promise<number> => {
  const program = join(root, 'parent.mts')
  writeFileSync(program, PARENT)
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const parent: ChildProcess = spawn(process.execPath, ['--import', tsx, program, path, query], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>(resolve => {
    parent.stdout!.once('data', data => resolve(Number(data)))
  })
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  return pid
}

test('it ends with the process that started it, also when that is killed', async () => {
  const pid = await killedParentOf(directory(), 'SELECT 1')
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
})

test('an engine that is about to end is waited for', async () => {
  const path = directory()
  // It takes so long, whoever wants it to end.
  const pid = await killedParentOf(path, 'SELECT sleep(3)')
  const clickHouse = await startEmbeddedClickHouse(path)
  expect(clickHouse.pid).not.toBe(pid)
  await clickHouse.stop()
})
