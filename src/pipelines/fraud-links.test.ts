import { expect, test } from 'vitest'
import { looseSlot } from '../engine/state/cell.ts'
import { days } from '../engine/time.ts'
import { HUB_CUSTOMERS } from '../models/link-graph.ts'
import type { Attempt } from './fraud-attempts.ts'
import { linkCells } from './fraud-link-cells.ts'
import { graphOf, LINK_NODES_MAX, learnLinked, linksBefore } from './fraud-links.ts'
import type { FraudContext } from './fraud-state.ts'

const NOBODY = { userId: null, instrumentId: null, deviceId: null, shippingAddressId: null }

const graph = () => {
  const state = Object.fromEntries(
    Object.entries(linkCells).map(([name, cell]) => [name, cell.view(looseSlot() as never)]),
  ) as unknown as FraudContext['state']
  const at = (day: number) => ({ state, now: days(day) }) as FraudContext
  const order = (
    day: number,
    userId: string | null,
    deviceId: string,
    card: string | null = null,
  ) =>
    linksBefore(
      { userId, deviceId, placed: { instrumentId: card, addressId: null } } as Attempt,
      at(day),
    )
  const outcome = (day: number, userId: string, deviceId: string, isFraud: boolean) =>
    learnLinked({ ...NOBODY, userId, deviceId, isFraud, wasFraud: null }, at(day))
  return { state, order, outcome }
}

test('an order that shares nothing is in no graph', () => {
  expect(graphOf(NOBODY)).toBe(null)
  expect(graphOf({ ...NOBODY, userId: 'anna' })).toBe(null)
  expect(graphOf({ ...NOBODY, deviceId: 'phone', shippingAddressId: 'home' })).toBe(null)
  expect(graphOf({ ...NOBODY, userId: 'anna', deviceId: 'phone' })).toBe('all')
  expect(graphOf({ ...NOBODY, instrumentId: 'visa', deviceId: 'phone' })).toBe('all')
  expect(graphOf({ ...NOBODY, instrumentId: 'visa' })).toBe(null)
})

test('customers stay linked for 30 days at least, and for 60 at most', () => {
  const { order } = graph()
  order(300, 'anna', 'phone')
  expect(order(300, 'ben', 'phone')).toMatchObject({ customers: 2 })
  expect(order(330, 'anna', 'laptop')).toMatchObject({ customers: 2 })
  const later = graph()
  later.order(310, 'anna', 'phone')
  expect(later.order(359, 'ben', 'phone')).toMatchObject({ customers: 2 })
  const latest = graph()
  latest.order(310, 'anna', 'phone')
  expect(latest.order(360, 'ben', 'phone')).toMatchObject({ customers: 1 })
})

test('a guest is known by the card', () => {
  const { order } = graph()
  order(1, null, 'phone', 'visa')
  expect(order(2, null, 'phone', 'amex')).toMatchObject({ customers: 2 })
  expect(order(2, 'anna', 'laptop', 'visa')).toMatchObject({ customers: 3 })
})

test('a fraud that is known long after the order is in both graphs', () => {
  const { order, outcome } = graph()
  order(310, 'anna', 'phone')
  outcome(331, 'anna', 'phone', true)
  expect(order(332, 'ben', 'phone')).toMatchObject({ fraudHops: 1 })
  expect(order(362, 'carl', 'phone')).toMatchObject({ customers: 3, fraudHops: 1 })
})

test('what is a hub stays one in the next graph', () => {
  const { order } = graph()
  for (let at = 0; at <= HUB_CUSTOMERS; at++) order(310, `customer ${at}`, 'till')
  order(340, 'anna', 'till')
  order(340, 'ben', 'till')
  expect(order(370, 'anna', 'till')).toMatchObject({ customers: 1 })
})

test('ids of any length make names of a few bytes', () => {
  const { order } = graph()
  order(1, 'a'.repeat(1_000), 'phone')
  expect(order(1, 'b'.repeat(1_000), 'phone')).toMatchObject({ customers: 2 })
})

test('a graph that is full links what it knows, and the next one begins with room', () => {
  const { state, order } = graph()
  state.linkNodes.set({ graph: 9, older: LINK_NODES_MAX - 2, newer: 5 })
  order(300, 'anna', 'phone')
  order(300, 'ben', 'phone')
  expect(order(300, 'carl', 'phone')).toMatchObject({ customers: 2 })
  expect(state.linkNodes.get()).toEqual({ graph: 9, older: LINK_NODES_MAX, newer: 9 })
  expect(order(330, 'dora', 'phone')).toMatchObject({ customers: 4 })
  expect(state.linkNodes.get()).toEqual({ graph: 10, older: 10, newer: 2 })
})
