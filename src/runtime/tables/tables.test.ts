import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { markets, topics } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../testing/click-house.ts'
import { openTables } from './tables.ts'

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

let server: ClickHouseForTests
beforeAll(async () => {
  server = await clickHouseForTests()
}, 60_000)
afterAll(() => server?.stop())

const logWithMarket = async (market: string): Promise<Log> => {
  const log = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
  for (const { name } of topics) await log.createTopic(name, KEPT)
  const record = { market, occurredAt: 0, currency: 'GBP', timeZone: 'Europe/London' }
  const whole = codecsOf<object>(markets).decodeJson(Buffer.from(JSON.stringify(record)))
  const value = codecsOf<object>(markets).encodeAvro(whole)
  await log.commit({
    appends: [
      { topic: markets.name, partition: 0, records: [{ key: Buffer.from(market), value }] },
    ],
  })
  return log
}

const storeAllOf = async (log: Log): Promise<void> => {
  const clickHouse = server.address
  const tables = await openTables({
    log,
    applicationId: 'shop',
    clickHouse,
    topicSettings: () => KEPT,
  })
  await tables.sink.drain()
  await tables.stop()
}

test('a log goes on with its own tables, and one that was begun anew may not have them', async () => {
  const log = await logWithMarket('GB')
  await storeAllOf(log)
  await storeAllOf(log)
  const anew = await logWithMarket('DE')
  await expect(storeAllOf(anew)).rejects.toThrow(
    `The table ${server.address.database}.markets has rows already`,
  )
}, 60_000)

/** The server behind an address that hangs up on whoever comes first. */
const behindRefusals = async (refusals: number): Promise<{ server: Server; url: string }> => {
  const { hostname, port } = new URL(server.address.url)
  let left = refusals
  const made = createServer(socket => {
    if (left-- > 0) return socket.destroy()
    const there = connect(Number(port), hostname)
    for (const end of [socket, there]) end.on('error', () => {})
    return socket.pipe(there).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(made, 'listening')
  return { server: made, url: `http://127.0.0.1:${(made.address() as AddressInfo).port}` }
}

test('what is waited for is said once, and tables open when it is there', async () => {
  const late = await behindRefusals(2)
  const said: string[] = []
  const tables = await openTables({
    log: memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) }),
    applicationId: 'late',
    clickHouse: { ...server.address, database: 'late', url: late.url },
    topicSettings: () => KEPT,
    onWaiting: trouble => said.push(trouble),
  })
  expect(said).toEqual([expect.stringContaining(late.url)])
  await tables.stop()
  late.server.close()
}, 60_000)
