import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import {
  clickstream,
  priceElasticities as elasticities,
  inventory,
  markets,
  orders,
  type PriceElasticity,
  type PriceReason,
  prices,
  products,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { priceElasticities } from './price-elasticities.ts'
import { MARKETS_MAX } from './price-elasticities-state.ts'

/** `tea` is an article without a market, `tea@UK` one in a market. */
const placed = (text: string) => {
  const [sku, market] = text.split('@')
  return { sku, market: market ?? null }
}

const price =
  (reason: PriceReason) =>
  (at: Instant, of = '', shown = '', policy = shown): Send =>
    send(prices, {
      eventId: `price ${of} ${at} ${shown}`,
      occurredAt: at,
      ...placed(of),
      currency: 'GBP',
      shownPriceMinor: Math.round(Number(shown) * 100),
      policyPriceMinor: Math.round(Number(policy) * 100),
      reason,
    })

/** `order o1 UK tea:2 cup:1` */
const order =
  (type: string) =>
  (at: Instant, orderId = '', market = '', ...lines: string[]): Send =>
    send(orders, {
      eventId: `${type} ${orderId} ${at}`,
      occurredAt: at,
      orderId,
      type,
      market: market === '-' ? null : market,
      currency: 'GBP',
      totalMinor: 100,
      lines: lines.map(line => {
        const [sku, quantity] = line.split(':')
        return { sku, quantity: Number(quantity), unitPriceMinor: 100 }
      }),
    })

const rows = {
  list: price('LIST'),
  promotion: price('PROMOTION'),
  trial: price('EXPERIMENT'),
  order: order('PLACED'),
  cancel: order('CANCELLED'),
  view: (at: Instant, of = '', who = 'v') =>
    send(clickstream, {
      eventId: `view ${of} ${at} ${who}`,
      occurredAt: at,
      visitorId: who,
      type: 'PRODUCT_VIEW',
      ...placed(of),
    }),
  stock: (at: Instant, of = '', warehouseId = '', onHand = '') =>
    send(inventory, {
      eventId: `stock ${of} ${warehouseId} ${at} ${onHand}`,
      occurredAt: at,
      warehouseId,
      onHand: Number(onHand),
      ...placed(of),
    }),
  product: (at: Instant, sku = '', category = '') =>
    send(products, { occurredAt: at, sku, category }),
  market: (at: Instant, market = '', currency = '') =>
    send(markets, { occurredAt: at, market, currency, timeZone: 'UTC' }),
}

const dayText = (at: Instant): string => `${Math.round((at / days(1)) * 100) / 100}d`

/** Day, article, status, observations and price changes, units in the reason's sentence, codes. */
const shown = (result: PriceElasticity): string => {
  const { occurredAt, sku, market, status, observations, priceChanges, reasons } = result
  const name = market === null ? sku : `${sku}@${market}`
  const units = /(\d+) units?/.exec(reasons[0]!.detail)?.[1] ?? '-'
  const codes = reasons.map(({ code }) => code).join('+')
  return `${dayText(occurredAt)} ${name} ${status} ${observations}/${priceChanges} ${units} ${codes}`
}

const check = scenario(priceElasticities, { events: rows, show: shown })

describe('when there is something to tell', () => {
  test('each midnight of a day on which something was heard, from the first price on', () =>
    check(`
      6h     view  tea
      tick   2d1h
      2d6h   list  tea 20
      2d7h   view  tea
      3d7h   view  tea
      => 3d tea NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      tick   9d1h
      => 4d tea NOT_IDENTIFIED 2/0 0 P_NEVER_MOVED
    `))
  test('not of silent days, which are learnt from in one when something is heard again', () =>
    check(`
      0      list  tea 20
      tick   20d
      => 1d tea NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      +1h    order o1 - tea:1
      tick   21d1h
      => 21d tea NOT_IDENTIFIED 3/0 1 P_NEVER_MOVED
      drain
    `))
  test('a price after a silence is compared with what was not sold before it', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.list(0, 'tea', '20'))
    playStep(mill, rows.list(days(20), 'tea', '18'))
    mill.advanceTo(days(21) + hours(1))
    const last = mill.resultsOf(elasticities).at(-1)
    expect(last).toMatchObject({ occurredAt: days(21), observations: 3, priceChanges: 1 })
  })
  test('a silence of over a month says nothing, as the article may have been off sale', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.list(0, 'tea', '20'))
    playStep(mill, rows.order(days(31), 'o1', '-', 'tea:1'))
    mill.advanceTo(days(32) + hours(1))
    const last = mill.resultsOf(elasticities).at(-1)
    expect(last).toMatchObject({ occurredAt: days(32), observations: 2 })
  })
  test('a new price ends the bucket, and the same price again does not', () =>
    check(`
      0      list  tea 20
      1h     order o1 - tea:2
      6h     list  tea 20
      12h    list  tea 18
      tick   13h
      => 0.5d tea NOT_IDENTIFIED 1/0 2 P_NEVER_MOVED
      18h    order o2 - tea:1
      tick   1d1h
      => 1d tea NOT_IDENTIFIED 2/1 3 P_LOW_EVIDENCE
    `))
  test('what was told is not told again before it has moved', () =>
    check(`
      0      list  tea 20
      6h     list  tea 18
      12h    list  tea 20
      => 0.25d tea NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      18h    list  tea 18
      tick   1d1h
      => 1d tea NOT_IDENTIFIED 4/3 0 P_LOW_EVIDENCE
    `))
})

describe('what is counted', () => {
  test('an order counts for each of its articles, all its lines, and is not taken back', () =>
    check(`
      0      list   tea 20
      0      list   cup 5
      1h     order  o1 - tea:2 cup:1 tea:3
      2h     cancel o1 - tea:2 cup:1 tea:3
      tick   1d1h
      => 1d cup NOT_IDENTIFIED 1/0 1 P_NEVER_MOVED
      => 1d tea NOT_IDENTIFIED 1/0 5 P_NEVER_MOVED
    `))
  test('each market for itself, and no market is one of its own', () =>
    check(`
      0      list  tea@UK 20
      0      list  tea@FR 22
      0      list  tea 21
      1h     order o1 UK tea:2
      1h     order o2 - tea:7
      tick   1d1h
      => 1d tea@FR NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      => 1d tea@UK NOT_IDENTIFIED 1/0 2 P_NEVER_MOVED
      => 1d tea NOT_IDENTIFIED 1/0 7 P_NEVER_MOVED
    `))
  test('once there were views, a day without any says nothing', () =>
    check(`
      0      list  tea 20
      1h     view  tea
      2h     order o1 - tea:1
      tick   1d1h
      => 1d tea NOT_IDENTIFIED 1/0 1 P_NEVER_MOVED
      26h    order o2 - tea:1
      tick   2d1h
      => 2d tea NOT_IDENTIFIED 1/0 1 P_NEVER_MOVED
    `))
  test('an article that sells over fifty a day is counted by the hour from its second day on', () =>
    check(`
      0      list  tea 20
      1h     order o1 - tea:60
      1d30m  order o2 - tea:300
      => 1d tea NOT_IDENTIFIED 1/0 60 P_NEVER_MOVED
      tick   2d1h
      => 2d tea NOT_IDENTIFIED 25/0 360 P_NEVER_MOVED
    `))
  test('a record that is late belongs to a bucket that was learnt from, and is set aside', () =>
    check(`
      0      list  tea 20
      1d1h   view  cup
      => 1d tea NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      12h    order o1 - tea:1
      => LATE by 46794999 ms
    `))
})

describe('stock', () => {
  test('what is sold at the moment at which it runs out counts, and what comes after does not', () =>
    check(`
      0      list  tea 20
      6h     stock tea hull 0
      6h     order o1 - tea:3
      tick   7h
      => 0.25d tea NOT_IDENTIFIED 1/0 3 P_NEVER_MOVED
      8h     order o2 - tea:5
      tick   1d1h
      => 1d tea NOT_IDENTIFIED 1/0 3 P_NEVER_MOVED
      30h    stock tea hull 9
      31h    order o3 - tea:1
      tick   2d1h
      => 2d tea NOT_IDENTIFIED 2/0 4 P_NEVER_MOVED
    `))
  test('a market is out of stock when all its warehouses are, and another market is not', () =>
    check(`
      0      list  tea@UK 20
      0      list  tea@FR 20
      1h     stock tea@UK hull 5
      2h     stock tea@UK dover 0
      tick   3h
      4h     stock tea@UK hull 0
      tick   5h
      => 0.17d tea@UK NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      6h     order o1 UK tea:1
      6h     order o2 FR tea:1
      tick   1d1h
      => 1d tea@UK NOT_IDENTIFIED 1/0 0 P_NEVER_MOVED
      => 1d tea@FR NOT_IDENTIFIED 1/0 1 P_NEVER_MOVED
    `))
  test('what ran out before its first price is out of stock all the same', () =>
    check(`
      0      stock tea hull 0
      6h     list  tea 20
      7h     order o1 - tea:1
      tick   2d1h
      => 1d tea NOT_IDENTIFIED 0/0 - P_LOW_EVIDENCE
    `))
  test('what is filled up at the same moment did not run out', () =>
    check(`
      0      list  tea 20
      6h     stock tea hull 0
      6h     stock tea hull 9
      8h     order o1 - tea:1
      tick   1d1h
      => 1d tea NOT_IDENTIFIED 1/0 1 P_NEVER_MOVED
    `))
})

describe('currencies', () => {
  test('a price or an order in another currency than the market has is set aside, once', () =>
    check(`
      0      market UK EUR
      0      list   tea@UK 20
      => DEAD CURRENCY_CONFLICT market UK has currency EUR, and this record has GBP. Convert it or give it a market of its own, and redrive.
      1h     order  o1 UK tea:1 cup:1
      => DEAD CURRENCY_CONFLICT market UK has currency EUR, and this record has GBP. Convert it or give it a market of its own, and redrive.
      tick   2d
    `))
})

describe('what a result says', () => {
  /** Ninety days of prices drawn by chance; a price a percent higher sells two percent less. */
  const trials = (): Harness => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.product(0, 'tea', 'drinks'))
    for (let day = 0; day < 90; day++) {
      const deviation = [-0.2, 0.2, -0.1, 0.1, 0][(day * 7) % 5]!
      const at = days(day)
      playStep(mill, rows.trial(at, 'tea', String(20 * Math.exp(deviation)), '20'))
      const units = Math.round(30 * Math.exp(-2 * deviation))
      playStep(mill, rows.order(at + hours(2), `o${day}`, '-', `tea:${units}`))
    }
    mill.advanceTo(days(90) + hours(1))
    return mill
  }

  test('experiments identify an elasticity, with its interval and its sentence', () => {
    const last = trials().resultsOf(elasticities).at(-1)!
    expect(last).toMatchObject({
      occurredAt: days(90),
      causeEventId: null,
      modelVersion: priceElasticities.version,
      sku: 'tea',
      market: null,
      category: 'drinks',
      status: 'IDENTIFIED',
      method: 'EXPERIMENT',
    })
    expect(last.elasticity).toBeGreaterThan(-2.3)
    expect(last.elasticity).toBeLessThan(-1.7)
    expect(last.p05! + last.p95!).toBeCloseTo(2 * last.elasticity!, 9)
    expect(last.p95! - last.p05!).toBeCloseTo(2 * 1.6449 * last.sd!, 3)
    expect(last.unitsPerDay).toBeGreaterThan(20)
    expect(last.reasons[0]!.detail).toMatch(
      /^A price one percent higher sells 2\.\d % less, between 2\.\d % less and 1\.\d % less with/,
    )
  })

  test('there is a number exactly where it is identified, and each day has its result', () => {
    const results = trials().resultsOf(elasticities)
    for (const { status, elasticity, sd, p05, p95 } of results) {
      const isKnown = status !== 'NOT_IDENTIFIED'
      for (const number of [elasticity, sd, p05, p95]) expect(number !== null).toBe(isKnown)
    }
    const midnights = results.filter(({ occurredAt }) => occurredAt % days(1) === 0)
    expect(new Set(midnights.map(({ occurredAt }) => occurredAt)).size).toBe(90)
    expect(new Set(results.map(({ status }) => status)).size).toBe(3)
  })
})

describe('bounds', () => {
  test('of more markets than are kept, the one in which least happened starts anew', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    for (let market = 0; market <= MARKETS_MAX; market++) {
      playStep(mill, rows.list(market, `tea@m${market}`, '20'))
    }
    mill.advanceTo(days(1) + hours(1))
    const told = mill.resultsOf(elasticities).map(({ market }) => market)
    expect(told).toHaveLength(MARKETS_MAX)
    expect(told).not.toContain('m0')
    expect(told).toContain(`m${MARKETS_MAX}`)
  })

  test('a market that was forgotten is still out of stock when it starts anew', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.stock(0, 'tea@sold-out', 'hull', '0'))
    for (let market = 0; market < MARKETS_MAX; market++) {
      playStep(mill, rows.list(1, `tea@m${market}`, '20'))
    }
    playStep(mill, rows.list(hours(1), 'tea@sold-out', '20'))
    mill.advanceTo(days(1) + hours(1))
    const told = mill.resultsOf(elasticities).filter(({ market }) => market === 'sold-out')
    expect(told).toMatchObject([{ observations: 0 }])
  })

  test('an article of which nothing is heard is forgotten', () => {
    const mill = new Harness([priceElasticities], { mode: 'history' })
    playStep(mill, rows.list(0, 'tea', '20'))
    mill.advanceTo(hours(1))
    expect(mill.stateText()).toContain('k:tea')
    mill.finish(true)
    expect(mill.stateText()).not.toContain('k:tea')
  })
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(priceElasticities)).toMatchInlineSnapshot(`
    "price-elasticities elasticity-dglm-2026-11-22, generation 1, event-time order
    inputs
      price <- prices (sku, market, currency, policyPriceMinor, shownPriceMinor, reason, promotionId)
        keyed by sku, direct
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      stock <- inventory (sku, warehouseId, market, onHand)
        keyed by sku, direct
        late set-aside, disorder 5s
      view <- clickstream (type, sku, market)
        keyed by visitorId, exchange by sku, filtered
        late set-aside, disorder 5s
      order <- orders (orderId, type, market, currency, lines)
        keyed by orderId, exchange to several keys, filtered
        late set-aside, disorder 5s
        one currency per market, as listed in markets
    references
      markets <- markets (reference)
      products <- products (reference)
    state
      buckets: mapOf, max 32
      markets: mapOf, max 32
      stock: mapOf, max 64
    timers
      forgotten 400d after the last event
      bucketEnds
    output price-elasticities
    "
  `)
})
