import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import {
  clickstream,
  competitorPrices,
  type DemandObservation,
  inventory,
  markets,
  modelParameters,
  demandObservations as observations,
  orders,
  type PriceReason,
  prices,
  products,
} from '../events.ts'
import { noiseSizeOf } from '../models/elasticity-noise.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { demandObservations } from './demand-observations.ts'
import { COMPETITORS_MAX, WAREHOUSES_MAX } from './demand-observations-state.ts'

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

/** `order o1 UK tea:2 cup:1:deal` */
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
        const [sku, quantity, promotionId] = line.split(':')
        const known = promotionId === undefined ? {} : { promotionId }
        return { sku, quantity: Number(quantity), unitPriceMinor: 100, ...known }
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
  rival: (at: Instant, of = '', competitor = '', asked = '') =>
    send(competitorPrices, {
      eventId: `rival ${of} ${competitor} ${at}`,
      occurredAt: at,
      competitor,
      currency: 'GBP',
      priceMinor: Math.round(Number(asked) * 100),
      ...placed(of),
    }),
  product: (at: Instant, sku = '', category = '') =>
    send(products, { occurredAt: at, sku, category }),
  market: (at: Instant, market = '', currency = '') =>
    send(markets, { occurredAt: at, market, currency, timeZone: 'UTC' }),
}

const rounded = (number: number): number => Math.round(number * 100) / 100
const dayText = (at: Instant): string => `${rounded(at / days(1))}d`

/** Span, article, units in hours in stock, what is known after it: buckets and price changes. */
const shown = (row: DemandObservation): string => {
  const { startedAt, endedAt, sku, market, units, hours: inStock, isLearnt } = row
  const name = market === null ? sku : `${sku}@${market}`
  const known = `${row.observations}/${row.priceChanges}`
  const marks = `${isLearnt ? ' LEARNT' : ''}${row.isPromoted ? ' PROMOTED' : ''}`
  return `${dayText(startedAt)}-${dayText(endedAt)} ${name} ${units} in ${rounded(inStock)}h ${known}${marks}`
}

const check = scenario(demandObservations, { events: rows, show: shown })

/** Plays records, and returns what was told. */
const toldOf = (sent: readonly Send[], until: Instant): readonly DemandObservation[] => {
  const mill = new Harness([demandObservations], { mode: 'history' })
  for (const one of sent) playStep(mill, one)
  mill.advanceTo(until)
  return mill.resultsOf(observations)
}

describe('what happens at the very end of a span', () => {
  test('an order at midnight belongs to the day that begins', () =>
    check(`
      0      list  tea 20
      0      order o1 - tea:1
      1d     order o2 - tea:2
      2d     order o3 - tea:3
      => 0d-1d tea 1 in 24h 1/0 LEARNT
      tick   3d1h
      => 1d-2d tea 2 in 24h 2/0 LEARNT
      => 2d-3d tea 3 in 24h 3/0 LEARNT
    `))
  test('an order at the moment of a new price was at the new one', () =>
    check(`
      0      list  tea 20
      1h     order o1 - tea:1
      12h    list  tea 18
      12h    order o2 - tea:5
      tick   1d1h
      => 0d-0.5d tea 1 in 12h 1/0 LEARNT
      => 0.5d-1d tea 5 in 12h 2/1 LEARNT
    `))
  test('a new price at midnight is the price of the whole day', () =>
    check(`
      0      list  tea 20
      1h     order o1 - tea:1
      1d     list  tea 18
      1d     order o2 - tea:5
      tick   2d1h
      => 0d-1d tea 1 in 24h 1/0 LEARNT
      => 1d-2d tea 5 in 24h 2/1 LEARNT
    `))
})

describe('a day of many articles', () => {
  test('ends at midnight for each, and is told of within a minute of it, one after the other', () => {
    const sent = Array.from({ length: 100 }, (_, i) => rows.list(i, `sku-${i}`, '20'))
    const told = toldOf(sent, days(1) + hours(1))
    expect(told).toHaveLength(100)
    expect(new Set(told.map(({ endedAt }) => endedAt))).toEqual(new Set([days(1)]))
    const lateness = told.map(({ occurredAt }) => occurredAt - days(1))
    expect(Math.max(...lateness)).toBeLessThan(60_000)
    const byTenSeconds = new Set(lateness.map(ms => Math.floor(ms / 10_000)))
    expect(byTenSeconds).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })
})

describe('when there is a record', () => {
  test('of each day on which something was heard, from the first price on', () =>
    check(`
      6h     view  tea
      tick   2d1h
      2d6h   list  tea 20
      2d7h   view  tea
      3d7h   view  tea
      => 2.25d-3d tea 0 in 18h 1/0 LEARNT
      tick   9d1h
      => 3d-4d tea 0 in 24h 2/0 LEARNT
    `))
  test('of a silence with what is heard next, up to the midnight before it', () =>
    check(`
      0      list  tea 20
      tick   20d
      => 0d-1d tea 0 in 24h 1/0 LEARNT
      20d6h  order o1 - tea:1
      tick   21d1h
      => 1d-20d tea 0 in 456h 2/0 LEARNT
      => 20d-21d tea 1 in 24h 3/0 LEARNT
      drain
    `))
  test('of a silence that a new price ends, up to that moment', () =>
    check(`
      0      list  tea 20
      tick   20d
      => 0d-1d tea 0 in 24h 1/0 LEARNT
      20d6h  list  tea 18
      tick   21d1h
      => 1d-20d tea 0 in 456h 2/0 LEARNT
      => 20d-20.25d tea 0 in 6h 3/0 LEARNT
      => 20.25d-21d tea 0 in 18h 4/1 LEARNT
    `))
  test('not of a silence of over a month, as the article may have been off sale', () =>
    check(`
      0      list  tea 20
      31d6h  order o1 - tea:1
      => 0d-1d tea 0 in 24h 1/0 LEARNT
      tick   32d1h
      => 31.25d-32d tea 1 in 18h 2/0 LEARNT
    `))
  test('of a time in which it was sold out, however long, as that is known', () =>
    check(`
      0      list  tea 20
      1d     stock tea hull 0
      62d    stock tea hull 9
      => 0d-1d tea 0 in 24h 1/0 LEARNT
      => 1d-2d tea 0 in 0h 1/0
      tick   62d1h
      => 2d-62d tea 0 in 0h 1/0
    `))
  test('of what a new price ends, and the same price again does not', () =>
    check(`
      0      list  tea 20
      1h     order o1 - tea:2
      6h     list  tea 20
      12h    list  tea 18
      18h    order o2 - tea:1
      => 0d-0.5d tea 2 in 12h 1/0 LEARNT
      tick   1d1h
      => 0.5d-1d tea 1 in 12h 2/1 LEARNT
    `))
  test('not for what competitors ask: that counts with the next bucket', () =>
    check(`
      0      list  tea 20
      tick   2d
      => 0d-1d tea 0 in 24h 1/0 LEARNT
      3d     rival tea tom 18
      tick   9d
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
      => 0d-1d cup 1 in 24h 1/0 LEARNT
      => 0d-1d tea 5 in 24h 1/0 LEARNT
    `))
  test('each market for itself, and no market is one of its own', () =>
    check(`
      0      list  tea@UK 20
      0      list  tea@FR 22
      0      list  tea 21
      1h     order o1 UK tea:2
      1h     order o2 - tea:7
      tick   1d1h
      => 0d-1d tea 7 in 24h 1/0 LEARNT
      => 0d-1d tea@FR 0 in 24h 1/0 LEARNT
      => 0d-1d tea@UK 2 in 24h 1/0 LEARNT
    `))
  test('in eighty-three markets, it is learnt of each', () => {
    const sent = Array.from({ length: 83 }, (_, store) => rows.list(store, `tea@${store}`, '20'))
    const told = toldOf(sent, days(1) + hours(1))
    expect(new Set(told.map(({ market }) => market)).size).toBe(83)
  })
  test('one stray view leaves exposure as it was; where there are views each day, it is those', () => {
    const at = (day: number, hour: number) => days(day) + hours(hour)
    const sent: Send[] = [rows.list(0, 'tea', '20'), rows.view(at(0, 1), 'tea')]
    for (let day = 0; day < 60; day++) {
      sent.push(rows.order(at(day, 2), `o${day}`, '-', 'tea:1'))
      if (day < 20 || day >= 40) continue
      sent.push(rows.view(at(day, 3), 'tea', 'v1'), rows.view(at(day, 4), 'tea', 'v2'))
    }
    const told = toldOf(sent, days(60) + hours(1))
    const changes = told.filter((row, i) => i > 0 && row.isByViews !== told[i - 1]!.isByViews)
    expect(changes.map(row => [row.startedAt / days(1), row.exposure])).toEqual([
      [29, 2],
      [49, 24],
    ])
    expect(told.filter(row => !row.isLearnt).map(row => row.startedAt / days(1))).toEqual(
      Array.from({ length: 9 }, (_, i) => 40 + i),
    )
  })
  test('a record that is late belongs to a span that was learnt from, and is set aside', () =>
    check(`
      0      list  tea 20
      1d1h   view  cup
      => 0d-1d tea 0 in 24h 1/0 LEARNT
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
      => 0d-0.25d tea 3 in 6h 1/0 LEARNT
      8h     order o2 - tea:5
      tick   1d1h
      => 0.25d-1d tea 5 in 0h 1/0
      30h    stock tea hull 9
      31h    order o3 - tea:1
      => 1d-1.25d tea 0 in 0h 1/0
      tick   2d1h
      => 1.25d-2d tea 1 in 18h 2/0 LEARNT
    `))
  test('a record after the stock ran out ends the span, however soon it comes', () =>
    check(`
      0        list  tea 20
      6h       stock tea hull 0
      6h1s     order o1 - tea:5
      tick   1d1h
      => 0d-0.25d tea 0 in 6h 1/0 LEARNT
      => 0.25d-1d tea 5 in 0h 1/0
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
      => 0d-0.17d tea@UK 0 in 4h 1/0 LEARNT
      6h     order o1 UK tea:1
      6h     order o2 FR tea:1
      tick   1d1h
      => 0d-1d tea@FR 1 in 24h 1/0 LEARNT
      => 0.17d-1d tea@UK 1 in 0h 1/0
    `))
  test('what ran out before its first price is out of stock all the same', () =>
    check(`
      0      stock tea hull 0
      6h     list  tea 20
      7h     order o1 - tea:1
      tick   2d1h
      => 0.25d-1d tea 1 in 0h 0/0
    `))
  test('what is filled up at the same moment did not run out', () =>
    check(`
      0      list  tea 20
      6h     stock tea hull 0
      6h     stock tea hull 9
      8h     order o1 - tea:1
      tick   1d1h
      => 0d-1d tea 1 in 24h 1/0 LEARNT
    `))
  test('of more warehouses than are kept, those counted last decide', () => {
    const sent = [rows.list(0, 'tea', '20'), rows.stock(1, 'tea', 'first', '5')]
    for (let i = 0; i < WAREHOUSES_MAX; i++) sent.push(rows.stock(2, 'tea', `w${i}`, '0'))
    expect(toldOf(sent, days(1) + hours(1)).at(-1)).toMatchObject({ hours: 0 })
  })
  test('how long it was in stock is counted, of the time that the price was known', () => {
    const sent = [
      rows.list(0, 'tea', '20'),
      rows.stock(days(1), 'tea', 'hull', '0'),
      rows.stock(days(3), 'tea', 'hull', '5'),
    ]
    const last = toldOf(sent, days(4) + hours(1)).at(-1)!
    expect(last).toMatchObject({ endedAt: days(4), daysKnown: 4, daysInStock: 2 })
  })
})

describe('a first price that was none', () => {
  const sold = (fromDay: number) =>
    Array.from({ length: 20 }, (_, i) => rows.order(days(fromDay + i), `o${i}`, '-', 'tea:3'))

  test.each(['0.01', '9999.99'])('%s is not what prices are compared with', placeholder => {
    const steps = [
      rows.list(0, 'tea', placeholder),
      ...[1, 2, 3, 4].map(day => rows.stock(days(day), 'tea', 'hull', '9')),
      rows.list(days(5), 'tea', '20'),
      ...sold(6),
    ]
    const last = toldOf(steps, days(27)).at(-1)!
    expect(last).toMatchObject({ referencePriceMinor: 2_000, priceChanges: 0 })
    expect(last.unitsPerDay).toBeGreaterThan(2)
    expect(last.unitsPerDay).toBeLessThan(3.5)
  })

  test('is one where something was sold at it: then the other is the mistake', () => {
    const steps = [rows.list(0, 'tea', '20'), ...sold(0), rows.list(days(20), 'tea', '2000')]
    const last = toldOf([...steps, rows.list(days(21), 'tea', '20')], days(22)).at(-1)!
    expect(last).toMatchObject({ referencePriceMinor: 2_000 })
    expect(last.observations).toBeGreaterThan(18)
  })
})

describe('promotions', () => {
  test('are what the price says, while no order line names one', () =>
    check(`
      0      list      tea 20
      1h     order     o1 - tea:2
      12h    promotion tea 20
      13h    order     o2 - tea:2
      => 0d-0.5d tea 2 in 12h 1/0 LEARNT
      tick   1d1h
      => 0.5d-1d tea 2 in 12h 2/0 LEARNT PROMOTED
    `))
  test('are what most units were sold under, once lines name them', () =>
    check(`
      0      promotion tea 18
      1h     order o1 - tea:2:deal tea:1
      1d1h   order o2 - tea:2:deal tea:2
      => 0d-1d tea 3 in 24h 1/0 LEARNT PROMOTED
      2d1h   order o3 - tea:1
      => 1d-2d tea 4 in 24h 2/0 LEARNT
      tick   3d1h
      => 2d-3d tea 1 in 24h 3/0 LEARNT
    `))
  test("one customer's coupon is none", () =>
    check(`
      0      list  tea 18
      1h     order o1 - tea:1:coupon tea:4
      tick   1d1h
      => 0d-1d tea 5 in 24h 1/0 LEARNT
    `))
  test('are what the price says where nothing was sold', () =>
    check(`
      0      promotion tea 18
      1h     order o1 - tea:1:deal
      1d1h   view  tea
      => 0d-1d tea 1 in 24h 1/0 LEARNT PROMOTED
      tick   2d1h
      => 1d-2d tea 0 in 24h 2/0 LEARNT PROMOTED
    `))
})

describe('competitors', () => {
  const lowestAfter = (sent: readonly Send[], day: number): number | null => {
    const all = [rows.list(0, 'tea', '20'), ...sent, rows.view(days(day) + 1, 'tea')]
    return toldOf(all, days(day + 2)).at(-1)!.competitorPriceMinor
  }
  test('the lowest of them counts, from the next bucket on', () => {
    const seen = [
      rows.rival(hours(1), 'tea', 'tom', '19'),
      rows.rival(hours(2), 'tea', 'ann', '18'),
    ]
    expect(lowestAfter(seen, 0)).toBeNull()
    expect(lowestAfter(seen, 1)).toBe(1_800)
  })
  test('who was not seen for two weeks is not known', () => {
    const views = Array.from({ length: 15 }, (_, day) => rows.view(days(day) + hours(3), 'tea'))
    const seen = [rows.rival(hours(1), 'tea', 'tom', '18'), ...views]
    expect(lowestAfter(seen, 14)).toBe(1_800)
    expect(lowestAfter(seen, 15)).toBeNull()
  })
  test('who was seen before a silence of over a month is not known after it', () => {
    const seen = rows.rival(hours(1), 'tea', 'tom', '18')
    expect(lowestAfter([seen], 40)).toBeNull()
  })
  test('of more than are kept, the one seen longest ago is forgotten', () => {
    const seen = [rows.rival(1, 'tea', 'first', '10')]
    for (let i = 0; i < COMPETITORS_MAX; i++) seen.push(rows.rival(2 + i, 'tea', `c${i}`, '18'))
    expect(lowestAfter(seen, 1)).toBe(1_800)
  })
})

describe('a competitor that vanishes', () => {
  /** Four months of prices that take turns; the competitor is last seen on a day. */
  const learntUntil = (lastSeenDay: number): DemandObservation => {
    const sent: Send[] = []
    for (let day = 0; day < 120; day++) {
      const ratio = [1, 0.9, 1.1][day % 3]!
      sent.push(rows.list(days(day), 'tea', String(20 * ratio)))
      if (day <= lastSeenDay) sent.push(rows.rival(days(day), 'tea', 'tom', '17'))
      const units = Math.round(20 * ratio ** -2)
      sent.push(rows.order(days(day) + hours(2), `o${day}`, '-', `tea:${units}`))
    }
    return toldOf(sent, days(120) + hours(1)).at(-1)!
  }
  test('is forgotten, and the elasticity hardly moves', () => {
    const [seen, vanished] = [learntUntil(120), learntUntil(60)]
    expect(seen.competitorPriceMinor).toBe(1_700)
    expect(vanished.competitorPriceMinor).toBeNull()
    expect(Math.abs(vanished.priceMean! - seen.priceMean!)).toBeLessThan(0.1)
  })
})

describe('currencies', () => {
  test('a record in another currency than the market has is set aside, once', () =>
    check(`
      0      market UK EUR
      0      list   tea@UK 20
      => DEAD CURRENCY_CONFLICT market UK has currency EUR, and this record has GBP. Convert it or give it a market of its own, and redrive.
      0      rival  tea@UK tom 20
      => DEAD CURRENCY_CONFLICT market UK has currency EUR, and this record has GBP. Convert it or give it a market of its own, and redrive.
      1h     order  o1 UK tea:1 cup:1
      => DEAD CURRENCY_CONFLICT market UK has currency EUR, and this record has GBP. Convert it or give it a market of its own, and redrive.
      tick   2d
    `))
})

describe('the rhythm', () => {
  /** Orders once a week, on Thursdays at midnight, at prices that take turns. */
  const weekly = (weeks: number, units: (week: number) => number): Send[] =>
    Array.from({ length: weeks }, (_, week) => {
      const at = days(7 * week)
      const turn = week % 2 === 0 ? '20' : '18'
      return [
        rows.list(at, 'tea', turn),
        rows.order(at, `o${week}`, '-', `tea:${Math.round(units(week))}`),
      ]
    }).flat()
  const units = (week: number): number => (week % 2 === 0 ? 30 : 40)

  test('what sells once a week is learnt from by the week, from the fourth on', () => {
    const told = toldOf(weekly(8, units), days(56))
    const learnt = told.filter(({ isLearnt }) => isLearnt).map(({ endedAt }) => endedAt / days(1))
    // By the day: that of the sales, and the silence after it.
    expect(learnt).toEqual([1, 7, 8, 14, 15, 21, 28, 35, 42, 49])
  })
  test('and its records still add up to all that was sold and all the time', () => {
    const told = toldOf(weekly(8, units), days(56))
    const sum = (of: (row: DemandObservation) => number) =>
      told.reduce((total, row) => total + of(row), 0)
    expect(sum(row => row.units)).toBe(4 * 30 + 4 * 40)
    expect(sum(row => row.hours)).toBe(50 * 24)
    expect(told.at(-1)!.totalUnits).toBe(4 * 30 + 3 * 40)
    told.slice(1).forEach((row, at) => {
      expect(row.startedAt).toBe(told[at]!.endedAt)
    })
  })
  test('the scatter of days is forgotten with them', () => {
    const told = toldOf(weekly(8, units), days(56))
    const sizeAfter = (day: number) =>
      noiseSizeOf(told.find(({ endedAt }) => endedAt === days(day))!)
    expect(sizeAfter(15)).toBeLessThan(3.5)
    expect(sizeAfter(21)).toBe(4)
  })
  test('and the effect of the price is found', () => {
    const elasticity = -2.5
    const sold = (week: number) => (week % 2 === 0 ? 60 : 60 * 0.9 ** elasticity)
    const last = toldOf(weekly(104, sold), days(7 * 104)).at(-1)!
    expect(last.priceMean).toBeGreaterThan(-2.7)
    expect(last.priceMean).toBeLessThan(-2.2)
  })
  test('a week after which nothing is heard is a week, and not a day', () => {
    const before = weekly(6, units)
    for (const silence of [20, 40]) {
      const at = days(35 + silence)
      const told = toldOf([...before, rows.view(at, 'tea')], at + hours(1))
      const learnt = told.filter(({ endedAt, isLearnt }) => isLearnt && endedAt > days(35))
      expect(learnt[0]).toMatchObject({ endedAt: days(42), totalUnits: 3 * 30 + 3 * 40 })
      // The rest of a short silence is time in which nothing was sold; of a long one nothing is told.
      const rest = silence === 20 ? [days(49)] : []
      expect(learnt.slice(1).map(({ endedAt }) => endedAt)).toEqual(rest)
    }
  })
  test('a price that changes at midnight in the midst of a week ends its bucket', () => {
    const sent = [
      ...weekly(6, units),
      rows.view(days(37) + 1, 'tea'),
      rows.list(days(38), 'tea', '25'),
    ]
    const told = toldOf(sent, days(38) + hours(1))
    expect(told.at(-1)).toMatchObject({
      startedAt: days(38),
      endedAt: days(38),
      isLearnt: true,
      shownPriceMinor: 1_800,
      totalUnits: 3 * 30 + 3 * 40,
    })
  })
  test('what sells much on most days is counted by the hour, from the eighth day on', () => {
    const sent = [rows.list(0, 'tea', '20')]
    for (let day = 0; day < 9; day++) {
      sent.push(rows.order(days(day) + hours(5), `o${day}`, '-', 'tea:100'))
    }
    const told = toldOf(sent, days(9) + hours(1))
    expect(told.filter(({ endedAt }) => endedAt <= days(7))).toHaveLength(7)
    const hourly = told.filter(({ startedAt }) => startedAt >= days(7))
    expect(hourly).toHaveLength(2 * 24)
    expect(hourly.every(({ isLearnt }) => isLearnt)).toBe(true)
  })
})

describe('what a record says', () => {
  /** Ninety days of prices drawn by chance; a price a percent higher sells two percent less. */
  const trials = (): readonly DemandObservation[] => {
    const sent: Send[] = [rows.product(0, 'tea', 'drinks')]
    for (let day = 0; day < 90; day++) {
      const deviation = [-0.2, 0.2, -0.1, 0.1, 0][(day * 7) % 5]!
      sent.push(rows.trial(days(day), 'tea', String(20 * Math.exp(deviation)), '20'))
      const units = Math.round(30 * Math.exp(-2 * deviation))
      sent.push(rows.order(days(day) + hours(2), `o${day}`, '-', `tea:${units}`))
    }
    return toldOf(sent, days(90) + hours(1))
  }

  test('the price, what was expected, and what is known after it', () => {
    const last = trials().at(-1)!
    expect(last).toMatchObject({
      modelVersion: `${demandObservations.version} elasticities@seed`,
      sku: 'tea',
      market: null,
      category: 'drinks',
      modelId: 'elasticities/drinks',
      leftModelId: null,
      currency: 'GBP',
      startedAt: days(89),
      endedAt: days(90),
      policyPriceMinor: 2_000,
      referencePriceMinor: 2_000,
      isExperiment: true,
      isByViews: false,
      exposure: 24,
      observations: 90,
      priceChanges: 89,
      experimentChanges: 89,
      promotionChanges: 0,
      daysKnown: 90,
      daysInStock: 90,
    })
    expect(last.deviationMean).toBeGreaterThan(-2.3)
    expect(last.deviationMean).toBeLessThan(-1.7)
    expect(last.deviationVariance).toBeLessThan(0.25 ** 2)
    expect(last.unitsPerDay! / last.expectedUnits!).toBeCloseTo(1, 1)
  })
  test('its band holds nearly all that is sold', () => {
    const known = trials().filter(({ expectedUnits }) => expectedUnits !== null)
    expect(known.length).toBe(87)
    const within = known.filter(
      ({ units, expectedP05, expectedP95 }) => units >= expectedP05! && units <= expectedP95!,
    )
    expect(within.length).toBeGreaterThan(78)
  })
  test('the band of a part of a week is that of its time', () => {
    const sent: Send[] = []
    for (let week = 0; week < 12; week++) {
      sent.push(rows.list(days(7 * week), 'tea', week % 2 === 0 ? '20' : '18'))
      sent.push(rows.order(days(7 * week), `o${week}`, '-', 'tea:35'))
    }
    const [day, rest, last] = toldOf(sent, days(78) + hours(1)).slice(-3)
    expect(last).toMatchObject({ startedAt: days(77), endedAt: days(78), isLearnt: false })
    expect(last!.expectedUnits).toBeGreaterThan(3.5)
    expect(last!.expectedUnits).toBeLessThan(6.5)
    expect(rest).toMatchObject({ startedAt: days(71), endedAt: days(77), isLearnt: true })
    // Six days and one: it is about the span, and not all that is learnt from at its end.
    expect(rest!.expectedUnits! / day!.expectedUnits!).toBeGreaterThan(5.5)
    expect(rest!.expectedUnits! / day!.expectedUnits!).toBeLessThan(6.3)
  })
  test('which model it left, where the category changed', () => {
    const mill = new Harness([demandObservations], { mode: 'history' })
    playStep(mill, rows.list(0, 'tea', '20'))
    mill.advanceTo(days(1) + hours(1))
    playStep(mill, rows.product(days(1) + hours(1), 'tea', 'drinks'))
    playStep(mill, rows.view(days(1) + hours(2), 'tea'))
    playStep(mill, rows.view(days(2) + hours(2), 'tea'))
    mill.advanceTo(days(4))
    const told = mill.resultsOf(observations)
    expect(told.map(({ modelId, leftModelId }) => [modelId, leftModelId])).toEqual([
      ['elasticities/', null],
      ['elasticities/drinks', 'elasticities/'],
      ['elasticities/drinks', null],
    ])
  })
  test('which parameters it rests on: an article starts with the scatter of its category', () => {
    const parameters = send(modelParameters, {
      modelId: 'elasticities/',
      version: 7,
      occurredAt: 0,
      parameters: { scatter: 0.01 },
    })
    const sent = [parameters, rows.list(0, 'tea', '20')]
    for (let day = 0; day < 4; day++) sent.push(rows.order(days(day) + 1, `o${day}`, '-', 'tea:5'))
    const told = toldOf(sent, days(4))
    expect(told[0]!.modelVersion).toBe(`${demandObservations.version} elasticities/@7`)
    expect(noiseSizeOf(told.at(-1)!)).toBeGreaterThan(50)
  })
})

describe('an order of 2,147,483,647 units', () => {
  const ABSURD = 2 ** 31 - 1
  const DAYS = 200
  /** Some five units a day, two fifths of it with the price; and one order of them all, on a dear day. */
  const tradeWith = (absurdOn: number | null): readonly Send[] => {
    const sent: Send[] = []
    for (let day = 0; day < DAYS; day++) {
      const isDear = day % 6 < 3
      if (day % 3 === 0) sent.push(rows.trial(days(day), 'tea', isDear ? '22' : '18', '20'))
      const units = (isDear ? 4 : 6) + ((day * 7) % 5) - 2
      sent.push(rows.order(days(day) + hours(9), `o${day}`, '-', `tea:${units}`))
      if (day === absurdOn) {
        sent.push(rows.order(days(day) + hours(10), 'absurd', '-', `tea:${ABSURD}`))
      }
    }
    return sent
  }
  const ofDay = (told: readonly DemandObservation[], day: number) =>
    told.find(({ endedAt }) => endedAt === days(day + 1))!
  const on = 151
  const usual = toldOf(tradeWith(null), days(DAYS))
  const told = toldOf(tradeWith(on), days(DAYS))

  test('moves the elasticity by less than half of its standard deviation', () => {
    const before = ofDay(told, on - 1)
    const after = ofDay(told, on)
    expect(after.units).toBeGreaterThanOrEqual(ABSURD)
    expect(Math.sqrt(before.deviationVariance!)).toBeLessThan(0.7)
    const moved = Math.abs(after.deviationMean! - before.deviationMean!)
    expect(moved / Math.sqrt(before.deviationVariance!)).toBeLessThan(0.5)
    expect(moved).toBeGreaterThan(0)
  })
  test('is said, where it was learnt from and nowhere else', () => {
    expect(told.filter(({ reasons }) => reasons.length > 0)).toEqual([ofDay(told, on)])
    expect(ofDay(told, on).reasons[0]!.code).toBe('P_UNITS_MISREAD')
    expect(told.at(-1)!.totalUnits - usual.at(-1)!.totalUnits).toBeLessThan(500)
  })
  test('leaves what is expected, and how demand scatters, nearly as it was a month later', () => {
    const [after, without] = [ofDay(told, on + 30), ofDay(usual, on + 30)]
    expect(after.expectedUnits! / without.expectedUnits!).toBeCloseTo(1, 1)
    expect(noiseSizeOf(after) / noiseSizeOf(without)).toBeCloseTo(1, 1)
  })
  test('does not make its days into hours', () => {
    expect(told.map(({ endedAt }) => endedAt)).toEqual(usual.map(({ endedAt }) => endedAt))
  })
  test.each([0, 1, 2])('is got over where it is among the first, on day %i', day => {
    const early = toldOf(tradeWith(day), days(DAYS))
    const [after, without] = [ofDay(early, DAYS - 2), ofDay(usual, DAYS - 2)]
    expect(early.map(({ endedAt }) => endedAt)).toEqual(usual.map(({ endedAt }) => endedAt))
    expect(after.expectedUnits! / without.expectedUnits!).toBeCloseTo(1, 1)
    const sd = Math.sqrt(without.deviationVariance!)
    expect(Math.abs(after.deviationMean! - without.deviationMean!)).toBeLessThan(0.5 * sd)
  })
})

describe('bounds', () => {
  test('a pair of which nothing is heard is forgotten', () => {
    const mill = new Harness([demandObservations], { mode: 'history' })
    playStep(mill, rows.list(0, 'tea', '20'))
    mill.advanceTo(hours(1))
    expect(mill.stateText()).toContain('k:3|tea|')
    mill.finish(true)
    expect(mill.stateText()).not.toContain('k:3|tea|')
  })
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(demandObservations)).toMatchInlineSnapshot(`
    "demand-observations elasticity-2026-11-24, generation 1, event-time order
    inputs
      price <- prices (sku, market, currency, policyPriceMinor, shownPriceMinor, reason, promotionId)
        keyed by sku, exchange
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      stock <- inventory (sku, warehouseId, market, onHand)
        keyed by sku, exchange
        late set-aside, disorder 5s
      competitor <- competitor-prices (sku, market, competitor, currency, priceMinor)
        keyed by sku, exchange
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      view <- clickstream (type, sku, market)
        keyed by visitorId, exchange, filtered
        late set-aside, disorder 5s
      order <- orders (orderId, type, market, currency, lines)
        keyed by orderId, exchange to several keys, filtered
        late set-aside, disorder 5s
        one currency per market, as listed in markets
    references
      markets <- markets (reference)
      products <- products (reference)
      modelParameters <- model-parameters (control)
    state
      span: value
      pending: value
      price: value
      hasLinePromotions: value
      demand: value
      stock: mapOf, max 32
      competitors: mapOf, max 8
      modelId: value
    timers
      forgotten 400d after the last event
      bucketEnds
    output demand-observations
    "
  `)
})
