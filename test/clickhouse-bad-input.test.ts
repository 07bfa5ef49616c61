/**
 * What goes wrong around ClickHouse and the demo, as who runs them meets it: each ends with exit code
 * 1 and a sentence that says what to do, and loses nothing. What a query can be refused for is in
 * `query.test.ts`, what a proof is refused for in `reconcile.test.ts`.
 */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  statfs,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startEmbeddedClickHouse } from '../src/chdb/embedded-click-house.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { pipelines } from '../src/pipelines/index.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { DEMO_APPLICATION, Demo } from '../src/runtime/demo/demo.ts'
import { checkDemo } from './demo-checks.ts'
import { type Ended, mill } from './mill.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-bad-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refused = (ended: Ended, says: RegExp): void => {
  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(says) })
  expect(ended.stderr).not.toMatch(/unexpected|\n\s+at /)
}

/** Listens on a port of its own while `use` runs. */
const serving = async (listener: RequestListener, use: (url: string) => Promise<void>) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const someOrders = async (count: number): Promise<string> => {
  const events = join(folder, `events-${count}`)
  await mkdir(events)
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      eventId: `e${n}`,
      occurredAt: Date.UTC(2025, 0, 6) + n * 60_000,
      orderId: `o${n}`,
      type: 'PLACED',
      currency: 'EUR',
      totalMinor: 1_000,
      userId: `u${n}`,
      market: 'DE',
    }),
  )
  await writeFile(join(events, 'orders.ndjson'), `${lines.join('\n')}\n`)
  return `ndjson:${events}`
}

test('a port in use is named with its option, and so is one that there cannot be', () =>
  serving(
    () => {},
    async url => {
      const port = new URL(url).port
      const data = join(folder, 'data')
      const demo = ['demo', '--data', data, '--no-clickhouse', '--port']
      refused(await mill(...demo, port), new RegExp(`Port ${port} is in use.*--port`))
      expect(await mill(...demo, '99999')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('from 0 to 65535'),
      })
    },
  ))

describe('an address of ClickHouse', () => {
  const commands = async (url: string): Promise<readonly string[][]> => [
    ['demo', '--port', '0', '--for', '1s', '--data', join(folder, 'demo'), '--clickhouse', url],
    ['query', 'SELECT 1', '--clickhouse', url],
    ['migrate', '--clickhouse', url],
    [
      ...['replay', '--from', await someOrders(1), '--to', `clickhouse:${url}`],
      ...['--data', join(folder, 'runs')],
    ],
  ]

  test.each([
    ['a page', 200, 'hello', /no ClickHouse.*“hello”.*Correct the address/],
    ['nothing at all', 200, '', /no ClickHouse.*nothing.*Correct the address/],
    ['a page that is not there', 404, '<html>no</html>', /no ClickHouse.*“<html>no<\/html>”/],
  ])('where another program answers with %s is refused', (_what, status, said, says) =>
    serving(
      (request, response) => {
        request.resume()
        response.writeHead(status).end(said)
      },
      async url => {
        for (const command of await commands(url)) refused(await mill(...command), says)
      },
    ),
  )
})

describe('an engine in the house', () => {
  let data: string
  let engine: Awaited<ReturnType<typeof startEmbeddedClickHouse>>
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'millrace-bad-engine-'))
    engine = await startEmbeddedClickHouse((await openDataDirectory(data, 'shop')).clickHouse)
    const migrated = await mill('migrate', '--data', data)
    expect(migrated.code, migrated.stderr).toBe(0)
  })
  afterAll(async () => {
    await engine?.stop()
    await rm(data, { recursive: true, force: true })
  })

  test('with a wrong password says where the right one goes', async () => {
    const wrong = engine.url.replace('://', '://default:wrong@')
    for (const command of [
      'demo --port 0 --for 1s --data',
      'migrate --data',
      'query SELECT --data',
    ]) {
      const words = [...command.split(' '), join(folder, 'data'), '--clickhouse', wrong]
      refused(await mill(...words), /AUTHENTICATION_FAILED.*http:\/\/user:password@host/)
    }
  })

  test('that is killed while it answers breaks the query off, and answers the next one', async () => {
    const endless = 'SELECT count() FROM numbers(1e15) WHERE NOT ignore(cityHash64(number))'
    const asked = mill('query', endless, '--data', data)
    const running = `SELECT count() > 1 FROM system.processes WHERE query LIKE '%cityHash64%'`
    const isRunning = async () => {
      const { stdout, stderr } = await mill('query', running, '--csv', '--data', data)
      return stdout + stderr
    }
    await expect.poll(isRunning, POLL).toMatch(/\n1\n$/)
    process.kill(engine.pid, 'SIGKILL')
    refused(await asked, /broke off while it answered.*Ask again/)
    await expect.poll(() => engine.restarts, { timeout: 30_000 }).toBe(1)
    expect(await mill('query', 'SELECT 1 AS one', '--json', '--data', data)).toMatchObject({
      code: 0,
      stdout: '{"one":1}\n',
    })
  })
})

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The sources in a place of their own, from where `chdb` cannot be found. */
const withoutChdb = (): ((...argv: readonly string[]) => Promise<Ended>) => {
  const place = join(folder, 'millrace')
  const isTest = /(\.test(-d)?\.ts|conformance)$/
  cpSync(join(ROOT, 'src'), join(place, 'src'), {
    recursive: true,
    filter: path => !isTest.test(path),
  })
  cpSync(join(ROOT, 'package.json'), join(place, 'package.json'))
  for (const shared of ['schemas', 'deploy']) symlinkSync(join(ROOT, shared), join(place, shared))
  mkdirSync(join(place, 'node_modules'))
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (/^@?chdb$/.test(name)) continue
    symlinkSync(join(ROOT, 'node_modules', name), join(place, 'node_modules', name))
  }
  const words = ['--import', 'tsx', join(place, 'src/cli.ts')]
  return (...argv) =>
    new Promise(resolve => {
      execFile(process.execPath, [...words, ...argv], { cwd: place }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })
}

test('without chdb each command says what to install or to do instead, and the demo runs', async () => {
  const other = withoutChdb()
  const from = await someOrders(1)
  const data = join(folder, 'data')
  const demo = ['demo', '--port', '0', '--data', data]
  const [first, replayed] = await Promise.all([
    other(...demo),
    other('replay', '--from', from, '--to', `chdb:${join(folder, 'tables')}`),
  ])
  refused(first, /npm install chdb.*--clickhouse URL.*--no-clickhouse/)
  refused(replayed, /npm install chdb.*--to clickhouse:URL/)
  const asked = await other('query', 'SELECT 1', '--data', data)
  refused(asked, /npm install chdb.*--clickhouse URL/)
  expect(await other(...demo, '--no-clickhouse', '--for', '1s')).toMatchObject({ code: 0 })
  // Four processes, one of which loads sixty days of history.
}, 180_000)

describe('a data directory', () => {
  const commandsOn = (data: string, from: string): readonly string[][] => [
    ['demo', '--port', '0', '--data', data],
    ['query', 'SELECT 1', '--data', data],
    ['migrate', '--data', data],
    ['reconcile', '--data', data],
    ['replay', '--from', from, '--to', `chdb:${data}`],
  ]

  test.each([
    [0, /older Millrace \(format 0.*Move it away/],
    [7, /newer Millrace \(format 7.*Use that version/],
  ])('of format %i is refused by every command, and left alone', async (format, says) => {
    const data = join(folder, 'data')
    await mkdir(data)
    await writeFile(join(data, 'millrace.json'), JSON.stringify({ format, application: 'demo' }))
    for (const command of commandsOn(data, await someOrders(1)))
      refused(await mill(...command), says)
    expect(await readdir(data)).toEqual(['millrace.json'])
  })

  test('that another process has open is refused by the name of that process', async () => {
    const data = join(folder, 'data')
    const { log } = await openDataDirectory(data, DEMO_APPLICATION)
    const open = await openLmdbLog(log, { wallNow: Date.now })
    try {
      const second = await mill('demo', '--port', '0', '--data', data)
      refused(second, new RegExp(`open in process ${process.pid}.*[Ss]top that process`))
    } finally {
      await open.close()
    }
  })

  test('of a replay takes the same run twice and no other, and its tables stay proved', async () => {
    const data = join(folder, 'tables')
    const from = await someOrders(20)
    const replay = (source: string, ...more: readonly string[]) =>
      mill('replay', '--from', source, '--to', `chdb:${data}`, ...more)
    expect(await replay(from)).toMatchObject({ code: 0 })
    const again = await replay(from)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('20')])
    refused(await replay(await someOrders(5)), /holds the data of .*Use another directory/)
    refused(await replay(from, `chdb:${folder}/other`), /a run writes to one log/)
    const proof = await mill('reconcile', '--data', data)
    expect(proof.code, proof.stdout).toBe(0)
    expect(proof.stdout).toMatch(/orders +20 +20 +proved\n/)
  })

  test('of the demo is no replay’s, whatever the run is called', async () => {
    const data = join(folder, 'data')
    expect(await mill(...DEMO, data, '--for', '300ms')).toMatchObject({ code: 0 })
    const to = ['--to', `log:${join(data, 'log')}`, '--run-id', DEMO_APPLICATION]
    refused(await mill('replay', '--from', await someOrders(1), ...to), /not of a replay.*--run-id/)
  })
})

const DEMO = ['demo', '--port', '0', '--no-clickhouse', '--data'] as const

describe('on a full disk', () => {
  let disk = ''
  beforeEach(async context => {
    disk = join(folder, 'disk')
    await mkdir(disk)
    try {
      mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk)
    } catch {
      disk = ''
      context.skip('a small disk needs leave to mount one')
    }
  })
  afterEach(() => {
    if (disk !== '') execFileSync('umount', ['-l', disk])
  })

  test('of the log the demo ends, and goes on with nothing lost once there is room', async () => {
    const data = join(disk, 'data')
    refused(await mill(...DEMO, data), /disk of .*log is full, and nothing was written.*Free/)
    refused(await mill(...DEMO, data), /disk of .*log is full/)
    mount('-o', 'remount,size=200m', disk)
    expect(await mill(...DEMO, data, '--for', '300ms')).toMatchObject({ code: 0 })
    const { faults, inputs } = await checkDemo(data)
    expect(faults).toEqual([])
    expect(inputs).toBeGreaterThan(1_000)
  })

  test('of ClickHouse the demo says so, and stores everything once there is room', async () => {
    mount('-o', 'remount,size=200m', disk)
    const directory = await openDataDirectory(join(folder, 'data'), DEMO_APPLICATION)
    await rm(directory.clickHouse, { recursive: true })
    await symlink(disk, directory.clickHouse)
    const events: string[] = []
    const demo = await Demo.start({
      directory,
      pipelines,
      rate: 500,
      seed: 1,
      historyMs: 86_400_000,
      port: 0,
      clickHouse: 'embedded',
      wallNow: Date.now,
      onEvent: event => void events.push(event),
    })
    const interrupted = new AbortController()
    const running = demo.run(once(interrupted.signal, 'abort'))
    const ready = async () => {
      const answer = await fetch(`${demo.url}/readyz`)
      return `${answer.status} ${await answer.text()}`
    }
    const filler = join(disk, 'filler')
    try {
      await expect.poll(ready, POLL).toBe('200 ok\n')
      // Not all of it: the engine's own bookkeeping needs a little.
      await fill(disk, filler, 700_000)
      await expect
        .poll(ready, POLL)
        .toMatch(/^503 .*does not take \w+: The disk of ClickHouse is full/s)
      expect(await (await fetch(`${demo.url}/healthz`)).text()).toBe('ok\n')
      await rm(filler)
      await expect.poll(ready, POLL).toBe('200 ok\n')
    } finally {
      await rm(filler, { force: true })
      interrupted.abort()
      await running.finally(() => demo.close())
    }
    expect(events.filter(event => event.includes('is full')).length).toBeLessThan(4)
    const proof = await mill('reconcile', '--data', directory.path)
    expect([proof.code, proof.stdout]).toEqual([0, expect.not.stringMatching(/differ|missing/)])
  })

  test('a query says that its engine cannot start there', async () => {
    const { path, clickHouse } = await openDataDirectory(join(folder, 'data'), DEMO_APPLICATION)
    await rm(clickHouse, { recursive: true })
    await symlink(disk, clickHouse)
    await fill(disk, join(disk, 'filler'), 0)
    refused(await mill('query', 'SELECT 1', '--data', path), /disk of .* is full.*Free some space/)
  })
})

const POLL = { timeout: 40_000, interval: 100 }

const mount = (...words: readonly string[]): void => {
  execFileSync('mount', words, { stdio: 'ignore' })
}

/** Piece by piece, as others write there, too. */
const fill = async (disk: string, file: string, leftBytes: number): Promise<void> => {
  const piece = Buffer.alloc(64 * 1024)
  for (;;) {
    const { bavail, bsize } = await statfs(disk)
    const bytes = Math.min(piece.length, bavail * bsize - leftBytes)
    if (bytes <= 0) return
    await appendFile(file, piece.subarray(0, bytes))
  }
}
