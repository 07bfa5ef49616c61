/**
 * What the records of one pair add up to, compared with the orders themselves: each unit is in the one
 * record of its time, and the time of the records is all time but for long silences.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, hours } from '../engine/time.ts'
import {
  type DemandObservation,
  inventory,
  demandObservations as observations,
  orders,
  prices,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { demandObservations } from './demand-observations.ts'

interface Event {
  readonly kind: 'price' | 'order' | 'stock'
  readonly at: number
  readonly amount: number
}

/** On whole hours, so that many are at the very end of a day or a week; stock a moment after it. */
const gaps = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, hours(1), hours(12), days(1)) },
  { weight: 6, arbitrary: fc.constant(days(7)) },
  { weight: 2, arbitrary: fc.nat(40).map(days) },
  { weight: 1, arbitrary: fc.nat(200).map(hours) },
)
const kinds = fc.constantFrom<Event['kind']>('price', 'order', 'order', 'order', 'stock')
const histories = fc
  .array(fc.record({ kind: kinds, gapMs: gaps, amount: fc.nat(80) }), { maxLength: 60 })
  .map(drawn => {
    let at = days(70)
    const events: Event[] = [{ kind: 'price', at, amount: 1 }]
    for (const { kind, gapMs, amount } of drawn) {
      at += gapMs
      events.push({ kind, at: kind === 'stock' ? at + 1 : at, amount })
    }
    return events
  })

const sendOf = ({ kind, at, amount }: Event, index: number): Send => {
  const known = { eventId: `e${index}`, occurredAt: at, currency: 'GBP' }
  if (kind === 'stock') {
    const onHand = amount % 3
    return send(inventory, {
      eventId: `e${index}`,
      occurredAt: at,
      sku: 'tea',
      warehouseId: 'hull',
      onHand,
    })
  }
  if (kind === 'price') {
    const minor = 1_000 + (amount % 3) * 100
    const both = { policyPriceMinor: minor, shownPriceMinor: minor }
    return send(prices, { ...known, ...both, sku: 'tea', reason: 'LIST' })
  }
  const lines = [{ sku: 'tea', quantity: amount, unitPriceMinor: 1_000 }]
  return send(orders, { ...known, orderId: `o${index}`, type: 'PLACED', totalMinor: 100, lines })
}

const told = (events: readonly Event[]): readonly DemandObservation[] => {
  const mill = new Harness([demandObservations], { mode: 'history', batchSize: 1_000 })
  for (const [index, event] of events.entries()) playStep(mill, sendOf(event, index))
  mill.finish(true)
  return mill.resultsOf(observations)
}

const unitsFrom = (events: readonly Event[], from: number, to: number): number =>
  events
    .filter(({ kind, at }) => kind === 'order' && at >= from && at < to)
    .reduce((sum, { amount }) => sum + amount, 0)

const runs = { numRuns: 150 }

test('a record has the units of its time, and what happens at its end is in the next', () => {
  fc.assert(
    fc.property(histories, events => {
      const rows = told(events)
      for (const { units, startedAt, endedAt } of rows) {
        expect(units).toBe(unitsFrom(events, startedAt, endedAt))
      }
      const all = rows.reduce((sum, { units }) => sum + units, 0)
      expect(all).toBe(unitsFrom(events, 0, Number.POSITIVE_INFINITY))
    }),
    runs,
  )
})

test('each record begins where the one before ended, but for silences of over a month', () => {
  fc.assert(
    fc.property(histories, events => {
      const rows = told(events)
      for (const [index, { startedAt }] of rows.entries()) {
        const before = rows[index - 1]
        if (before === undefined || before.endedAt === startedAt) continue
        // It begins with what was heard then.
        expect(events.some(({ at }) => at === startedAt)).toBe(true)
        const heard = events.filter(({ at }) => at < startedAt).map(({ at }) => at)
        expect(startedAt - Math.max(...heard)).toBeGreaterThan(days(30))
        expect(startedAt).toBeGreaterThan(before.endedAt)
      }
    }),
    runs,
  )
})

test('all that was sold in stock is learnt from, each unit once, but those that are called a mistake', () => {
  fc.assert(
    fc.property(histories, events => {
      let sold = 0
      for (const row of told(events)) {
        if (row.hours > 0) sold += row.units
        if (row.reasons.length > 0) {
          expect(row.totalUnits).toBeLessThan(sold)
          sold = row.totalUnits
        }
        if (row.isLearnt) expect(row.totalUnits).toBe(sold)
        else expect(row.totalUnits).toBeLessThanOrEqual(sold)
        expect(row.endedAt - row.startedAt <= days(1) || row.units === 0).toBe(true)
      }
    }),
    runs,
  )
})
