/** What it costs to have everything in ClickHouse as well, and how soon it is there. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { topics } from '../../src/events.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import type { Log } from '../../src/logs/log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { pipelines } from '../../src/pipelines/index.ts'
import { replay } from '../../src/replay/replay.ts'
import { logTarget, type Target } from '../../src/replay/target.ts'
import { openDataDirectory } from '../../src/runtime/data-directory.ts'
import { DEMO_APPLICATION, Demo } from '../../src/runtime/demo/demo.ts'
import { openTables } from '../../src/runtime/tables/tables.ts'
import { tablesTarget } from '../../src/runtime/tables/tables-target.ts'
import { clientOf } from '../../src/sinks/clickhouse/client.ts'
import { openLogSource } from '../../src/sources/log-source.ts'
import { type ShopRecord, shop } from '../../src/testing/shop/shop.ts'
import { Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { processCost } from '../process-cost.ts'

const DAY_MS = 86_400_000
const OPENS_AT = Date.UTC(2025, 0, 6)
const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }
const ROWS_PER_SECOND = 150_000

/** A log with the shop's whole history in it, so many times over; returns the number of records. */
const fillWithShop = async (log: Log, times: number): Promise<number> => {
  const settings = { seed: 1, rate: 1_000, opensAt: OPENS_AT, liveAt: OPENS_AT + 60 * DAY_MS }
  const open = shop(settings)
  for (const { name } of topics) await log.createTopic(name, KEPT)
  const write = async (happened: readonly ShopRecord[]): Promise<number> => {
    const appends = happened.map(({ topic, key, record }) => {
      const one = { key: Buffer.from(key), value: codecsOf(topic).encodeAvro(record) }
      return { topic: topic.name, partition: 0, records: Array.from({ length: times }, () => one) }
    })
    if (appends.length > 0) await log.commit({ appends })
    return appends.length * times
  }
  let records = await write(open.opening())
  for (let slot = 0; slot < open.historySlots; slot++) {
    records += await write(open.arrivals(slot, []))
  }
  return records
}

/** Rows per second from a log that is full already, and what a row costs on either side. */
export const rowsIntoTables = async (dir: string): Promise<Figure[]> => {
  const log = await openLmdbLog(join(dir, 'log'), { wallNow: Date.now, durability: 'none' })
  const rows = await fillWithShop(log, 4)
  const meter = new Meter()
  const begun = await openTables({
    log,
    applicationId: 'nothing',
    clickHouse: { folder: join(dir, 'clickhouse') },
    topicSettings: () => KEPT,
  })
  const before = processCost(begun.embedded!.pid)
  await meter.runAsync(() => begun.sink.drain())
  const after = processCost(begun.embedded!.pid)
  await begun.stop()
  await log.close()
  const { cpuMicros, wallSeconds } = meter.cost
  return [
    {
      name: 'tables: a million rows, by the clock',
      value: (wallSeconds / rows) * 1e6,
      unit: 's',
      perSecond: rows / wallSeconds,
      target: 1e6 / ROWS_PER_SECOND,
    },
    { name: 'tables: CPU of our process', value: cpuMicros / rows, unit: 'µs', per: 'row' },
    ...engineFigures('tables: CPU of ClickHouse', before, after, rows, 'row'),
  ]
}

type Measured = ReturnType<typeof processCost>

const engineFigures = (
  name: string,
  before: Measured,
  after: Measured,
  count: number,
  per: string,
): Figure[] =>
  before === null || after === null
    ? []
    : [{ name, value: (after.cpuMicros - before.cpuMicros) / count, unit: 'µs', per }]

/** All pipelines over the shop's history, into a log, and into a log and tables. */
export const fourWithoutTables = (dir: string): Promise<Figure[]> => four(dir, null)
export const fourWithTables = (dir: string): Promise<Figure[]> => four(dir, join(dir, 'clickhouse'))

const four = async (dir: string, folder: string | null): Promise<Figure[]> => {
  const source = await openLmdbLog(join(dir, 'source'), { wallNow: Date.now, durability: 'none' })
  const events = await fillWithShop(source, 1)
  const log = await openLmdbLog(join(dir, 'log'), { wallNow: Date.now })
  const target: Target =
    folder === null
      ? logTarget()
      : tablesTarget({ log, applicationId: 'bench', clickHouse: { folder } })
  const meter = new Meter()
  await meter.runAsync(() =>
    replay({
      pipelines,
      runId: 'bench',
      command: {},
      open: (read, startAt) =>
        openLogSource(source, { topics: read.map(({ name }) => name), startAt }),
      log,
      snapshots: fileSnapshots(join(dir, 'snapshots')),
      target,
      drain: false,
      startedAtMs: Date.now(),
    }),
  )
  await log.close()
  await source.close()
  const { cpuMicros, wallSeconds } = meter.cost
  const how = folder === null ? 'without' : 'with'
  return [
    {
      name: `end to end: all pipelines, ${how} ClickHouse`,
      value: cpuMicros / events,
      unit: 'µs',
      per: 'event',
      perSecond: events / wallSeconds,
    },
  ]
}

/** A visit takes half a minute to come to an order: before that there is little to score. */
const SETTLE_MS = 30_000
const WATCHED_MS = 20_000
const PROBE_MS = 200

/**
 * The age of the newest row that a query sees, asked again and again while the demo runs: from the
 * moment of the event to the answer in hand.
 */
export const freshness = async (dir: string, rate: string): Promise<Figure[]> => {
  const data = join(dir, 'demo')
  const demo = await Demo.start({
    directory: await openDataDirectory(data, DEMO_APPLICATION),
    pipelines,
    rate: Number(rate),
    seed: 1,
    historyMs: 2 * DAY_MS,
    port: 0,
    clickHouse: 'embedded',
    wallNow: Date.now,
    onEvent: event => void process.stderr.write(`${event}\n`),
  })
  let end = (): void => {}
  const running = demo.run(
    new Promise<void>(resolve => {
      end = resolve
    }),
  )
  while (demo.status().phase !== 'live') await wait(100)
  await wait(SETTLE_MS)
  const before = { taken: demo.status().records, engine: processCost(demo.clickHousePid) }
  const client = clientOf(demo.address!)
  const meter = new Meter()
  const ages = await meter.runAsync(() => agesSeen(client))
  const { records, freshness: seen } = demo.status()
  const engine = processCost(demo.clickHousePid)
  await client.close()
  end()
  await running
  await demo.close()
  await rm(data, { recursive: true })
  const taken = records - before.taken
  const at = `at ${Number(rate).toLocaleString('en')}/s`
  return [
    ...quantiles(
      `freshness ${at}: age of the newest click in its table, `,
      ages.clickstream,
      2_000,
    ),
    ...quantiles(
      `freshness ${at}: age of the newest score in its table, `,
      ages.fraud_scores,
      2_000,
    ),
    {
      name: `freshness ${at}: log to committed result, p99`,
      value: seen.logToResultMs.p99 ?? 0,
      unit: 'ms',
    },
    {
      name: `demo ${at}: CPU of our process`,
      value: meter.cost.cpuMicros / taken,
      unit: 'µs',
      per: 'event',
      perSecond: taken / meter.cost.wallSeconds,
    },
    ...engineFigures(`demo ${at}: CPU of ClickHouse`, before.engine, engine, taken, 'event'),
    { name: `demo ${at}: memory of our process`, value: megabytes(process.pid), unit: 'MB' },
    {
      name: `demo ${at}: memory of ClickHouse`,
      value: (engine?.residentBytes ?? 0) / 1e6,
      unit: 'MB',
    },
  ]
}

const megabytes = (pid: number): number => (processCost(pid)?.residentBytes ?? 0) / 1e6

const PROBED = ['clickstream', 'fraud_scores'] as const
type Ages = Record<(typeof PROBED)[number], number[]>

const agesSeen = async (client: ClickHouseClient): Promise<Ages> => {
  const ages: Ages = { clickstream: [], fraud_scores: [] }
  for (const until = Date.now() + WATCHED_MS; Date.now() < until; ) {
    for (const table of PROBED) {
      const query = `SELECT toUnixTimestamp64Milli(max(occurredAt)) AS newest FROM ${table}`
      const answer = await client.query({ query, format: 'JSONEachRow' })
      const [row] = await answer.json<{ newest: string }>()
      ages[table].push(Date.now() - Number(row!.newest))
    }
    await wait(PROBE_MS)
  }
  return ages
}

const quantiles = (name: string, ages: readonly number[], target: number): Figure[] => {
  const sorted = ages.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return [
    { name: `${name}p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}p99`, value: at(0.99), unit: 'ms', target },
  ]
}
