/** What one slice has for another, step by step: what simulations meet by chance, once for certain. */
import { describe, expect, test } from 'vitest'
import {
  deadLetters,
  fraudScores,
  journeyTriggers,
  lateEvents,
  lifecycleSegments,
  logistics,
  markets,
  orders,
  shipmentAlerts,
} from '../../events.ts'
import { following, order, scattering, segmentOf } from '../../testing/sample-pipelines.ts'
import { SlicesInMemory } from '../../testing/slices-in-memory.ts'
import type { CommitUnit } from '../commit.ts'
import { long } from '../form.ts'
import { definePipeline } from '../pipeline.ts'
import { value } from '../state/index.ts'
import { days, hours, minutes, seconds } from '../time.ts'
import { decodeParcel } from './parcel.ts'
import { sliceOfKey } from './slice.ts'

/** A key that belongs to this slice, of two. */
const keyOf = (slice: number, prefix = 'k', part = ''): string => {
  for (let number = 0; ; number++) {
    if (sliceOfKey(`${part}${prefix}${number}`, 2) === slice) return `${prefix}${number}`
  }
}

/** Asked in slice 0, of a device in slice 1. */
const farOrder = (id: string, at: number) =>
  order(id, at, null, { orderId: `o-${id}`, deviceId: keyOf(1, 'd', 'device:') })

describe('a scattered event whose part is in another slice', () => {
  test('is answered once the answer is back, however far time has come meanwhile', () => {
    const slices = new SlicesInMemory([scattering, following])
    slices.send(orders, 0, farOrder('a', 0))
    slices.commit(0)
    // Slice 1 says how far it has come before it looks at what it was asked.
    slices.send(orders, 1, order('b', hours(1), null))
    slices.commit(1)
    slices.send(orders, 0, order('c', hours(1), null))
    slices.receive(0)
    slices.commit(0)
    expect(slices.resultsOf(fraudScores).map(({ subjectId }) => subjectId)).not.toContain('o-a')
    slices.settle()
    const score = slices.resultsOf(fraudScores).find(({ subjectId }) => subjectId === 'o-a')!
    expect(score).toMatchObject({ score: 1, reasons: [] })
  })

  test('is in time for the pipeline that reads its result', () => {
    const slices = new SlicesInMemory([scattering, following])
    slices.send(orders, 0, farOrder('a', 0))
    slices.commit(0)
    slices.send(orders, 1, order('b', seconds(30), null))
    slices.commit(1)
    slices.send(orders, 0, order('c', seconds(30), null))
    slices.receive(0)
    slices.settle()
    slices.tick(orders as never, hours(1))
    slices.settle()
    expect(slices.resultsOf(lateEvents)).toEqual([])
    expect(slices.resultsOf(journeyTriggers).map(({ userId }) => userId)).toContain('o-a')
  })

  test('goes out without a part that failed there', () => {
    const slices = new SlicesInMemory([scattering])
    slices.send(orders, 0, { ...farOrder('a', 0), orderId: 'bad' })
    slices.settle()
    expect(slices.resultsOf(fraudScores)[0]!.reasons).toMatchObject([{ detail: 'device' }])
  })
})

/** Counts orders by user; `fails` says of which it does not, at first. */
const countingBy = (fails: () => boolean) =>
  definePipeline({
    id: 'counting',
    version: '1',
    order: 'arrival',
    inputs: {
      order: {
        from: orders,
        key: order => order.userId,
        agree: { field: 'currency', within: 'market', listedIn: 'markets' },
      },
    },
    references: { markets },
    state: { orders: value(long, 0) },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: {
      order(_order, { key, state }) {
        if (fails()) throw new Error('not today')
        state.orders.set(state.orders.get() + 1)
        return segmentOf(key, state.orders.get())
      },
    },
  })

describe('a record of a key in another slice', () => {
  test('whose step failed there is taken when it is redriven', () => {
    let isBroken = true
    const slices = new SlicesInMemory([countingBy(() => isBroken)])
    const record = order('a', 0, keyOf(1))
    slices.send(orders, 0, record)
    slices.settle()
    expect(slices.resultsOf(deadLetters)).toHaveLength(1)
    isBroken = false
    slices.send(orders, 0, record, 'counting')
    slices.settle()
    expect(slices.resultsOf(lifecycleSegments)).toHaveLength(1)
    slices.send(orders, 0, record, 'counting')
    slices.settle()
    expect(slices.resultsOf(lifecycleSegments)).toHaveLength(1)
  })

  test('must agree with what is listed, where it is read', () => {
    const slices = new SlicesInMemory([countingBy(() => false)])
    for (const slice of [0, 1]) {
      const market = { market: 'DE', occurredAt: 0, currency: 'EUR', timeZone: 'UTC' }
      slices.send(markets, slice, market)
    }
    slices.send(orders, 0, order('a', 1, keyOf(1), { market: 'DE', currency: 'USD' }))
    slices.settle()
    expect(slices.resultsOf(lifecycleSegments)).toEqual([])
    expect(slices.resultsOf(deadLetters)).toMatchObject([{ errorCode: 'CURRENCY_CONFLICT' }])
  })

  test('is said to be late there where it was when it was read', () => {
    const told: boolean[] = []
    const asking = definePipeline({
      id: 'asking',
      version: '1',
      order: 'arrival',
      inputs: { order: { from: orders, key: order => order.userId, late: 'handle' } },
      state: { orders: value(long, 0) },
      forgetAfterMs: days(1),
      output: lifecycleSegments,
      on: { order: (_order, { isLate }) => void told.push(isLate) },
    })
    const slices = new SlicesInMemory([asking])
    slices.send(orders, 0, order('a', hours(1), keyOf(1)))
    slices.send(orders, 0, order('b', minutes(1), keyOf(1)))
    slices.settle()
    expect(told).toEqual([false, true])
  })

  test('that comes twice is taken once where the exchange may repeat itself', () => {
    const slices = new SlicesInMemory([countingBy(() => false)], { repeats: true })
    slices.send(orders, 0, order('a', 0, keyOf(1)))
    slices.send(orders, 0, order('b', 1, keyOf(1)))
    slices.commit(0)
    const [parcel] = slices.parcels[1]!
    slices.receive(1)
    slices.receive(1, [parcel!])
    slices.settle()
    expect(slices.resultsOf(lifecycleSegments).map(({ frequency }) => frequency)).toEqual([1, 2])
  })
})

test('a part that is asked twice answers twice: the first answer may be lost with who asked', () => {
  const slices = new SlicesInMemory([scattering], { repeats: true })
  slices.send(orders, 0, farOrder('a', 0))
  slices.commit(0)
  const [parcel] = slices.parcels[1]!
  slices.receive(1)
  slices.commit(1)
  slices.receive(1, [parcel!])
  const again = slices.commit(1)
  expect(again.parcels.filter(({ to }) => to === 0)).toHaveLength(1)
  slices.settle()
  expect(slices.resultsOf(fraudScores)).toHaveLength(1)
})

const readings = definePipeline({
  id: 'readings',
  version: '1',
  order: 'arrival',
  inputs: {
    reading: { from: logistics, key: r => r.sensorId, disorderMs: minutes(1), disorderBy: 'key' },
  },
  state: { readings: value(long, 0) },
  forgetAfterMs: days(30),
  output: shipmentAlerts,
  on: { reading: (_reading, { state }) => state.readings.set(state.readings.get() + 1) },
})

describe('disorder by a key of another slice', () => {
  const sensor = keyOf(1)
  const reading = (occurredAt: number) => ({
    eventId: `r${occurredAt}`,
    occurredAt,
    shipmentId: 's',
    sensorId: sensor,
    type: 'READING',
  })

  test('is judged there, and a record set aside can be redriven', () => {
    const slices = new SlicesInMemory([readings])
    slices.send(logistics, 0, reading(hours(2)))
    slices.send(logistics, 0, reading(hours(1)))
    slices.settle()
    expect(slices.resultsOf(lateEvents)).toMatchObject([{ eventId: `r${hours(1)}` }])
    slices.send(logistics, 0, reading(hours(1)), 'readings')
    slices.settle()
    expect(slices.resultsOf(lateEvents)).toHaveLength(1)
    expect(slices.applications[1]!.runners[0]!.counters.lateHandled).toBe(1)
  })
})

describe('a pipeline whose topics have fewer partitions than there are slices', () => {
  test('waits for nobody who reads none of them', () => {
    const slices = new SlicesInMemory([following, scattering], { slices: 3, partitions: 2 })
    slices.send(orders, 0, order('a', 0, 'ann'))
    slices.tick(orders as never, hours(1))
    slices.settle()
    for (const { runners } of slices.applications) {
      for (const { watermark } of runners) expect(watermark.value).toBe(hours(1) - 5_001)
    }
  })
})

test('where records may come twice, others hear of how far a slice has come, although nothing follows', () => {
  const slices = new SlicesInMemory([scattering], { repeats: true })
  const [slice] = slices.applications
  for (const partition of [0, 1]) slices.send(orders, partition, order(`o${partition}`, 0, null))
  const untilClean = (isLasting: boolean): CommitUnit[] => {
    const units: CommitUnit[] = []
    while (slice!.isDirty && units.length < 20) {
      units.push(slices.commit(0))
      if (isLasting) slice!.lasting(slice!.epoch)
    }
    return units
  }
  untilClean(false)
  slices.tick(orders as never, hours(1))
  const unknown = untilClean(false).flatMap(({ parcels }) => parcels)
  expect(decodeParcel(unknown.at(-1)!.value).standings).toEqual([slice!.runners[0]!.standing()])
  slices.tick(orders as never, hours(2))
  const known = untilClean(true)
  expect(known.map(({ parcels }) => parcels.length)).toEqual([0, 1])
  const { value } = known[1]!.parcels[0]!
  expect(decodeParcel(value).standings).toEqual([slice!.runners[0]!.standing()])
  expect(slice!.isDirty).toBe(false)
})
