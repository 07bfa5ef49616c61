/** Orders as tests of baskets write them: what was bought together, and scripts of such orders. */
import fc from 'fast-check'
import { days, hours, type Instant, seconds } from '../engine/time.ts'
import { orders } from '../events.ts'
import { commit, type ScriptStep, type Send, send, tick } from './script.ts'

/** Somebody bought one unit of each of these articles. */
export const basketOf = (
  occurredAt: Instant,
  orderId: string,
  skus: readonly string[],
  fields: object = {},
): Send =>
  send(orders, {
    eventId: `placed ${orderId}`,
    occurredAt,
    type: 'PLACED',
    orderId,
    market: 'UK',
    currency: 'GBP',
    totalMinor: 1_000,
    lines: skus.map(sku => ({ sku, quantity: 1, unitPriceMinor: 500 })),
    ...fields,
  })

const baskets = fc.record({
  skus: fc.array(fc.constantFrom('tea', 'tea', 'cup', 'pot', 'jam'), { maxLength: 4 }),
  market: fc.constantFrom('UK', 'UK', 'UK', null),
  type: fc.constantFrom('PLACED', 'PLACED', 'PLACED', 'PLACED', 'PLACED', 'CANCELLED'),
})

const steps = fc.record({
  basket: baskets,
  /** As many such orders at once, as five must be new for anything to be told. */
  times: fc.constantFrom(1, 1, 3, 6),
  gapMs: fc.oneof(fc.nat(seconds(90)), fc.nat(days(2)), fc.nat(days(120))),
  lagMs: fc.constantFrom(0, 0, 0, seconds(3), hours(30)),
  kind: fc.constantFrom('basket', 'basket', 'basket', 'basket', 'tick', 'commit', 'unreadable'),
  again: fc.constantFrom(true, false, false),
})

/** Few articles in two markets, with repeated, late and unreadable orders, ticks and commits. */
export const basketScripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 20 })
  .map(drawn => {
    let newest = days(1)
    return drawn.flatMap(({ basket, times, gapMs, lagMs, kind, again }, index): ScriptStep[] => {
      newest += gapMs
      if (kind === 'tick') return [tick(newest)]
      if (kind === 'commit') return [commit]
      if (kind === 'unreadable')
        return [send(orders, { eventId: 'x', occurredAt: newest, type: 7 })]
      const { skus, ...fields } = basket
      const all = Array.from({ length: times }, (_, each) =>
        basketOf(newest - lagMs + each, `o${index}.${each}`, skus, fields),
      )
      return again ? [...all, all[0]!] : all
    })
  })
