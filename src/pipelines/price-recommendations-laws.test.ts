import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, hours, type Instant, seconds } from '../engine/time.ts'
import {
  competitorPrices,
  inventory,
  markets,
  orders,
  type PriceRecommendation,
  policies,
  prices,
  products,
  priceRecommendations as recommendations,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { elasticityOf, neighboursOf } from '../testing/price-records.ts'
import { commit, type ScriptStep, type Send, send, tick } from '../testing/script.ts'
import { priceRecommendations } from './price-recommendations.ts'
import { UNANSWERED_MAX } from './price-recommendations-experiment.ts'

/** Few articles in few markets, so that they meet; EUR in the UK is a mistake. */
const skus = fc.constantFrom('tea', 'cup')
const sales = fc.constantFrom(
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'EUR' },
  { market: null, currency: 'GBP' },
)
const places = fc.constantFrom({ market: 'UK' }, { market: null })

type Draft = (occurredAt: Instant, eventId: string) => ScriptStep

const priceDraft = fc
  .record({
    sku: skus,
    sale: sales,
    policyPriceMinor: fc.constantFrom(1_000, 1_000, 1_100, 0),
    shownPriceMinor: fc.constantFrom(900, 1_000, 1_050, 1_100, 1_000_000),
    reason: fc.constantFrom('LIST', 'PROMOTION', 'EXPERIMENT', 'MARKDOWN'),
  })
  .map(
    ({ sale, ...price }): Draft =>
      (occurredAt, eventId) =>
        send(prices, { ...price, ...sale, occurredAt, eventId }),
  )

const beliefs = fc.constantFrom(
  { elasticity: -2.5, sd: 0.2 },
  { elasticity: -3, sd: 0.4, method: 'OBSERVATIONAL' as const, status: 'WEAK' as const },
  { elasticity: -0.8, sd: 0.1 },
  {
    elasticity: null,
    sd: null,
    status: 'NOT_IDENTIFIED' as const,
    categoryElasticity: -2,
    categorySd: 0.5,
  },
)
const elasticityDraft = fc
  .record({
    sku: skus,
    place: places,
    belief: beliefs,
    unitsPerDay: fc.constantFrom(null, 0, 3, 200),
  })
  .map(
    ({ place, belief, ...rest }): Draft =>
      (occurredAt, eventId) =>
        elasticityOf(occurredAt, eventId, { ...rest, ...place, ...belief }),
  )

const rivalDraft = fc
  .record({
    sku: skus,
    sale: sales,
    competitor: fc.constantFrom('a', 'b'),
    priceMinor: fc.constantFrom(0, 1, 950, 955, 1_200),
  })
  .map(
    ({ sale, ...seen }): Draft =>
      (occurredAt, eventId) =>
        send(competitorPrices, { ...seen, ...sale, occurredAt, eventId }),
  )

const stockDraft = fc
  .record({
    sku: skus,
    place: places,
    warehouseId: fc.constantFrom('hull', 'dover'),
    onHand: fc.constantFrom(0, 3, 50),
    onOrder: fc.constantFrom(0, 0, 20),
  })
  .map(
    ({ place, ...level }): Draft =>
      (occurredAt, eventId) =>
        send(inventory, { ...level, ...place, occurredAt, eventId }),
  )

const orderDraft = fc
  .record({
    order: fc.nat(20),
    type: fc.constantFrom('PLACED', 'PLACED', 'PLACED', 'CANCELLED'),
    sale: sales,
    lines: fc.array(
      fc.record({
        sku: skus,
        quantity: fc.constantFrom(0, 1, 40),
        unitPriceMinor: fc.constant(1_000),
        unitCostMinor: fc.constantFrom(null, 700, 950),
        warehouseId: fc.constantFrom(null, 'hull'),
      }),
      { maxLength: 3 },
    ),
  })
  .map(
    ({ order, sale, ...rest }): Draft =>
      (occurredAt, eventId) =>
        send(orders, {
          ...rest,
          ...sale,
          orderId: `o${order}`,
          totalMinor: 100,
          occurredAt,
          eventId,
        }),
  )

const besideDraft = fc.record({ sku: skus, place: places, attach: fc.constantFrom(0, 0.4) }).map(
  ({ sku, place, attach }): Draft =>
    (occurredAt, eventId) =>
      neighboursOf(occurredAt, eventId, {
        sku,
        ...place,
        baskets: 50,
        neighbours: [{ sku: 'cup', baskets: 20, lift: 2, shrunkLift: 2, attach }],
      }),
)

const unreadable: Draft = (occurredAt, eventId) => send(prices, { eventId, occurredAt, sku: 7 })

/** From one event to the next: moments, hours in which stock goes, days in which epochs begin. */
const gaps = fc.oneof(
  { weight: 3, arbitrary: fc.nat(seconds(90)) },
  { weight: 3, arbitrary: fc.nat(hours(5)) },
  { weight: 3, arbitrary: fc.nat(hours(40)) },
  { weight: 1, arbitrary: fc.nat(days(20)) },
)
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(hours(24)) },
)

const steps = fc.record({
  draft: fc.oneof(
    { weight: 6, arbitrary: priceDraft },
    { weight: 5, arbitrary: elasticityDraft },
    { weight: 3, arbitrary: rivalDraft },
    { weight: 3, arbitrary: stockDraft },
    { weight: 4, arbitrary: orderDraft },
    { weight: 1, arbitrary: besideDraft },
    { weight: 1, arbitrary: fc.constant(unreadable) },
    { weight: 2, arbitrary: fc.constant<Draft>(tick) },
    { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
  ),
  gapMs: gaps,
  lagMs: lags,
  /** Sent once more, as producers do that are not sure. */
  again: fc.constantFrom(true, false, false, false),
})

const CEILING_MINOR = 1_080

const LISTED = send(prices, {
  eventId: 'list',
  occurredAt: hours(1),
  sku: 'tea',
  market: 'UK',
  currency: 'GBP',
  policyPriceMinor: 1_000,
  shownPriceMinor: 1_000,
  reason: 'LIST',
})

const known: readonly Send[] = [
  send(markets, {
    market: 'UK',
    occurredAt: 0,
    currency: 'GBP',
    timeZone: 'UTC',
    competitorBandPct: 10,
  }),
  send(products, {
    sku: 'tea',
    occurredAt: 0,
    currency: 'GBP',
    unitCostMinor: 600,
    priceCeilingMinor: CEILING_MINOR,
    shelfLifeHours: 72,
  }),
  send(products, {
    sku: 'cup',
    occurredAt: 0,
    currency: 'GBP',
    unitCostMinor: 300,
    listPriceMinor: 1_000,
  }),
  send(policies, {
    policyId: 'pricing/UK',
    version: 1,
    occurredAt: 0,
    document: '{"maxStepPct":10,"experiments":{"epochDays":2}}',
  }),
]

const scripts = fc
  .array(steps, { maxLength: 25 })
  .map(drawn => {
    let newest = hours(24)
    return drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
      newest += gapMs
      const step = draft(newest - lagMs, `e${index}`)
      return again ? [step, step] : [step]
    })
  })
  .map((script): readonly ScriptStep[] => [...known, ...script])

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(priceRecommendations, scripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})

/** What was told of each article in each market, after any script. */
const toldBy = (script: readonly ScriptStep[]): readonly (readonly PriceRecommendation[])[] => {
  const mill = new Harness([priceRecommendations], { mode: 'history' })
  for (const step of script) playStep(mill, step)
  mill.finish(true)
  expect(mill.dead.filter(({ stage }) => stage === 'HANDLE' || stage === 'TIMER')).toEqual([])
  const all = new Map<string, PriceRecommendation[]>()
  for (const result of mill.resultsOf(recommendations)) {
    const pair = `${result.sku} ${result.market}`
    all.set(pair, [...(all.get(pair) ?? []), result])
  }
  return [...all.values()]
}

describe('of what is recommended, whatever happens', () => {
  test('a price that is set is allowed, and each epoch is told once, one after the other', () => {
    fc.assert(
      fc.property(scripts, script => {
        for (const results of toldBy(script)) {
          const epochs = results.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]))
          expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b))
          const set = results.filter(({ sku, action }) => sku === 'tea' && action === 'AUTO')
          for (const { recommendedPriceMinor } of set) {
            expect(recommendedPriceMinor).toBeLessThanOrEqual(CEILING_MINOR)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('where nobody sets a price that was drawn by chance, three are asked for at most', () => {
    fc.assert(
      fc.property(scripts, script => {
        const [reference, events] = [script.slice(0, known.length), script.slice(known.length)]
        const unanswered = events.filter(
          step => !('send' in step) || step.send.name !== prices.name,
        )
        for (const results of toldBy([...reference, LISTED, ...unanswered])) {
          const asked = results.filter(
            ({ action, recommendedPriceMinor, currentPriceMinor }) =>
              action === 'TEST' && recommendedPriceMinor !== currentPriceMinor,
          )
          expect(asked.length).toBeLessThanOrEqual(UNANSWERED_MAX)
        }
      }),
      { numRuns: 60 },
    )
  })
})
