import fc from 'fast-check'
import { test } from 'vitest'
import { hours, type Instant, seconds } from '../engine/time.ts'
import {
  clickstream,
  competitorPrices,
  inventory,
  markets,
  orders,
  prices,
  products,
} from '../events.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { commit, type ScriptStep, type Send, send, tick } from '../testing/script.ts'
import { demandObservations } from './demand-observations.ts'

/** Few articles in few markets, so that they meet; EUR in the UK is a mistake. */
const skus = fc.constantFrom('tea', 'cup', 'pot')
const sales = fc.constantFrom(
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'GBP' },
  { market: 'UK', currency: 'EUR' },
  { market: null, currency: 'GBP' },
)

type Draft = (occurredAt: Instant, eventId: string) => ScriptStep

const priceDraft = fc
  .record({
    sku: skus,
    sale: sales,
    policyPriceMinor: fc.constantFrom(1_000, 1_000, 1_100, 0),
    shownPriceMinor: fc.constantFrom(900, 1_000, 1_100, 1_000_000),
    reason: fc.constantFrom('LIST', 'PROMOTION', 'EXPERIMENT', 'MARKDOWN'),
  })
  .map(
    ({ sale, ...price }): Draft =>
      (occurredAt, eventId) =>
        send(prices, { ...price, ...sale, occurredAt, eventId }),
  )

const orderDraft = fc
  .record({
    order: fc.nat(20),
    type: fc.constantFrom('PLACED', 'PLACED', 'PLACED', 'CANCELLED'),
    sale: sales,
    lines: fc.array(
      fc.record({
        sku: skus,
        quantity: fc.constantFrom(0, 1, 2, 80),
        unitPriceMinor: fc.constant(1_000),
        promotionId: fc.constantFrom(null, null, 'deal'),
      }),
      { maxLength: 4 },
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

const viewDraft = fc
  .record({ type: fc.constantFrom('PRODUCT_VIEW', 'PAGE_VIEW'), sku: skus, sale: sales })
  .map(
    ({ sale: { market }, ...view }): Draft =>
      (occurredAt, eventId) =>
        send(clickstream, { ...view, market, visitorId: 'v', occurredAt, eventId }),
  )

const stockDraft = fc
  .record({
    sku: skus,
    warehouseId: fc.constantFrom('hull', 'dover'),
    market: fc.constantFrom('UK', null),
    onHand: fc.constantFrom(0, 0, 5),
  })
  .map(
    (level): Draft =>
      (occurredAt, eventId) =>
        send(inventory, { ...level, occurredAt, eventId }),
  )

const rivalDraft = fc
  .record({
    sku: skus,
    sale: sales,
    competitor: fc.constantFrom('tom', 'ann'),
    priceMinor: fc.constantFrom(0, 900, 1_000_000),
  })
  .map(
    ({ sale, ...seen }): Draft =>
      (occurredAt, eventId) =>
        send(competitorPrices, { ...seen, ...sale, occurredAt, eventId }),
  )

const unreadable: Draft = (occurredAt, eventId) => send(prices, { eventId, occurredAt, sku: 7 })

/** From one event to the next: moments, days, now and then long enough to fall asleep. */
const gaps = fc.oneof(
  { weight: 4, arbitrary: fc.nat(seconds(90)) },
  { weight: 4, arbitrary: fc.nat(hours(30)) },
  { weight: 1, arbitrary: fc.nat(hours(24 * 40)) },
)
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(hours(24)) },
)

const steps = fc.record({
  draft: fc.oneof(
    { weight: 6, arbitrary: priceDraft },
    { weight: 6, arbitrary: orderDraft },
    { weight: 3, arbitrary: viewDraft },
    { weight: 3, arbitrary: stockDraft },
    { weight: 2, arbitrary: rivalDraft },
    { weight: 1, arbitrary: fc.constant(unreadable) },
    { weight: 2, arbitrary: fc.constant<Draft>(tick) },
    { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
  ),
  gapMs: gaps,
  lagMs: lags,
  /** Sent once more, as producers do that are not sure. */
  again: fc.constantFrom(true, false, false, false),
})

const listed: readonly Send[] = [
  send(markets, { market: 'UK', occurredAt: 0, currency: 'GBP', timeZone: 'UTC' }),
  send(products, { sku: 'tea', occurredAt: 0, category: 'drinks' }),
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
  .map((script): readonly ScriptStep[] => [...listed, ...script])

for (const law of pipelineLaws(demandObservations, scripts, { partitions: 2, runs: 30 })) {
  test(law.name, law.check)
}
