import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { uniformOf } from '../engine/draw.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  competitorPrices,
  inventory,
  markets,
  orders,
  type PriceReason,
  type PriceRecommendation,
  policies,
  prices,
  products,
  priceRecommendations as recommendations,
} from '../events.ts'
import { deviationOf } from '../models/price-experiment.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { elasticityOf, neighboursOf } from '../testing/price-records.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { priceRecommendations } from './price-recommendations.ts'

const minor = (text: string): number => Math.round(Number(text) * 100)

/** `cost=14 currency=EUR`: numbers are pounds where the name ends in Minor. */
const fieldsIn = (cells: readonly string[], names: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    cells.map(cell => {
      const [word, text] = cell.split('=') as [string, string]
      const name = names[word] ?? word
      if (name.endsWith('Minor')) return [name, minor(text)]
      return [name, Number.isNaN(Number(text)) ? text : Number(text)]
    }),
  )

const price =
  (reason: PriceReason) =>
  (at: Instant, shown = '', policy = shown): Send =>
    send(prices, {
      eventId: `price ${at} ${shown}`,
      occurredAt: at,
      sku: 'tea',
      market: 'UK',
      currency: 'GBP',
      shownPriceMinor: minor(shown),
      policyPriceMinor: minor(policy),
      reason,
    })

const rows = {
  list: price('LIST'),
  promotion: price('PROMOTION'),
  trial: price('EXPERIMENT'),
  /** `known -2.1 .2 units=4 method=OBSERVATIONAL` */
  known: (at: Instant, mean = '', sd = '', ...cells: string[]) =>
    elasticityOf(at, `elasticity ${at}`, {
      elasticity: Number(mean),
      sd: Number(sd),
      ...fieldsIn(cells, { units: 'unitsPerDay' }),
    }),
  /** Of the category alone. */
  alike: (at: Instant, mean = '', sd = '') =>
    elasticityOf(at, `elasticity ${at}`, {
      elasticity: null,
      sd: null,
      status: 'NOT_IDENTIFIED',
      categoryElasticity: Number(mean),
      categorySd: Number(sd),
    }),
  product: (at: Instant, sku = '', ...cells: string[]) =>
    send(products, {
      sku,
      occurredAt: at,
      currency: 'GBP',
      ...fieldsIn(cells, {
        cost: 'unitCostMinor',
        list: 'listPriceMinor',
        floor: 'priceFloorMinor',
        ceiling: 'priceCeilingMinor',
        life: 'shelfLifeHours',
      }),
    }),
  market: (at: Instant, band = '') =>
    send(markets, {
      market: 'UK',
      occurredAt: at,
      currency: 'GBP',
      timeZone: 'UTC',
      competitorBandPct: band === '' ? null : Number(band),
    }),
  policy: (at: Instant, policyId = '', version = '', document = '') =>
    send(policies, { policyId, version: Number(version), occurredAt: at, document }),
  stock: (at: Instant, warehouseId = '', onHand = '', onOrder = '0') =>
    send(inventory, {
      eventId: `stock ${at} ${warehouseId}`,
      occurredAt: at,
      sku: 'tea',
      market: 'UK',
      warehouseId,
      onHand: Number(onHand),
      onOrder: Number(onOrder),
    }),
  rival: (at: Instant, competitor = '', shown = '', currency = 'GBP') =>
    send(competitorPrices, {
      eventId: `rival ${at} ${competitor}`,
      occurredAt: at,
      sku: 'tea',
      market: 'UK',
      competitor,
      currency,
      priceMinor: minor(shown),
    }),
  /** `order o1 tea:2 cost=14 warehouseId=hull` */
  order: (at: Instant, orderId = '', line = '', ...cells: string[]) => {
    const [sku, quantity] = line.split(':')
    const rest = fieldsIn(cells, { cost: 'unitCostMinor' })
    return send(orders, {
      eventId: `order ${orderId}`,
      occurredAt: at,
      orderId,
      type: 'PLACED',
      market: 'UK',
      currency: 'GBP',
      totalMinor: 100,
      lines: [{ sku, quantity: Number(quantity), unitPriceMinor: 100, ...rest }],
    })
  },
  beside: (at: Instant, sku = '', attach = '') =>
    neighboursOf(at, `neighbours ${at}`, {
      baskets: 100,
      neighbours: [{ sku, baskets: 30, lift: 3, shrunkLift: 2, attach: Number(attach) }],
    }),
}

const pounds = (amountMinor: number): string => (amountMinor / 100).toFixed(2)
const since = (at: Instant): string => {
  const part = (unitMs: number, of: Instant) => Math.floor(of / unitMs)
  const [day, hour] = [part(days(1), at), part(hours(1), at % days(1))]
  return `${day}d${hour}h${part(minutes(1), at % hours(1))}m`
}

/** When, what, the price to show, and why, but for what is said each time. */
const shown = ({ occurredAt, action, recommendedPriceMinor, reasons }: PriceRecommendation) => {
  const codes = reasons.map(({ code }) => code.slice(2)).filter(code => code !== 'ONE_PRICE')
  return `${since(occurredAt)} ${action} ${pounds(recommendedPriceMinor)} ${codes.join(' ')}`
}

const checkAsIs = scenario(priceRecommendations, { events: rows, show: shown })
/** In a market that is listed. */
const check = (table: string): void => checkAsIs(`0 market\n${table}`)

/** Without experiments, of which other tests speak. */
const CALM = `0 policy pricing 1 {"experiments":{"enabled":false}}`

describe('when there is something to tell', () => {
  test('from the first price on, and again when something else is to be done', () =>
    check(`
      ${CALM}
      0      known -2.1 .2
      1h     list 20
      2h     order o1 tea:1 cost=14
      => 0d1h0m HOLD 20.00 NO_COST
      3h     known -2.1 .2
      4h     known -2.1 .19
      => 0d3h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      5h     list 20.99              # as was told: a step is a step of a day
      6h     known -2.1 .2
      => 0d5h0m HOLD 20.99 ELASTIC STEP_CAP PRICE_ENDING AT_BEST
      1d4h   known -2.1 .2           # the price was set an hour less than a day before
      1d6h   known -2.1 .2
      tick   2d
      => 1d6h0m AUTO 21.99 ELASTIC STEP_CAP PRICE_ENDING
    `))

  test('of an article of which nothing is known', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      list 20
      1h     alike -2 .5
      => 0d0h0m HOLD 20.00 LOW_EVIDENCE
      2h     known -.9 .2
      3h     known -2.1 .2 method=OBSERVATIONAL status=WEAK
      => 0d2h0m HOLD 20.00 INELASTIC
      tick   4h
      => 0d3h0m AUTO 20.39 ELASTIC OBSERVATIONAL_CAP PRICE_ENDING
    `))

  test('where profit would change by a point more, and not by less', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      known -2.1 .2
      1h     list 20
      2h     known -2.15 .2
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      3h     known -2.9 .05
      tick   4h
      => 0d3h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
    `))
})

describe('what a price is chosen by', () => {
  test('cost and limits in another currency are not taken for those of the market', () =>
    check(`
      ${CALM}
      0      product tea cost=9 currency=EUR
      0      known -2.1 .2
      1h     list 20
      2h     order o1 tea:1 cost=14
      => 0d1h0m HOLD 20.00 NO_COST
      3h     known -2.1 .2
      4h     product tea cost=9 floor=10 currency=EUR
      5h     known -2.1 .2
      => 0d3h0m HOLD 20.00 LIMITS_UNKNOWN
      6h     product tea cost=14 floor=25
      7h     known -2.1 .2
      => 0d5h0m AUTO 25.00 ELASTIC STEP_CAP PRICE_ENDING
      tick   8h
    `))

  test('competitors of the last fortnight, as far as the market has them', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      market 10
      0      known -2.1 .2
      1h     list 20
      2h     rival shop-a 19.00
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      3h     rival shop-b 18.90       # less than 1 % below
      => 0d2h0m AUTO 20.89 ELASTIC STEP_CAP COMP_BAND PRICE_ENDING
      4h     rival shop-b 18.50
      5h     rival shop-c 30 EUR
      => 0d4h0m AUTO 20.29 ELASTIC STEP_CAP COMP_BAND PRICE_ENDING
      => DEAD CURRENCY_CONFLICT market UK has currency GBP, and this record has EUR. Convert it or give it a market of its own, and redrive.
      tick   6h
      15d    known -2.1 .2
      tick   16d
      => 15d0h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
    `))

  test('the policy of the market before that of all, and the last version of it that is none the worse', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      known -2.1 .2
      1h     list 20
      2h     policy pricing/UK 1 {"maxStepPct":8,"ending":null,"experiments":{"enabled":false}}
      3h     known -2.1 .2
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      4h     policy pricing/UK 2 {"maxStepPercent":8}
      5h     known -2.1 .2
      => 0d3h0m AUTO 21.60 ELASTIC STEP_CAP
      6h     known -2.1 .2           # it was said
      => 0d5h0m AUTO 21.60 ELASTIC STEP_CAP POLICY_INVALID
      7h     policy pricing/UK 3 {"maxStepPct":8,"experiments":{"enabled":false}}
      8h     known -2.1 .2
      tick   9h
      => 0d8h0m AUTO 21.59 ELASTIC STEP_CAP PRICE_ENDING
    `))

  test('the policy of all where that of the market was never one', () =>
    check(`
      ${CALM}
      0      policy pricing/UK 1 {"maxStepPct":800}
      0      product tea cost=14
      0      known -2.1 .2
      1h     list 20
      tick   2h
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING POLICY_INVALID
    `))

  test('what is bought with it', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      product biscuits list=6 cost=2
      0      beside biscuits .3
      0      known -2.1 .2
      1h     list 20
      2h     beside scones .3        # of which no price is known
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING CROSS
      3h     stock hull 10
      4h     list 20.50
      => 0d3h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      tick   5h
      => 0d4h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
    `))

  test('not while a promotion runs, and then from the price before it', () =>
    check(`
      ${CALM}
      0      product tea cost=14
      0      known -2.1 .2
      1h     list 20
      2d     promotion 15 20
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      3d     known -2.1 .2
      => 2d0h0m HOLD 15.00 PROMOTION
      4d     list 20
      tick   5d
      => 4d0h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
    `))
})

test('a policy that does not take effect is named with its version, its field and what holds instead', () => {
  const mill = new Harness([priceRecommendations], { mode: 'history' })
  for (const step of [
    rows.policy(0, 'pricing/UK', '1', '{"maxStepPct":3}'),
    rows.policy(0, 'pricing/UK', '2', '{"experiments":{"epochDays":0}}'),
    rows.policy(0, 'fraud', '1', 'of somebody else'),
    rows.product(0, 'tea', 'cost=14'),
    rows.list(hours(1), '20'),
  ]) {
    playStep(mill, step)
  }
  mill.advanceTo(hours(2))
  const [told] = mill.resultsOf(recommendations)
  expect(told).toMatchObject({ policyId: 'pricing/UK', policyVersion: 1 })
  expect(told!.reasons.find(({ code }) => code === 'P_POLICY_INVALID')?.detail).toBe(
    'pricing/UK@2 does not take effect, as experiments.epochDays is 0 and must be a whole number ' +
      'from 1 to 28: pricing/UK@1 stays in force until a version is published that does.',
  )
})

test('a result carries what the price was chosen by', () => {
  const mill = new Harness([priceRecommendations], { mode: 'history' })
  for (const step of [
    rows.policy(0, 'pricing', '4', '{"experiments":{"enabled":false}}'),
    rows.product(0, 'tea', 'cost=14'),
    rows.list(0, '20'),
    rows.known(hours(1), '-2', '.2', 'units=20'),
    rows.stock(hours(2), 'hull', '30'),
    rows.stock(hours(3), 'dover', '10'),
    rows.order(hours(4), 'o1', 'tea:4'),
    rows.order(hours(5), 'o2', 'tea:4', 'warehouseId=dover'),
    rows.order(hours(6), 'o3', 'tea:4', 'warehouseId=leeds'),
    rows.list(hours(7), '25'),
  ]) {
    playStep(mill, step)
  }
  mill.advanceTo(hours(8))
  const last = mill.resultsOf(recommendations).at(-1)!
  expect(last).toMatchObject({
    currentPriceMinor: 2_500,
    unitCostMinor: 1_400,
    elasticity: -2,
    elasticitySd: 0.2,
    stockUnits: 28,
    policyId: 'pricing',
    policyVersion: 4,
  })
  // Told at 20.00, and now it is 25.00.
  expect(last.unitsPerDay).toBeCloseTo(20 * (25 / 20) ** -2, 9)
})

test('a word on demand at the moment of a new price is of the price before it', () => {
  const mill = new Harness([priceRecommendations], { mode: 'history' })
  for (const step of [
    rows.policy(0, 'pricing', '1', '{"experiments":{"enabled":false}}'),
    rows.product(0, 'tea', 'cost=14'),
    rows.list(0, '20'),
    rows.list(days(1), '25'),
    rows.known(days(1), '-2', '.2', 'units=20'),
  ]) {
    playStep(mill, step)
  }
  mill.advanceTo(days(1) + hours(1))
  const last = mill.resultsOf(recommendations).at(-1)!
  expect(last.currentPriceMinor).toBe(2_500)
  expect(last.unitsPerDay).toBeCloseTo(20 * (25 / 20) ** -2, 9)
})

describe('stock that must go', () => {
  test('is priced anew each hour and at each sale, until it is gone', () =>
    check(`
      ${CALM}
      0      product tea cost=10 life=48
      0      known -2.1 .2 units=20
      1h     list 20
      2h     stock hull 80
      => 0d1h0m HOLD 20.00 ELASTIC UNSURE
      2h30m  order o1 tea:30
      => 0d2h0m AUTO 14.39 EXPIRY ELASTIC PRICE_ENDING
      tick   5h
      => 0d2h30m AUTO 17.89 EXPIRY ELASTIC
      => 0d3h0m AUTO 17.79 EXPIRY ELASTIC PRICE_ENDING
      => 0d4h0m AUTO 17.59 EXPIRY ELASTIC PRICE_ENDING
      5h10m  order o2 tea:44 warehouseId=hull
      => 0d5h0m AUTO 17.39 EXPIRY ELASTIC PRICE_ENDING
      5h20m  order o3 tea:40 warehouseId=hull
      => 0d5h10m AUTO 25.99 STOCK_CLEAR STEP_CAP ELASTIC PRICE_ENDING
      tick   8h
      => 0d5h20m HOLD 20.00 ELASTIC UNSURE
    `))

  test('need not last until it expires where more is ordered', () =>
    check(`
      ${CALM}
      0      product tea cost=14 life=240
      0      known -2.1 .1 units=20
      1h     list 20
      2h     stock hull 30 60
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      3h     stock hull 30 0
      => 0d2h0m AUTO 25.99 ELASTIC STEP_CAP PRICE_ENDING
      tick   3h30m
      => 0d3h0m AUTO 25.99 STEP_CAP STOCK_CLEAR ELASTIC PRICE_ENDING
    `))

  test('is not what keeps for longer than a month', () =>
    check(`
      ${CALM}
      0      product tea cost=14 life=8760
      0      known -2.1 .2 units=20
      1h     list 20
      2h     stock hull 8000
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      tick   4h
    `))
})

test('in a market that is not listed no price is drawn by chance until it is', () =>
  checkAsIs(`
    0      product tea cost=14
    1h     list 20
    tick   9d
    => 0d1h0m HOLD 20.00 LOW_EVIDENCE MARKET_UNLISTED
    9d     known -2.1 .3
    tick   9d1h
    => 9d0h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING MARKET_UNLISTED
    9d2h   market
    tick   14d
    => 10d6h0m TEST 23.20 ELASTIC STEP_CAP PRICE_ENDING EXPERIMENT
    => 13d6h0m TEST 19.97 ELASTIC STEP_CAP PRICE_ENDING EXPERIMENT
  `))

/** Epochs of tea in the UK begin three days after each other; told an hour before. */
describe('experiments', () => {
  test('a test is told before each epoch, and after three that nobody carried out no more', () =>
    check(`
      0      product tea cost=14
      1h     list 20
      tick   16d
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      => 4d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT
      => 7d6h0m TEST 20.00 LOW_EVIDENCE EXPERIMENT
      => 10d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT
      => 13d6h0m HOLD 20.00 LOW_EVIDENCE NOT_CARRIED_OUT
      16d    known -2.1 .2
      tick   20d
      => 16d0h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      20d    trial 20.50 20
      tick   25d
      => 22d6h0m TEST 20.99 ELASTIC STEP_CAP PRICE_ENDING EXPERIMENT_DONE SHOWN
    `))

  test('stands until its epoch ends, except for what cannot wait', () =>
    check(`
      0      product tea cost=14
      0      known -2.1 .3
      1h     list 20
      tick   4d
      => 0d1h0m AUTO 20.99 ELASTIC STEP_CAP PRICE_ENDING
      => 1d6h0m TEST 22.07 ELASTIC STEP_CAP PRICE_ENDING EXPERIMENT
      4d     trial 21 20
      4d1h   known -2.1 .3
      tick   4d2h
      4d2h   product tea cost=14 floor=25
      4d3h   known -2.1 .3
      tick   4d4h
      => 4d3h0m AUTO 25.00 ELASTIC STEP_CAP PRICE_ENDING SHOWN
    `))

  test('are over where the shop sets another price for itself', () =>
    check(`
      0        product tea cost=14
      1h       list 20
      1d6h30m  list 20                # nothing new
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      1d6h40m  list 30
      tick     2d
      => 1d6h40m HOLD 30.00 LOW_EVIDENCE
    `))

  test('end at the price of the policy, also where that has none any more', () =>
    check(`
      0      product tea cost=14
      1h     list 20
      tick   1d7h
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      1d7h   trial 21.03 20
      2d     policy pricing 1 {"experiments":{"enabled":false}}
      5d     trial 20 20
      => 4d6h0m TEST 20.00 LOW_EVIDENCE SHOWN
      tick   30d
      => 7d6h0m HOLD 20.00 LOW_EVIDENCE
    `))

  test('give way at once to what the law forbids, though it allows the price of the policy', () =>
    check(`
      0      product tea cost=14
      1h     list 20
      tick   1d7h
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      1d7h   trial 21.03 20
      tick   1d8h
      2d     product tea cost=14 ceiling=21
      2d1h   alike -2 .5
      tick   2d2h
      => 2d1h0m AUTO 20.00 BY_CATEGORY LEGAL_CEILING PRICE_ENDING SHOWN
    `))

  test('are not made beside stock that must go, whose price is another each hour', () =>
    check(`
      0      product tea cost=10 life=48
      0      known -2.1 .3 units=20
      1h     list 20
      1d5h   stock hull 80
      => 0d1h0m HOLD 20.00 ELASTIC UNSURE
      tick   1d8h
      => 1d5h0m AUTO 14.39 EXPIRY ELASTIC PRICE_ENDING
      => 1d6h0m AUTO 14.19 EXPIRY ELASTIC PRICE_ENDING STOCK_FIRST
      => 1d7h0m AUTO 14.09 EXPIRY ELASTIC
    `))

  test('a price that is told again is no answer to a test that asked for nothing', () =>
    check(`
      0      product tea cost=14
      1h     list 20
      8d     list 20                 # as the test of the day before has it, and all days before
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      => 4d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT
      => 7d6h0m TEST 20.00 LOW_EVIDENCE EXPERIMENT
      tick   14d
      => 10d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT
      => 13d6h0m HOLD 20.00 LOW_EVIDENCE NOT_CARRIED_OUT
    `))

  test('count as carried out where the price of the test is set, whatever it is called', () =>
    check(`
      0      product tea cost=14
      1h     list 20
      tick   5d
      => 0d1h0m HOLD 20.00 LOW_EVIDENCE
      => 1d6h0m TEST 21.03 LOW_EVIDENCE EXPERIMENT
      => 4d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT
      5d     list 22.10
      tick   17d
      => 7d6h0m TEST 20.00 LOW_EVIDENCE EXPERIMENT SHOWN
      => 10d6h0m TEST 22.10 LOW_EVIDENCE EXPERIMENT SHOWN
      => 13d6h0m TEST 19.02 LOW_EVIDENCE EXPERIMENT SHOWN
      => 16d6h0m TEST 18.10 LOW_EVIDENCE EXPERIMENT SHOWN
    `))

  test('ends where enough is known, and not by prices that somebody set', () =>
    check(`
      0      product tea cost=11
      0      known -2.1 .2 method=OBSERVATIONAL status=WEAK
      1h     list 20
      tick   4d
      => 0d1h0m HOLD 20.00 ELASTIC OBSERVATIONAL_CAP PRICE_ENDING UNSURE
      => 1d6h0m TEST 21.03 ELASTIC OBSERVATIONAL_CAP PRICE_ENDING UNSURE EXPERIMENT
      4d     trial 21 20
      5d     known -2.1 .2
      => 4d6h0m TEST 22.10 ELASTIC OBSERVATIONAL_CAP PRICE_ENDING UNSURE EXPERIMENT SHOWN
      tick   8d
      => 7d6h0m TEST 20.00 ELASTIC PRICE_ENDING UNSURE EXPERIMENT_DONE SHOWN
      8d     trial 20 20
      8d     known -2.1 .28          # worse, and not by much
      tick   11d
      => 10d6h0m HOLD 20.00 ELASTIC PRICE_ENDING UNSURE EXPERIMENT_DONE
      11d    known -2.1 .31
      tick   16d
      => 13d6h0m TEST 19.02 ELASTIC PRICE_ENDING UNSURE EXPERIMENT
    `))
})

describe('a test', () => {
  const begun = (...more: readonly Send[]): Harness => {
    const mill = new Harness([priceRecommendations], { mode: 'history' })
    const tea = [rows.market(0), rows.product(0, 'tea', 'cost=14'), rows.list(hours(1), '20')]
    for (const step of [...more, ...tea]) playStep(mill, step)
    return mill
  }
  const testsOf = (mill: Harness) =>
    mill.resultsOf(recommendations).filter(({ action }) => action === 'TEST')

  test('says for when it is, and can be drawn again by whoever knows seed and policy', () => {
    const mill = begun()
    mill.advanceTo(days(2))
    const [first] = testsOf(mill)
    const draw = { seed: '1', policyId: 'pricing', version: 0, decisionId: '3|tea|UK|0' }
    const deviation = deviationOf(uniformOf(draw, 0), 0.1)
    expect(first).toMatchObject({
      occurredAt: days(1) + hours(6),
      effectiveAt: days(1) + hours(7),
      validUntil: days(4) + hours(7),
      epoch: 0,
      deviation,
      currentPriceMinor: 2_000,
      policyPriceMinor: 2_000,
      recommendedPriceMinor: Math.round(2_000 * Math.exp(deviation)),
      policyId: null,
      policyVersion: null,
    })
  })

  test('is expected to bring what it would of an article like it, where nothing is known of its own', () => {
    const mill = begun(rows.alike(0, '-2.4', '.5'))
    mill.advanceTo(days(2))
    const [first] = testsOf(mill)
    expect(first).toMatchObject({ elasticity: -2.4, elasticitySd: 0.5 })
    expect(first!.profitChangePctP05).toBeLessThan(first!.profitChangePctMean)
  })

  test('is drawn by the policy that holds, at its hours', () => {
    const document = '{"experiments":{"seed":"9","epochDays":1,"leadHours":2}}'
    const mill = begun(rows.policy(0, 'pricing/UK', '3', document))
    mill.advanceTo(days(4))
    const drawn = testsOf(mill).map(({ epoch, deviation, effectiveAt, occurredAt }) => {
      expect(effectiveAt! - occurredAt).toBe(hours(2))
      const draw = {
        seed: '9',
        policyId: 'pricing/UK',
        version: 3,
        decisionId: `3|tea|UK|${epoch}`,
      }
      expect(deviation).toBe(deviationOf(uniformOf(draw, 0), 0.1))
      return epoch
    })
    expect(drawn).toEqual([0, 1, 2, 3].slice(0, drawn.length))
    expect(drawn.length).toBeGreaterThanOrEqual(3)
  })

  test.each([['as they should', rows.trial] as const, ['as list prices', rows.list] as const])(
    'moves the price less and less, the longer there were some, called %s',
    (_, set) => {
      const mill = begun()
      for (let day = 2; day <= 200; day += 3) {
        mill.advanceTo(days(day))
        const { effectiveAt, recommendedPriceMinor, policyPriceMinor } = testsOf(mill).at(-1)!
        const at = Math.max(effectiveAt!, days(day))
        playStep(mill, set(at, pounds(recommendedPriceMinor), pounds(policyPriceMinor!)))
      }
      const tests = testsOf(mill)
      const most = (fromDay: number, untilDay: number) => {
        const within = tests.filter(
          ({ effectiveAt: at }) => at! >= days(fromDay) && at! < days(untilDay),
        )
        return Math.max(...within.map(({ deviation }) => Math.abs(deviation!)))
      }
      expect([most(0, 31), most(33, 91), most(93, 300)]).toEqual([0.1, 0.05, 0.02])
    },
  )
})

test('an article of which nothing is heard is forgotten', () => {
  const mill = new Harness([priceRecommendations], { mode: 'history' })
  playStep(mill, rows.list(0, '20'))
  mill.advanceTo(hours(1))
  expect(mill.stateText()).toContain('k:3|tea|UK')
  mill.finish(true)
  expect(mill.stateText()).not.toContain('k:3|tea|UK')
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(priceRecommendations)).toMatchInlineSnapshot(`
    "price-recommendations prices-2026-11-24, generation 1, event-time order
    inputs
      elasticity <- price-elasticities (sku, market, elasticity, sd, status, method, unitsPerDay, categoryElasticity, categorySd)
        keyed by sku, exchange, filtered
        late handle, disorder 5s
      price <- prices (sku, market, currency, policyPriceMinor, shownPriceMinor, reason, promotionId)
        keyed by sku, exchange
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      stock <- inventory (sku, market, warehouseId, onHand, onOrder)
        keyed by sku, exchange
        late set-aside, disorder 5s
      competitor <- competitor-prices (sku, market, competitor, currency, priceMinor)
        keyed by sku, exchange, filtered
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      order <- orders (orderId, type, market, currency, lines)
        keyed by orderId, exchange to several keys, filtered
        late set-aside, disorder 5s
        one currency per market, as listed in markets
      neighbours <- basket-neighbours (sku, market, neighbours)
        keyed by sku, exchange
        late handle, disorder 5s
    references
      markets <- markets (reference)
      products <- products (reference)
      policies <- policies (control), those accepted
    state
      price: value
      policyPrices: value
      known: value
      unitCostMinor: value
      stock: mapOf, max 32
      deliveredAt: value
      competitors: mapOf, max 8
      attached: value
      experiment: value
      told: value
    timers
      forgotten 400d after the last event
      epochDue
      solveDue
    output price-recommendations
    "
  `)
})
