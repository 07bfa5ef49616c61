import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cancelled,
  historyOf,
  NO_HISTORY,
  netMinorOf,
  type Purchase,
  placed,
  refunded,
  rfmOf,
  withPurchase,
} from './purchase-history.ts'

const DAY = 86_400_000

const order = (day: number, totalMinor = 1_000): Purchase => placed(day * DAY, totalMinor, false)

test('a refund of a part keeps the purchase, and one of the whole undoes it', () => {
  const part = refunded(order(0), 400)
  expect(part).toMatchObject({ status: 'PLACED', refundedMinor: 400 })
  const whole = refunded(part, 600)
  expect(whole.status).toBe('REFUNDED')
  expect(historyOf(NO_HISTORY, [whole])).toMatchObject({ purchases: 0, days: 0, netMinor: 0 })
})

test('what was cancelled is not refunded once more', () => {
  const undone = cancelled(refunded(order(0), 300))
  expect(netMinorOf(undone)).toBe(0)
  expect(netMinorOf(refunded(undone, 700))).toBe(0)
})

test('a refund beyond the total is subtracted in full, also where the order is then cancelled', () => {
  const over = refunded(order(0), 1_200)
  expect(netMinorOf(over)).toBe(-200)
  expect(netMinorOf(cancelled(over))).toBe(-200)
})

test('an order of nothing is a purchase', () => {
  expect(historyOf(NO_HISTORY, [order(3, 0)])).toMatchObject({ purchases: 1, days: 1 })
})

test('purchases of one day count once in the frequency', () => {
  const history = historyOf(NO_HISTORY, [order(1), order(1.4), order(2), order(9)])
  expect(rfmOf(history, 10 * DAY)).toEqual({ recencyDays: 1, frequency: 2, monetaryMinor: 4_000 })
})

test('who never bought has no recency', () => {
  expect(rfmOf(NO_HISTORY, 5 * DAY)).toEqual({ recencyDays: null, frequency: 0, monetaryMinor: 0 })
})

const purchases = fc
  .record({
    placedAt: fc.integer({ min: 0, max: 300 * DAY }),
    totalMinor: fc.nat(10_000),
    onDeal: fc.boolean(),
    refunds: fc.array(fc.nat(10_000), { maxLength: 2 }),
    cancelled: fc.boolean(),
  })
  .map(({ placedAt, totalMinor, onDeal, refunds, ...of }) => {
    const kept = refunds.reduce(refunded, placed(placedAt, totalMinor, onDeal))
    return of.cancelled ? cancelled(kept) : kept
  })

test('the history is what a list of the standing purchases says', () => {
  fc.assert(
    fc.property(fc.array(purchases), orders => {
      const standing = orders.filter(({ status }) => status === 'PLACED')
      const times = standing.map(({ placedAt }) => placedAt).sort((a, b) => a - b)
      expect(historyOf(NO_HISTORY, orders)).toEqual({
        purchases: standing.length,
        dealPurchases: standing.filter(({ onDeal }) => onDeal).length,
        days: new Set(times.map(at => Math.floor(at / DAY))).size,
        firstAt: times[0] ?? null,
        lastAt: times.at(-1) ?? null,
        netMinor: orders.reduce((sum, purchase) => sum + netMinorOf(purchase), 0),
      })
    }),
  )
})

test('settling the oldest orders changes nothing', () => {
  fc.assert(
    fc.property(fc.array(purchases), fc.nat(20), (orders, settledCount) => {
      const inTime = [...orders].sort((a, b) => a.placedAt - b.placedAt)
      const settled = inTime.slice(0, settledCount).reduce(withPurchase, NO_HISTORY)
      const remembered = inTime.slice(settledCount)
      expect(historyOf(settled, remembered)).toEqual(historyOf(NO_HISTORY, orders))
    }),
  )
})
