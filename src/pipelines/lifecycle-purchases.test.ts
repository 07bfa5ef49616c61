import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StateOf } from '../engine/pipeline.ts'
import { looseSlot } from '../engine/state/cell.ts'
import { days } from '../engine/time.ts'
import {
  isReferral,
  type PurchaseEvent,
  purchaseHistoryOf,
  recordPurchaseEvent,
} from './lifecycle-purchases.ts'
import { lifecycleState, REMEMBERED_ORDERS_MAX } from './lifecycle-state.ts'

const freshState = (): StateOf<typeof lifecycleState> =>
  Object.fromEntries(
    Object.entries(lifecycleState).map(([name, cell]) => [name, cell.view(looseSlot() as never)]),
  ) as never

const event = (
  type: PurchaseEvent['type'],
  orderId: string,
  totalMinor: number,
  more: Partial<PurchaseEvent> = {},
): PurchaseEvent => ({
  occurredAt: 0,
  originalOrderId: null,
  discountMinor: 0,
  couponId: null,
  lines: [],
  type,
  orderId,
  totalMinor,
  ...more,
})

const historyAfter = (...events: PurchaseEvent[]) => {
  const state = freshState()
  for (const each of events) recordPurchaseEvent(each, state)
  return purchaseHistoryOf(state)
}

describe('the value and the purchases of a person', () => {
  test('a refund names its order by originalOrderId, or by carrying its orderId', () => {
    const placed = event('PLACED', 'o1', 900)
    const named = event('REFUNDED', 'r1', 900, { originalOrderId: 'o1' })
    expect(historyAfter(placed, named)).toMatchObject({ purchases: 0, netMinor: 0 })
    expect(historyAfter(placed, event('REFUNDED', 'o1', 900))).toMatchObject({
      purchases: 0,
      netMinor: 0,
    })
  })

  test('a refund that names no order comes off the value, and undoes nothing', () => {
    const unnamed = event('REFUNDED', 'C536379', 900)
    expect(historyAfter(event('PLACED', 'o1', 900), unnamed)).toMatchObject({
      purchases: 1,
      netMinor: 0,
    })
    expect(historyAfter(unnamed)).toMatchObject({ purchases: 0, netMinor: -900 })
  })

  test('a declined payment undoes the purchase, and a refund after it changes nothing', () => {
    const orders = [event('PLACED', 'o1', 900), event('PAYMENT_DECLINED', 'o1', 900)]
    expect(historyAfter(...orders)).toMatchObject({ purchases: 0, netMinor: 0 })
    expect(historyAfter(...orders, event('REFUNDED', 'o1', 900)).netMinor).toBe(0)
  })

  test('a decline of an order that was never placed undoes nothing', () => {
    expect(historyAfter(event('PAYMENT_DECLINED', 'o1', 900)).netMinor).toBe(0)
  })

  test('a correction adds its amount, also a negative one', () => {
    expect(historyAfter(event('PLACED', 'o1', 900), event('ADJUSTED', 'A1', -1_100)).netMinor).toBe(
      -200,
    )
  })

  test('an order that is placed twice counts once', () => {
    const state = freshState()
    const placed = event('PLACED', 'o1', 900)
    expect(recordPurchaseEvent(placed, state)).toBe('PURCHASE')
    expect(recordPurchaseEvent(placed, state)).toBe(null)
    expect(purchaseHistoryOf(state).netMinor).toBe(900)
  })

  test('what changes nothing is no correction', () => {
    const state = freshState()
    const booked = (each: PurchaseEvent) => recordPurchaseEvent(each, state)
    booked(event('PLACED', 'o1', 900))
    expect(booked(event('CANCELLED', 'o1', 900))).toBe('CORRECTION')
    expect(booked(event('CANCELLED', 'o1', 900))).toBe(null)
    expect(booked(event('REFUNDED', 'o1', 900))).toBe(null)
    expect(booked(event('CANCELLED', 'o2', 900))).toBe(null)
    expect(booked(event('ADJUSTED', 'A1', 0))).toBe(null)
    expect(booked(event('ADJUSTED', 'A2', -1))).toBe('CORRECTION')
  })

  test('a coupon or a discount makes a purchase a deal', () => {
    const deals = [
      event('PLACED', 'o1', 900, { couponId: 'spring' }),
      event('PLACED', 'o2', 900, { discountMinor: 1 }),
      event('PLACED', 'o3', 900),
    ]
    expect(historyAfter(...deals)).toMatchObject({ purchases: 3, dealPurchases: 2 })
  })

  test('beyond the orders remembered, a refund comes off the value and undoes no purchase', () => {
    const orders = Array.from({ length: REMEMBERED_ORDERS_MAX + 1 }, (_, day) =>
      event('PLACED', `o${day}`, 100, { occurredAt: days(day) }),
    )
    const all = orders.length
    const refund = (orderId: string) => event('REFUNDED', orderId, 100)
    expect(historyAfter(...orders)).toMatchObject({
      purchases: all,
      days: all,
      netMinor: all * 100,
    })
    expect(historyAfter(...orders, refund('o0'))).toMatchObject({
      purchases: all,
      netMinor: all * 100 - 100,
    })
    expect(historyAfter(...orders, refund('o1'))).toMatchObject({ purchases: all - 1 })
    expect(historyAfter(...orders, event('CANCELLED', 'o0', 100))).toMatchObject({
      netMinor: all * 100,
    })
  })
})

/** Events of few orders, so that they meet; each order is placed before anything else is said. */
const scripts = fc
  .array(
    fc.record({
      type: fc.constantFrom<PurchaseEvent['type']>(
        'PLACED',
        'CANCELLED',
        'PAYMENT_DECLINED',
        'REFUNDED',
        'ADJUSTED',
      ),
      order: fc.nat(5),
      totalMinor: fc.nat(1_000),
      gapMs: fc.nat(days(2)),
    }),
    { maxLength: 40 },
  )
  .map(steps => {
    let occurredAt = 0
    return steps.map(({ type, order, totalMinor, gapMs }) => {
      occurredAt += gapMs
      return event(type, `o${order}`, totalMinor, { occurredAt })
    })
  })

/** The contract's rule, over the whole list of what happened to each order. */
const oracle = (script: readonly PurchaseEvent[]) => {
  let netMinor = 0
  const standing: number[] = []
  for (const orderId of new Set(script.map(each => each.orderId))) {
    const ofOrder = script.filter(each => each.orderId === orderId)
    const at = ofOrder.findIndex(({ type }) => type === 'PLACED')
    const placedAt = ofOrder[at]
    let left = placedAt?.totalMinor ?? 0
    let cancelled = false
    let refunded = false
    for (const [index, { type, totalMinor }] of ofOrder.entries()) {
      const isKnown = placedAt !== undefined && index > at
      if (type === 'ADJUSTED') netMinor += totalMinor
      else if (type === 'REFUNDED' && !isKnown) netMinor -= totalMinor
      else if (type === 'REFUNDED' && !cancelled) {
        left -= totalMinor
        refunded = left <= 0
      } else if (isKnown && (type === 'CANCELLED' || (type === 'PAYMENT_DECLINED' && !refunded))) {
        left = Math.min(left, 0)
        cancelled = true
      }
    }
    netMinor += left
    if (placedAt && !cancelled && !refunded) standing.push(placedAt.occurredAt)
  }
  return {
    netMinor,
    purchases: standing.length,
    days: new Set(standing.map(at => Math.floor(at / days(1)))).size,
  }
}

test('the history is what the rule of the contract says of the whole list', () => {
  fc.assert(
    fc.property(scripts, script => {
      expect(historyAfter(...script)).toMatchObject(oracle(script))
    }),
  )
})

test('nobody refers themselves, and a shipment is no referral', () => {
  const order = { type: 'PLACED', userId: 'anna', referrerUserId: 'ben' } as const
  expect(isReferral(order)).toBe(true)
  expect(isReferral({ ...order, referrerUserId: 'anna' })).toBe(false)
  expect(isReferral({ ...order, referrerUserId: null, userId: null })).toBe(false)
  expect(isReferral({ ...order, type: 'SHIPPED' })).toBe(false)
})
