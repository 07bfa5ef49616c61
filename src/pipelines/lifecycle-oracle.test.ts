/** What lifecycle-segments says, beside what follows from the whole list of events. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DISORDER_MS } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { modelParameters, lifecycleSegments as segments } from '../events.ts'
import { MBG_NBD_SEED } from '../models/mbg-nbd.ts'
import { EXPECTED_FLOOR } from '../models/purchase-outlook.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

/** When each purchase was placed that stands, by the contract's rule, from the whole list. */
const purchasesIn = (sends: readonly Send[]) => {
  const undone = new Set<unknown>()
  const cancelled = new Set<unknown>()
  const placed = new Map<unknown, number>()
  for (const { record } of sends) {
    if (record.type === 'PLACED') placed.set(record.orderId, record.occurredAt as number)
    else if (placed.has(record.orderId) && UNDOING.has(record.type)) undone.add(record.orderId)
    if (record.type === 'CANCELLED' && placed.has(record.orderId)) cancelled.add(record.orderId)
    if (record.type === 'PAID' && !cancelled.has(record.orderId)) undone.delete(record.orderId)
  }
  return [...placed].filter(([orderId]) => !undone.has(orderId)).map(([, at]) => at)
}
const UNDOING = new Set<unknown>(['CANCELLED', 'PAYMENT_DECLINED'])

/** Orders of one person, each placed once, some undone, in order of time. */
const histories = fc
  .array(
    fc.record({
      row: fc.constantFrom('order', 'order', 'cancel', 'decline', 'paid', 'view', 'cart'),
      order: fc.nat(4),
      gapMs: fc.oneof(fc.nat(days(2)), fc.nat(days(120))),
    }),
    { maxLength: 25 },
  )
  .map((steps): Send[] => {
    const placed = new Set<number>()
    let at = 0
    const first = shopRows.visit(at, 'anna')
    const rest = steps.flatMap(({ row, order, gapMs }) => {
      at += gapMs + 1
      const isAgain = row === 'order' && placed.has(order)
      if (row === 'order') placed.add(order)
      return isAgain ? [] : [shopRows[row](at, 'anna', ...cellsOf(row, order))]
    })
    return [first, ...rest]
  })
const cellsOf = (row: string, order: number): string[] =>
  row === 'view' || row === 'cart' ? [] : [`o${order}`, '10GBP']

const { r, alpha, a, b } = MBG_NBD_SEED
const WEEK_MS = days(7)

/** The formulas as they are printed, without a thought for rounding. */
const outlookOf = (purchases: readonly number[], now: number) => {
  const dates = new Set(purchases.map(at => Math.floor(at / days(1))))
  const x = dates.size - 1
  const [first, last] = [purchases[0]!, purchases.at(-1)!]
  const [tx, T] = [(last - first) / WEEK_MS, (now - first) / WEEK_MS]
  const alive = (age: number) => 1 / (1 + (a / (b + x)) * ((alpha + age) / (alpha + tx)) ** (r + x))
  const rate = (age: number) => alive(age) / (alpha + age)
  const buys = (weeks: number) => 1 - ((alpha + T) / (alpha + T + weeks)) ** (r + x)
  const expected90d = alive(T) * countedPurchases(x, 90 / 7 / (alpha + T))
  return { ratio: rate(T) / rate(tx), risk90d: 1 - alive(T) * buys(90 / 7), expected90d }
}

/** Of somebody alive: the k-th purchase is made in time, and the person stays after all before it. */
const countedPurchases = (x: number, odds: number): number => {
  let chance = (1 + odds) ** -(r + x)
  let more = 1 - chance
  let stayed = 1
  let sum = 0
  for (let k = 0; k < 400; k++) {
    sum += more * stayed
    chance *= ((r + x + k) / (k + 1)) * (odds / (1 + odds))
    more -= chance
    stayed *= (b + x + 1 + k) / (a + b + x + 1 + k)
  }
  return sum
}

/** By rate or, at the latest, after so long; and who never bought, after so long. */
const LEVELS = [
  [0.05, days(730), 'LOST', days(180)],
  [0.2, days(540), 'DORMANT', days(90)],
  [0.5, days(365), 'AT_RISK', days(30)],
  [1, Number.POSITIVE_INFINITY, 'ACTIVE', 0],
] as const
/** From then on nothing more is said. */
const FORGOTTEN_MS = days(800)
const isReached =
  (ratio: number, silentMs: number) =>
  ([atMost, fromMs]: (typeof LEVELS)[number]) =>
    ratio <= atMost || silentMs >= fromMs
const levelOf = (purchases: readonly number[], now: number): string =>
  LEVELS.find(isReached(outlookOf(purchases, now).ratio, now - purchases.at(-1)!))![2]

/**
 * When the last purchase was placed that stands and ended an absence, as that was said until then: in
 * the month after a return nobody is absent.
 */
const returnedAtIn = (sends: readonly Send[]): number => {
  const returns = new Set<number>()
  for (const [index, { record }] of sends.entries()) {
    if (record.type !== 'PLACED') continue
    const at = record.occurredAt as number
    const before = purchasesIn(sends.slice(0, index))
    const isBack = before.some(each => returns.has(each) && at < each + days(30))
    if (before.length > 0 && !isBack && isAway(levelOf(before, at))) returns.add(at)
  }
  const standing = purchasesIn(sends).filter(at => returns.has(at))
  return standing.at(-1) ?? Number.NEGATIVE_INFINITY
}
const isAway = (activity: string): boolean => activity === 'DORMANT' || activity === 'LOST'

const isNew = ([first]: readonly number[], now: number): boolean =>
  first !== undefined && now < first + days(30)

/** How the risk of 90 days is set right: not at all, too high, too low and too bold. */
const calibrations = fc.constantFrom([1, 0], [0.5, 2], [0.4, -1], [3, 1.5])
const published = ([slope90, shift90]: readonly number[]): Send =>
  send(modelParameters, {
    modelId: 'purchases',
    version: 1,
    parameters: { ...MBG_NBD_SEED, slope90: slope90!, shift90: shift90! },
    occurredAt: 0,
    effectiveAt: null,
    trainedThrough: null,
  })
const setRight = ([slope, shift]: readonly number[], p: number): number => {
  const odds = Math.exp(shift!) * (p / (1 - p)) ** slope!
  return odds / (1 + odds)
}

test('at any moment, the last result says the activity that is, who is new, and about what to expect', () => {
  fc.assert(
    fc.property(histories, calibrations, fc.nat(days(1_100)), (sends, calibration, laterMs) => {
      const mill = new Harness([lifecycleSegments])
      for (const step of [published(calibration), ...sends]) playStep(mill, step)
      const lastAt = sends.at(-1)!.record.occurredAt as number
      const now = lastAt + laterMs
      mill.advanceTo(now + DISORDER_MS + 1)
      const purchases = purchasesIn(sends)
      const said = mill.resultsOf(segments).at(-1)!
      const { activity, tags, churnRisk90d, expectedOrders90d, purchaseChurnRisk90d } = said
      expect(tags.includes('NEW')).toBe(isNew(purchases, now))
      if (purchases.length === 0) {
        const level = LEVELS.find(([, , , fromMs]) => now - lastAt >= fromMs)![2]
        expect([activity, churnRisk90d]).toEqual([level, null])
        return
      }
      const { risk90d, expected90d } = outlookOf(purchases, Math.min(now, lastAt + FORGOTTEN_MS))
      if (now < returnedAtIn(sends) + days(30)) {
        expect(activity).toBe('REACTIVATED')
      } else {
        expect(activity).toBe(levelOf(purchases, now))
      }
      expect(churnRisk90d).toBeCloseTo(setRight(calibration, purchaseChurnRisk90d!), 9)
      expect(Math.abs(churnRisk90d! - setRight(calibration, risk90d))).toBeLessThan(0.05 + ROUNDING)
      if (Math.max(expectedOrders90d!, expected90d) <= EXPECTED_FLOOR) return
      const fallen = (expectedOrders90d! - expected90d) / expectedOrders90d!
      expect(Math.abs(fallen)).toBeLessThan(0.2 + ROUNDING)
    }),
    { numRuns: 300 },
  )
})
const ROUNDING = 1e-9

test('the result of each purchase counts what stands by then', () => {
  fc.assert(
    fc.property(histories, sends => {
      const mill = new Harness([lifecycleSegments])
      for (const step of sends) playStep(mill, step)
      mill.finish(true)
      const said = new Map(mill.resultsOf(segments).map(each => [each.causeEventId, each]))
      for (const [index, { record }] of sends.entries()) {
        if (record.type !== 'PLACED') continue
        const purchases = purchasesIn(sends.slice(0, index + 1))
        const dates = new Set(purchases.map(at => Math.floor(at / days(1))))
        expect(said.get(record.eventId as string)).toMatchObject({
          monetaryMinor: 1_000 * purchases.length,
          frequency: dates.size - 1,
        })
      }
    }),
  )
})
