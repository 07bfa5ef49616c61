import { expect, test } from 'vitest'
import { Application } from '../../engine/application.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import { KEPT_WHOLE } from '../../logs/log.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import type { SinkPartitionStatus } from '../../sinks/clickhouse/storing/sink.ts'
import { counting, order } from '../../testing/sample-pipelines.ts'
import { LiveSlice } from '../live/live-slice.ts'
import { RunMeter } from './run-meter.ts'

const HOUR_MS = 3_600_000
const NOW = 100 * HOUR_MS
const metered = () => new RunMeter('shop', () => NOW)

/** One that has taken in an order of each user, all of that hour. */
const withOrdersOf = (hour: number, ...users: readonly string[]): Application => {
  const application = new Application({
    pipelines: [counting],
    mode: 'live',
    sourcePartitions: topic => (topic === 'orders' ? 1 : 0),
    lateEvents,
    deadLetters,
  })
  const at = { topic: 'orders', partition: 0, timestampMs: NOW, key: null, redrivenFor: null }
  for (const [offset, user] of users.entries()) {
    const value = Buffer.from(JSON.stringify(order(`e${offset}`, hour * HOUR_MS, user)))
    application.take(application.decode({ ...at, offset, format: 'json', value }))
  }
  // The watermark is then the end of the hour, and what was held is handled.
  application.tick((hour + 1) * HOUR_MS, [{ topic: 'orders', partition: 0 }])
  application.commit()
  return application
}

const valuesOf = async ({ metrics }: RunMeter, name: string): Promise<Record<string, number>> => {
  const metric = await metrics.registry.getSingleMetric(`millrace_${name}`)!.get()
  return Object.fromEntries(
    metric.values.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )
}

test('a process tells of the state of all slices that it has', async () => {
  const meter = metered()
  const applications = [withOrdersOf(80, 'a', 'b', 'c'), withOrdersOf(90, 'd')]
  meter.sample({ applications })
  expect(await valuesOf(meter, 'keys')).toEqual({ counting: 4 })
  const { counting: bytes } = await valuesOf(meter, 'state_bytes')
  meter.sample({ applications: applications.slice(0, 1) })
  const { counting: bytesOfOne } = await valuesOf(meter, 'state_bytes')
  expect(bytesOfOne).toBeGreaterThan(0)
  expect(bytesOfOne).toBeLessThan(bytes!)
})

test('a pipeline is as far behind as its slowest slice', async () => {
  const meter = metered()
  const lagOf = async (...applications: Application[]) => {
    meter.sample({ applications })
    return (await valuesOf(meter, 'watermark_lag_seconds')).counting
  }
  const [slow, quick] = [withOrdersOf(80, 'a'), withOrdersOf(90, 'b')]
  expect(await lagOf(slow)).toBeGreaterThan((await lagOf(quick))!)
  expect(await lagOf(quick, slow)).toBe(await lagOf(slow))
})

test('slices that left are told of no more, also when none is left', async () => {
  const meter = metered()
  meter.sample({ applications: [withOrdersOf(80, 'a', 'b'), withOrdersOf(90, 'c')] })
  meter.sample({ applications: [withOrdersOf(90, 'c')] })
  expect(await valuesOf(meter, 'keys')).toEqual({ counting: 1 })
  meter.sample({ applications: [] })
  for (const name of ['keys', 'state_bytes', 'watermark_lag_seconds', 'hottest_key_ratio']) {
    expect(await valuesOf(meter, name), name).toEqual({})
  }
  expect(meter.hottestKeys).toEqual([])
})

test('what slices send one another is told of apart from what comes in', async () => {
  const meter = metered()
  const log = memoryLog({ wallNow: () => NOW })
  const record = { key: null, value: Buffer.from('{}') }
  for (const [topic, count] of [
    ['orders', 3],
    ['shop-exchange', 5],
  ] as const) {
    await log.createTopic(topic, { ...KEPT_WHOLE, partitions: 2 })
    await log.commit({
      appends: [{ topic, partition: 0, records: Array.from({ length: count }, () => record) }],
    })
  }
  const snapshots = fileSnapshots('not-written')
  const options = {
    ...{ applicationId: 'shop', pipelines: [counting], log, snapshots, wallNow: () => NOW },
  }
  const topics = new Map(
    [...(await log.topics())].map(([name, { partitions }]) => [name, partitions]),
  )
  const slice = new LiveSlice(options, { index: 0, count: 2, repeats: false }, topics)
  await meter.look({ slices: [slice], hasTakenAllOf: () => false }, log, null)
  expect([meter.lagRecords, meter.lagParcels]).toEqual([3, 5])
  expect(await valuesOf(meter, 'source_lag_records')).toEqual({ 'orders 0': 3 })
  expect(await valuesOf(meter, 'exchange_lag_parcels')).toEqual({ '': 5 })
  meter.lagLost()
  expect([meter.lagRecords, meter.lagParcels]).toEqual([null, null])
})

test('an idle application takes nothing in, however much its slices have to say', async () => {
  const meter = metered()
  const committed = (...counts: readonly (readonly [string, number])[]): void => {
    const ranges = counts.map(([topic, count]) => {
      return { topic, partition: 0, first: 0, last: count - 1, count }
    })
    const journal = { epoch: 1, ranges, ticks: [], published: [], ended: null, versions: {} }
    const unit = { epoch: 1, journal, positions: [], outputs: [], changelogs: [], parcels: [] }
    const records = counts.reduce((sum, [, count]) => sum + count, 0)
    meter.committed({
      ...{ units: [{ slice: 0, unit }], records, taken: null },
      ...{ committedAt: NOW, tookMs: 1, takeMs: 1, isAtEnd: true },
    })
  }
  committed(['shop-exchange', 39])
  expect([meter.records, meter.recordRate.perSecond(NOW)]).toEqual([0, 0])
  expect(meter.parcelRate.perSecond(NOW)).toBe(39)
  committed(['shop-exchange', 4], ['orders', 6])
  expect(meter.records).toBe(6)
  expect(await valuesOf(meter, 'records_taken_total')).toEqual({ orders: 6 })
  expect(await valuesOf(meter, 'exchange_parcels_total')).toEqual({ '': 43 })
})

test('tables are told of by whoever fills them, and by no process that did before', async () => {
  const meter = metered()
  const log = memoryLog({ wallNow: () => NOW })
  await log.createTopic('orders', { ...KEPT_WHOLE, partitions: 2 })
  const records = [1, 2, 3].map(() => ({ key: null, value: Buffer.from('{}') }))
  await log.commit({ appends: [{ topic: 'orders', partition: 1, records }] })
  const stored = (partition: number, position: number): SinkPartitionStatus => ({
    topic: 'orders',
    partition,
    table: 'orders',
    position,
    bufferedBytes: 0,
    isPaused: partition === 1,
    state: partition === 1 ? 'retrying' : 'ok',
  })
  await meter.lookAtTables([stored(0, 0), stored(1, 1)], log)
  expect(await valuesOf(meter, 'sink_lag_records')).toEqual({ 'orders 0': 0, 'orders 1': 2 })
  expect(await valuesOf(meter, 'sink_retrying')).toEqual({ orders: 1 })
  expect(await valuesOf(meter, 'sink_paused_partitions')).toEqual({ orders: 1 })
  await meter.lookAtTables([stored(0, 0)], log)
  expect(await valuesOf(meter, 'sink_lag_records')).toEqual({ 'orders 0': 0 })
  expect(await valuesOf(meter, 'sink_retrying')).toEqual({ orders: 0 })
  meter.begin()
  expect(await valuesOf(meter, 'sink_lag_records')).toEqual({})
  expect(await valuesOf(meter, 'sink_paused_partitions')).toEqual({})
})
