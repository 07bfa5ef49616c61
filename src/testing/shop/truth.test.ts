import { describe, expect, test } from 'vitest'
import { days, hours } from '../../engine/time.ts'
import type { Click, LogisticsEvent, Order } from '../../events.ts'
import { Dice } from '../sample/dice.ts'
import { HOT_COUNT, MARKETS } from './catalogue.ts'
import { demandFactor, viewOf } from './demand.ts'
import { TEMPERATURE_MAX_C } from './journey.ts'
import type { OrderPlan } from './order-plan.ts'
import { HABITS } from './person.ts'
import { Plans } from './plans.ts'
import { EXPERIMENT_STEPS, referencePrice } from './pricing.ts'
import {
  BEFORE_OPENING_DAYS,
  CARD_TESTING_SHARE,
  HISTORY_SLOT_MS,
  REFUND_ABUSE_SHARE,
  RING_SHARE,
  SLOW_BURN_SHARE,
  SPREE_SHARE,
  TAKEOVER_SHARE,
} from './rates.ts'
import { shop } from './shop.ts'
import { worldOf } from './world.ts'

const LIVE_AT = Date.UTC(2026, 5, 1, 12)
const HISTORY_SPAN_DAYS = 8
const SETTINGS = {
  seed: 22,
  rate: 2_000,
  opensAt: LIVE_AT - days(HISTORY_SPAN_DAYS),
  liveAt: LIVE_AT,
}

const made = shop(SETTINGS)
const { truth } = made
const BUYS_PER_VIEW_MAX = Math.max(...HABITS.map(({ buysPerView }) => buysPerView))
const history = Array.from({ length: made.historySlots }, (_, slot) =>
  made.arrivals(slot, []),
).flat()
const recordsOf = <T>(topic: string): T[] =>
  history.filter(each => each.topic.name === topic).map(({ record }) => record as T)
const clicks = recordsOf<Click>('clickstream')
const orders = recordsOf<Order>('orders')
const logistics = recordsOf<LogisticsEvent>('logistics')

describe('demand', () => {
  test('a chance stays below 1 at every price of an experiment', () => {
    const world = worldOf(SETTINGS)
    for (const article of world.articles) {
      for (let market = 0; market < MARKETS.length; market++) {
        const least = referencePrice(article, market) * Math.exp(EXPERIMENT_STEPS[0])
        expect(BUYS_PER_VIEW_MAX * demandFactor(article, market, Math.round(least))).toBeLessThan(1)
      }
    }
  })

  test('views turn into sales as the true elasticity says', () => {
    const world = worldOf(SETTINGS)
    const dice = new Dice(1)
    const [dear, cheap] = extremesOf(world, 0)
    const soldAt = (at: number) => {
      const sold = { views: 0, lines: 0 }
      for (let i = 0; i < 60_000; i++) {
        const { article, line } = viewOf(world, 0, 0.3, at, dice)
        if (article.number !== 0) continue
        sold.views++
        if (line) sold.lines++
      }
      return sold.lines / sold.views
    }
    const logRatio = Math.log(soldAt(cheap.at) / soldAt(dear.at))
    const expected = world.articles[0]!.elasticities[0]! * Math.log(cheap.price / dear.price)
    expect(Math.abs(logRatio / expected - 1)).toBeLessThan(0.15)
  })

  test('a regression over the orders and views of the history finds it again', () => {
    const lines = new Map<string, number>()
    const views = new Map<string, number>()
    const add = (to: Map<string, number>, sku: string, market: string, price: number) => {
      const cell = `${sku} ${market} ${price}`
      to.set(cell, (to.get(cell) ?? 0) + 1)
    }
    for (const { type, sku, market, priceMinor } of clicks) {
      if (type === 'PRODUCT_VIEW') add(views, sku!, market!, priceMinor!)
    }
    for (const order of orders.filter(({ type }) => type === 'PLACED')) {
      for (const line of order.lines) add(lines, line.sku, order.market!, line.unitPriceMinor)
    }
    const cells = [...views].flatMap(([cell, count]) => {
      const [sku, market, price] = cell.split(' ') as [string, string, string]
      if (truth.movesOf(sku) !== 'EXPERIMENT' || sku === RUNS_OUT) return []
      const ratio = Math.log(Number(price) / truth.referencePriceOf(sku, market)!)
      const effect = truth.elasticityOf(sku, market)! * ratio
      return [{ views: count, lines: lines.get(cell) ?? 0, effect }]
    })
    expect(Math.abs(poissonSlope(cells) - 1)).toBeLessThan(0.3)
  })
})

test('what goes with the most asked for is bought with it more often than by chance', () => {
  const placed = orders.filter(({ type }) => type === 'PLACED')
  const counted = (...skus: string[]) =>
    placed.filter(({ lines }) => skus.every(sku => lines.some(line => line.sku === sku))).length
  const liftOf = (one: string, other: string) =>
    (counted(one, other) * placed.length) / (counted(one) * counted(other))
  expect(liftOf('sku-001', 'sku-011')).toBeGreaterThan(2)
  expect(liftOf('sku-001', 'sku-016')).toBeLessThan(1.5)
})

/** Goes out of stock, so that not every view could become a sale. */
const RUNS_OUT = 'sku-004'

const extremesOf = (world: ReturnType<typeof worldOf>, market: number) => {
  const article = world.articles[0]!
  const seen = Array.from({ length: 40 }, (_, period) => {
    const at = days(HISTORY_SPAN_DAYS) + period * hours(1)
    return { at, price: world.pricing.shownAt(article, market, at).shownPriceMinor }
  }).sort((a, b) => b.price - a.price)
  return [seen[0]!, seen.at(-1)!] as const
}

interface Cell {
  readonly views: number
  readonly lines: number
  readonly effect: number
}

/** Greatest likelihood of lines ~ Poisson(views × q × exp(slope × effect)), q and slope free. */
const poissonSlope = (cells: readonly Cell[]): number => {
  const logLikelihood = (slope: number) => {
    const lines = cells.reduce((sum, cell) => sum + cell.lines, 0)
    const mass = cells.reduce((sum, cell) => sum + cell.views * Math.exp(slope * cell.effect), 0)
    const fit = cells.reduce((sum, cell) => sum + cell.lines * slope * cell.effect, 0)
    return fit + lines * Math.log(lines / mass)
  }
  const slopes = Array.from({ length: 301 }, (_, step) => step / 100)
  return slopes.reduce((best, slope) => (logLikelihood(slope) > logLikelihood(best) ? slope : best))
}

describe('people', () => {
  const SLOTS_PER_DAY = days(1) / HISTORY_SLOT_MS

  test('come back at their true rate', () => {
    const { population, calendar } = worldOf(SETTINGS)
    const visits = { expected: 0, seen: 0 }
    for (let slot = -BEFORE_OPENING_DAYS * SLOTS_PER_DAY; slot < made.historySlots; slot++) {
      for (let index = population.birthsIn(slot) - 1; index >= 0; index--) {
        const { lapsesAt, visitsPerDay } = population.person(slot, index)
        const from = Math.max(0, calendar.startOf(slot))
        const until = Math.min(calendar.liveFrom, lapsesAt)
        visits.expected += (Math.max(0, until - from) / days(1)) * visitsPerDay
      }
      if (slot < 0) continue
      visits.seen += population.visitorsIn(slot).filter(({ isNew }) => !isNew).length
    }
    expect(Math.abs(visits.seen / visits.expected - 1)).toBeLessThan(0.07)
  })

  test('who has lapsed does not come, and who only browses does not buy', () => {
    const placed = orders.filter(
      ({ type, orderId }) => type === 'PLACED' && !truth.isFraud(orderId),
    )
    const late = clicks.filter(
      ({ visitorId, occurredAt }) => occurredAt > truth.lapsesAt(visitorId)! + hours(1),
    )
    const stray = placed.filter(({ visitorId }) => truth.personOf(visitorId!)?.buysPerView === 0)
    expect(stray).toEqual([])
    // A first visit may end after its visitor has lapsed, and frauds use accounts as they find them.
    expect(late.length / clicks.length).toBeLessThan(0.002)
  })

  test('some are referred by members, and half of them never buy', () => {
    const referred = new Set(clicks.flatMap(({ referrerUserId }) => referrerUserId ?? []))
    const persons = [...referred].map(id => truth.personOf(id)).filter(person => person !== null)
    expect(persons.length).toBeGreaterThan(5)
    expect(persons.every(person => person.isMember && person.isAdvocate)).toBe(true)
    const { population } = worldOf(SETTINGS)
    const kinds = Array.from({ length: 2_000 }, (_, index) => population.person(7, index))
    const buyers = kinds.filter(({ buysPerView }) => buysPerView > 0)
    expect(Math.abs(buyers.length / kinds.length - 0.5)).toBeLessThan(0.07)
  })
})

const spanOf = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, slot) => from + slot)

describe('fraud', () => {
  const SHARES = {
    CARD_TESTING: CARD_TESTING_SHARE,
    SPREE: SPREE_SHARE,
    TAKEOVER: TAKEOVER_SHARE,
    RING: RING_SHARE,
    REFUND_ABUSE: REFUND_ABUSE_SHARE,
    SLOW_BURN: SLOW_BURN_SHARE,
  }
  const sharesIn = (plans: Plans, slots: Iterable<number>) => {
    const shares = new Map<string, number>()
    let all = 0
    for (const slot of slots) {
      for (const { order } of plans.placedIn(slot)) {
        all++
        if (order.fraud) shares.set(order.fraud, (shares.get(order.fraud) ?? 0) + 1)
      }
    }
    return (kind: keyof typeof SHARES) => (shares.get(kind) ?? 0) / all / SHARES[kind]
  }

  test('is one order in a hundred, in four quick kinds, as often as is said', () => {
    const from = made.historySlots + 5_000
    const shareOf = sharesIn(new Plans(worldOf(SETTINGS)), spanOf(from, from + 1_500))
    for (const kind of ['CARD_TESTING', 'SPREE', 'TAKEOVER', 'RING'] as const) {
      expect(shareOf(kind)).toBeGreaterThan(0.5)
      expect(shareOf(kind)).toBeLessThan(1.6)
    }
  })

  const LONG = { ...SETTINGS, opensAt: LIVE_AT - days(130) }
  const long = new Plans(worldOf(LONG))
  const longSlots = spanOf(0, days(130) / HISTORY_SLOT_MS)

  test('takes weeks in two kinds, which are as frequent once they have begun', () => {
    const shareOf = sharesIn(long, longSlots.slice(days(30) / HISTORY_SLOT_MS))
    for (const kind of ['REFUND_ABUSE', 'SLOW_BURN'] as const) {
      expect(shareOf(kind)).toBeGreaterThan(0.5)
      expect(shareOf(kind)).toBeLessThan(1.6)
    }
  })

  test('that is slow is of one hand from the first order to the last', () => {
    const hands = new Map<string, OrderPlan[]>()
    for (const { order } of longSlots.flatMap(slot => long.placedIn(slot))) {
      const { userId } = order.actor
      if (/^user-(returner|burner)-/.test(userId))
        hands.set(userId, [...(hands.get(userId) ?? []), order])
    }
    const whole = [...hands.values()].filter(([first]) => first!.startAt < days(130 - 31))
    expect(whole.length).toBeGreaterThan(10)
    for (const hand of whole) {
      const isReturner = hand[0]!.fraud === 'REFUND_ABUSE'
      expect(hand).toHaveLength(isReturner ? 12 : 18)
      expect(new Set(hand.map(({ actor }) => JSON.stringify(actor))).size).toBe(1)
      expect(hand.at(-1)!.startAt - hand[0]!.startAt).toBe(days(isReturner ? 22 : 29))
    }
  })

  test('nobody knows an order that was never placed', () => {
    expect(truth.orderOf('order-3-999')).toBe(null)
    expect(truth.fraudOf('no such order')).toBe(null)
    expect(truth.personOf('visitor-ring-1-2')).toBe(null)
  })
})

describe('shipments', () => {
  const readings = logistics.filter(({ type }) => type === 'READING')

  test('are too warm exactly while their excursion lasts, and silent when they are silent', () => {
    const wrong = readings.filter(({ shipmentId, sensorId, occurredAt, temperatureC }) => {
      const sensor = truth.sensorsOf(shipmentId)[Number(sensorId!.at(-1))]!
      if (sensor.stuckFrom !== null) return false
      const { excursion, silent } = sensor
      // Records may say a time of some seconds or hours before; those at the edges are not judged.
      const isWithin = (span: { startsAt: number; endsAt: number } | null, edgeMs: number) =>
        span !== null && occurredAt >= span.startsAt - edgeMs && occurredAt < span.endsAt + edgeMs
      const isWarm = temperatureC! > TEMPERATURE_MAX_C
      if (isWarm && !isWithin(excursion, 5_000)) return true
      if (!isWarm && isWithin(excursion, -5_000)) return true
      return isWithin(silent, -5_000)
    })
    // Those that arrive hours late say so by their own clock, not by the truth.
    expect(wrong.length / readings.length).toBeLessThan(0.001)
    expect(readings.filter(({ temperatureC }) => temperatureC! > TEMPERATURE_MAX_C)).not.toEqual([])
  })

  test('are on their way as live begins, some of them too warm', () => {
    const delivered = new Set(
      logistics.filter(({ type }) => type === 'DELIVERED').map(({ shipmentId }) => shipmentId),
    )
    const underWay = [...new Set(logistics.map(({ shipmentId }) => shipmentId))].filter(
      shipmentId => !delivered.has(shipmentId),
    )
    const open = underWay.filter(shipmentId =>
      truth
        .sensorsOf(shipmentId)
        .some(
          ({ excursion }) =>
            excursion && excursion.startsAt < LIVE_AT && excursion.endsAt > LIVE_AT,
        ),
    )
    expect(underWay.length).toBeGreaterThan(20)
    expect(open.length).toBeGreaterThan(0)
  })

  test('boxes that are taken over as live begins are known before their first reading', () => {
    const known = new Set<string>()
    const strangers: string[] = []
    let count = 0
    for (let slot = made.historySlots; slot < made.historySlots + 60; slot++) {
      for (const { topic, key } of made.arrivals(slot, [])) {
        if (topic.name === 'shipments') known.add(key)
        if (topic.name !== 'logistics' || !key.startsWith('box-')) continue
        count++
        if (!known.has(key)) strangers.push(key)
      }
    }
    expect(strangers).toEqual([])
    expect(count / (2_000 * 15 * 0.2)).toBeGreaterThan(0.9)
  })
})

test('the articles that are asked for most sell every day, and have experiments', () => {
  const sold = new Map<string, number>()
  for (const { type, market, lines } of orders) {
    if (type !== 'PLACED' || market !== 'DE') continue
    for (const { sku, quantity } of lines) sold.set(sku, (sold.get(sku) ?? 0) + quantity)
  }
  const hot = Array.from({ length: HOT_COUNT }, (_, number) => `sku-00${number + 1}`)
  const perDay = hot.map(sku => (sold.get(sku) ?? 0) / HISTORY_SPAN_DAYS)
  expect(Math.min(...perDay)).toBeGreaterThan(8)
  expect(perDay.reduce((sum, units) => sum + units, 0) / HOT_COUNT).toBeGreaterThan(20)
  expect(hot.filter(sku => truth.movesOf(sku) === 'EXPERIMENT')).toHaveLength(HOT_COUNT - 1)
})
