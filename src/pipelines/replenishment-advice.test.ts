import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  replenishmentAdvice as adviceTopic,
  inventory,
  orders,
  type ReplenishmentAdvice,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, type Send, send, tick } from '../testing/script.ts'
import { replenishmentAdvice } from './replenishment-advice.ts'

let count = 0

const counted = (at: Instant, onHand: number, fields: object = {}): Send =>
  send(inventory, {
    eventId: `stock-${count++}`,
    occurredAt: at,
    sku: 'tea',
    warehouseId: 'north',
    onHand,
    ...fields,
  })

const placed = (at: Instant, quantity: number, fields: object = {}, type = 'PLACED'): Send => {
  const orderId = `order-${count++}`
  return send(orders, {
    eventId: orderId,
    occurredAt: at,
    orderId,
    type,
    market: 'DE',
    currency: 'EUR',
    totalMinor: 100,
    lines: [{ sku: 'tea', warehouseId: 'north', quantity, unitPriceMinor: 100, ...fields }],
  })
}

/** Day and hour, what is there, when to order and how much, the risk and the days it lasts. */
const shown = (advice: ReplenishmentAdvice): string => {
  const { occurredAt, sku, warehouseId, onHand, onOrder, reorderPoint, orderQuantity } = advice
  const { stockoutProbability, daysOfCover } = advice
  return [
    `day ${Math.round((occurredAt / days(1)) * 100) / 100}`,
    `${sku}@${warehouseId}`,
    `${onHand}+${onOrder}/${reorderPoint}`,
    `order ${orderQuantity}`,
    `risk ${stockoutProbability.toFixed(2)}`,
    daysOfCover === null ? 'for ever' : `${daysOfCover.toFixed(1)} days`,
  ].join(' ')
}

const check = scenario(replenishmentAdvice, {
  events: {
    stock: (at, onHand = '0', onOrder = '0', lead = '') =>
      counted(at, Number(onHand), {
        onOrder: Number(onOrder),
        leadTimeDays: lead === '' ? null : Number(lead),
      }),
    order: (at, units = '1', warehouse = 'north') =>
      placed(at, Number(units), { warehouseId: warehouse === 'none' ? null : warehouse }),
    cancelled: (at, units = '1') => placed(at, Number(units), {}, 'CANCELLED'),
  },
  show: shown,
})

/** Ten a day, from the day after the first on. */
const week = (from: number, until: number, units = 10): string =>
  Array.from({ length: until - from }, (_, day) => `${from + day}d6h order ${units}`).join('\n')

describe('advice', () => {
  test('comes once seven whole days are known, and again when it is another', () =>
    check(`
      1h    stock 200 0 4
      ${week(0, 8)}
      8d1h  order 0
      =>    day 8 tea@north 120+0/40 order 0 risk 0.00 12.0 days
      ${week(8, 16)}
      16d1h order 0
      =>    day 16 tea@north 40+0/40 order 140 risk 0.00 4.0 days
      16d2h stock 40 140 4
      tick  16d3h
      =>    day 16.08 tea@north 40+140/40 order 0 risk 0.00 4.0 days
    `))
  test('is not given while nobody counted, nor of lines without a warehouse, nor of cancellations', () =>
    check(`
      ${week(0, 12)}
      12d1h stock 5 0 4
      12d2h order 500 none
      =>    day 12.04 tea@north 5+0/40 order 175 risk 1.00 0.5 days
      12d3h cancelled 500
      14d   order 0
      =>    day 13 tea@north 5+0/48 order 172 risk 1.00 0.5 days
    `))
  test('of another warehouse is its own', () =>
    check(`
      1h    stock 200 0 4
      ${week(0, 8)}
      7d7h  order 900 south
      8d1h  order 0
      =>    day 8 tea@north 120+0/40 order 0 risk 0.00 12.0 days
    `))
})

const adviceOf = (...steps: readonly Send[]): readonly ReplenishmentAdvice[] => {
  const mill = new Harness([replenishmentAdvice], { batchSize: 500 })
  for (const step of steps) playStep(mill, step)
  mill.advanceTo(days(400))
  return mill.resultsOf(adviceTopic)
}

describe('what it is computed from', () => {
  const scattered = (day: number): number => [6, 14, 9, 11, 3, 17, 10][day % 7]!

  test('says why, in four sentences at most', () => {
    const [first] = adviceOf(
      counted(0, 200, { leadTimeDays: 5 }),
      ...Array.from({ length: 10 }, (_, day) => placed(days(day) + hours(9), scattered(day))),
    )
    expect(first!.reasons.map(({ code }) => code)).toEqual([
      'R_POSITION',
      'R_DEMAND',
      'R_LEAD_TIME',
    ])
    expect(first!.reasons[2]!.detail).toBe('An order takes 5 days, give or take 0.')
    expect(first!.demandPerDay).toBeCloseTo((14 + 9 + 11 + 3 + 17 + 10 + 6) / 7, 9)
  })
  test('a lead time that nobody states is taken as a week, and says so', () => {
    const [first] = adviceOf(
      counted(0, 200),
      ...Array.from({ length: 10 }, (_, day) => placed(days(day) + hours(9), scattered(day))),
    )
    expect(first!.reasons[2]!.code).toBe('R_LEAD_UNKNOWN')
    expect(first!.reorderPoint).toBeGreaterThan(100)
  })
  test('days on which it was sold out are no days without demand', () => {
    const advice = adviceOf(
      counted(0, 200, { leadTimeDays: 5 }),
      ...Array.from({ length: 10 }, (_, day) => placed(days(day) + hours(9), 10)),
      counted(days(10), 0, { leadTimeDays: 5 }),
      counted(days(17), 300, { leadTimeDays: 5 }),
    )
    const back = advice.find(({ occurredAt }) => occurredAt === days(17))!
    expect(back.demandPerDay).toBeCloseTo(10, 9)
    expect(back.reasons.at(-1)).toMatchObject({
      code: 'R_CENSORED',
      detail: '7 days were left out, as it was sold out.',
    })
  })
  test('a lead time that is misread is one of a year', () => {
    const [first] = adviceOf(
      counted(0, 200, { leadTimeDays: 1e300 }),
      ...Array.from({ length: 10 }, (_, day) => placed(days(day) + hours(9), scattered(day))),
    )
    expect(first!.reasons[2]!.detail).toBe('An order takes 365 days, give or take 0.')
    expect(first).toMatchObject({ stockoutProbability: 1 })
  })
  test('the same each day and half a day of it is a risk, too', () => {
    const [first] = adviceOf(
      counted(0, 9, { leadTimeDays: 1.5 }),
      ...Array.from({ length: 8 }, (_, day) => placed(days(day) + hours(9), 1)),
    )
    expect(first).toMatchObject({ onHand: 1, demandPerDay: 1, stockoutProbability: 0 })
  })
  test('before a Saturday on which much is sold more has to be there than after it', () => {
    // 1970 began on a Thursday.
    const advice = adviceOf(
      counted(0, 100_000, { leadTimeDays: 2 }),
      ...Array.from({ length: 200 }, (_, day) =>
        placed(days(day) + hours(9), day % 7 === 2 ? 60 : scattered(day)),
      ),
    )
    const pointOn = (weekday: number): number =>
      advice.findLast(({ occurredAt: at }) => at < days(200) && (at / days(1)) % 7 === weekday)!
        .reorderPoint
    expect(pointOn(2)).toBeGreaterThan(60)
    expect(pointOn(3)).toBeLessThan(45)
  })
  test('what is sold no more comes down, and nothing is ordered for it', () => {
    const advice = adviceOf(
      counted(0, 1_000, { leadTimeDays: 5 }),
      ...Array.from({ length: 60 }, (_, day) => placed(days(day) + hours(9), scattered(day))),
      counted(days(61), 400, { leadTimeDays: 5 }),
    )
    expect(advice.at(-1)).toMatchObject({ orderQuantity: 0 })
    expect(advice.at(-1)!.demandPerDay).toBeLessThan(0.5)
    expect(advice.at(-1)!.reasons[1]!.code).toBe('R_INTERMITTENT')
  })
})

const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        at: fc.nat(days(20)),
        id: fc.nat(40),
        quantity: fc.nat(12),
        sku: fc.constantFrom('tea', 'cup'),
        warehouseId: fc.constantFrom('north', 'north', 'south', null),
        type: fc.constantFrom('PLACED', 'PLACED', 'PLACED', 'CANCELLED'),
      })
      .map(({ at, id, quantity, sku, warehouseId, type }): ScriptStep => {
        const line = { sku, warehouseId, quantity, unitPriceMinor: 100 }
        return send(orders, {
          ...{ eventId: `e${id} ${type}`, occurredAt: at, orderId: `o${id}`, type, market: 'DE' },
          ...{ currency: 'EUR', totalMinor: 100, lines: [line, { ...line, sku: 'cup' }] },
        })
      }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        at: fc.nat(days(20)),
        onHand: fc.nat(40),
        onOrder: fc.constantFrom(0, 20),
        leadTimeDays: fc.constantFrom(null, 0, 1.5, 3, 5, 1e300),
        sku: fc.constantFrom('tea', 'cup'),
      })
      .map(
        ({ at, ...level }): ScriptStep =>
          send(inventory, { eventId: `s${at}`, occurredAt: at, warehouseId: 'north', ...level }),
      ),
  },
  { weight: 1, arbitrary: fc.nat(days(25)).map(tick) },
  { weight: 1, arbitrary: fc.constant(commit) },
)

/** Mostly in order: what is late by more than seconds is set aside. */
const scripts = fc
  .array(steps, { maxLength: 60 })
  .map(script => [...script].sort((a, b) => timeOf(a) - timeOf(b)))

const timeOf = (step: ScriptStep): number => {
  const { record, to } = step as { record?: { occurredAt: number }; to?: number }
  return record?.occurredAt ?? to ?? 0
}

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(replenishmentAdvice, scripts, { partitions: 2, runs: 60 })
  for (const law of laws) test(law.name, law.check)
})

test('whatever comes, no number is out of its bounds, and none is lost', () => {
  const told = { count: 0 }
  fc.assert(
    fc.property(scripts, script => {
      const mill = new Harness([replenishmentAdvice], { batchSize: 100 })
      for (const step of script) playStep(mill, step)
      mill.advanceTo(days(60) + minutes(1))
      expect(mill.dead).toEqual([])
      for (const advice of mill.resultsOf(adviceTopic)) {
        told.count++
        expect(advice.stockoutProbability).toBeGreaterThanOrEqual(0)
        expect(advice.stockoutProbability).toBeLessThanOrEqual(1)
        expect(advice.orderQuantity).toBeGreaterThanOrEqual(0)
        const position = advice.onHand + advice.onOrder
        expect(advice.orderQuantity > 0).toBe(
          advice.demandPerDay > 0 && position <= advice.reorderPoint,
        )
      }
    }),
    { numRuns: 100 },
  )
  expect(told.count).toBeGreaterThan(100)
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(replenishmentAdvice)).toMatchInlineSnapshot(`
    "replenishment-advice replenishment-2026-11-24, generation 1, event-time order
    inputs
      stock <- inventory (sku, warehouseId, onHand, onOrder, leadTimeDays)
        keyed by sku, exchange
        late set-aside, disorder 5s
      order <- orders (orderId, type, lines)
        keyed by orderId, exchange to several keys, filtered
        late set-aside, disorder 5s
    state
      day: value
      demand: value
      level: value
      told: value
    timers
      forgotten 400d after the last event
      dayEnds
    output replenishment-advice
    "
  `)
})
