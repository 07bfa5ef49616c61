/** The view cohort_retention answers what a plain loop over the orders finds. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { rowsOf } from '../rows-of.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

interface Order {
  readonly eventId: string
  readonly orderId: string
  readonly originalOrderId: string | null
  readonly userId: string | null
  readonly type: string
  readonly market: string | null
  readonly occurredAt: number
  readonly totalMinor: number
  readonly currency: string
  readonly _offset: number
}

let batches = 0

const store = async (values: readonly Order[]): Promise<void> => {
  if (values.length === 0) return
  await client.insert({
    table: 'orders',
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { insert_deduplication_token: `test:${batches++}` },
  })
}

const removeAll = async (): Promise<void> => {
  for (const table of ['orders', 'orders_per_minute_rollup']) {
    await client.command({ query: `TRUNCATE TABLE ${table}` })
  }
}

beforeEach(removeAll)

/** An order of user `u` in a month, from 0: January 2026. */
const order = (offset: number, month: number, fields: Partial<Order> = {}): Order => ({
  eventId: `e${offset}`,
  orderId: `o${offset}`,
  originalOrderId: null,
  userId: 'u',
  type: 'PLACED',
  market: 'GB',
  occurredAt: Date.UTC(2026, month, 15) + offset,
  totalMinor: 100,
  currency: 'GBP',
  _offset: offset,
  ...fields,
})

/** Month of the cohort and market, then months since, customers and buyers. */
const retention = async (): Promise<readonly unknown[][]> => {
  const rows = await rowsOf<object>(
    client,
    `SELECT toInt32(dateDiff('month', toDate('2026-01-01'), cohort)) AS first, market, monthsSince,
            toInt32(customers), toInt32(buyers)
     FROM cohort_retention
     ORDER BY cohort, market, monthsSince`,
  )
  return rows.map(Object.values)
}

test('users are counted by their first month, and in each month since', async () => {
  await store([
    order(1, 0),
    order(2, 2),
    order(3, 2),
    order(4, 0, { userId: 'v' }),
    order(5, 1, { userId: 'w', market: null }),
    order(6, 3, { userId: null }),
  ])
  expect(await retention()).toEqual([
    [0, 'GB', 0, 2, 2],
    [0, 'GB', 1, 2, 0],
    [0, 'GB', 2, 2, 1],
    [0, 'GB', 3, 2, 0],
    [1, null, 0, 1, 1],
    [1, null, 1, 1, 0],
    [1, null, 2, 1, 0],
  ])
  expect(
    await rowsOf(client, 'SELECT month, retention FROM cohort_retention WHERE monthsSince = 2'),
  ).toEqual(
    expect.arrayContaining([
      { month: '2026-03-01', retention: 0.5 },
      { month: '2026-04-01', retention: 0 },
    ]),
  )
})

test('an order that was undone is no purchase, also where that makes a later month the first', async () => {
  await store([
    order(1, 0),
    order(2, 1, { type: 'CANCELLED', orderId: 'o1' }),
    order(3, 1),
    order(4, 2),
    order(5, 2, { type: 'PAYMENT_DECLINED', orderId: 'x', originalOrderId: 'o4' }),
    order(6, 3),
    order(7, 3, { type: 'REFUNDED', orderId: 'o6', totalMinor: 99 }),
    order(8, 4),
    order(9, 4, { type: 'REFUNDED', orderId: 'o8', totalMinor: 60 }),
    order(10, 4, { type: 'REFUNDED', orderId: 'o8', totalMinor: 40 }),
    order(11, 5, { totalMinor: 0 }),
    order(12, 5, { type: 'PAID', orderId: 'o11' }),
  ])
  expect(await retention()).toEqual([
    [1, 'GB', 0, 1, 1],
    [1, 'GB', 1, 1, 0],
    [1, 'GB', 2, 1, 1],
    [1, 'GB', 3, 1, 0],
    [1, 'GB', 4, 1, 1],
  ])
})

test('an order that was declined is a purchase once it was paid, unless something else undid it', async () => {
  const declined = (offset: number, month: number): readonly Order[] => [
    order(offset, month),
    order(offset + 1, month, { type: 'PAYMENT_DECLINED', orderId: `o${offset}` }),
  ]
  const paid = (offset: number, month: number, of: number): Order =>
    order(offset, month, { type: 'PAID', orderId: 'x', originalOrderId: `o${of}` })
  await store([
    ...declined(10, 0),
    paid(9, 0, 10),
    ...declined(20, 1),
    paid(22, 1, 20),
    ...declined(30, 2),
    paid(32, 2, 30),
    order(33, 2, { type: 'CANCELLED', orderId: 'o30' }),
    ...declined(40, 3),
    paid(42, 3, 40),
    order(43, 3, { type: 'REFUNDED', orderId: 'o40' }),
    ...declined(50, 4),
    paid(52, 4, 50),
    order(53, 4, { type: 'PAYMENT_DECLINED', orderId: 'o50' }),
  ])
  // Known last, and of the time between.
  await store([{ ...paid(60, 4, 50), occurredAt: order(51, 4).occurredAt }])
  expect(await retention()).toEqual([
    [1, 'GB', 0, 1, 1],
    [1, 'GB', 1, 1, 0],
    [1, 'GB', 2, 1, 0],
    [1, 'GB', 3, 1, 0],
  ])
})

test('what a producer sent twice counts once', async () => {
  const refund = order(2, 1, { type: 'REFUNDED', orderId: 'o1', totalMinor: 60 })
  await store([order(1, 0), order(4, 3, { orderId: 'o1', eventId: 'again' })])
  await store([refund, { ...refund, _offset: 3 }, order(5, 2)])
  expect(await retention()).toEqual([
    [0, 'GB', 0, 1, 1],
    [0, 'GB', 1, 1, 0],
    [0, 'GB', 2, 1, 1],
    [0, 'GB', 3, 1, 0],
  ])
})

const event = fc.record({
  id: fc.nat(9),
  month: fc.nat(4),
  user: fc.constantFrom('u', 'v', null),
  market: fc.constantFrom('GB', 'DE', null),
  type: fc.constantFrom(
    'PLACED',
    'PLACED',
    'PLACED',
    'PLACED',
    'CANCELLED',
    'PAYMENT_DECLINED',
    'PAYMENT_DECLINED',
    'PAID',
    'PAID',
    'REFUNDED',
    'SHIPPED',
  ),
  totalMinor: fc.constantFrom(0, 50, 100),
  again: fc.boolean(),
})

test('cohorts are those that a plain loop makes, whatever part an event came in', async () => {
  const events = fc.array(event, { minLength: 1, maxLength: 40, size: 'max' })
  await fc.assert(
    fc
      .asyncProperty(events, async drawn => {
        const rows = drawn.flatMap(({ id, month, user, again, ...fields }, at): Order[] => {
          const row = order(2 * at, month, { ...fields, orderId: `o${id}`, userId: user })
          return again ? [row, { ...row, _offset: 2 * at + 1 }] : [row]
        })
        await store(rows.filter((_, at) => at % 2 === 1))
        await store(rows.filter((_, at) => at % 2 === 0))
        expect((await retention()).map(String).sort()).toEqual(retentionByHand(rows).sort())
      })
      .beforeEach(removeAll),
    { numRuns: 12, seed: 5, endOnFailure: true },
  )
})

const monthOf = ({ occurredAt }: Order): number => new Date(occurredAt).getUTCMonth()

const isPurchase = (placed: Order, rows: readonly Order[]): boolean => {
  const about = rows.filter(row => row.type !== 'PLACED' && row.orderId === placed.orderId)
  const refunds = new Map(
    about.filter(({ type }) => type === 'REFUNDED').map(row => [row.eventId, row.totalMinor]),
  )
  const refunded = [...refunds.values()].reduce((sum, minor) => sum + minor, 0)
  const cancelled = about.some(({ type }) => type === 'CANCELLED')
  const payments = about.filter(({ type }) => type === 'PAID' || type === 'PAYMENT_DECLINED')
  const lastPayment = payments.sort((a, b) => a.occurredAt - b.occurredAt).at(-1)
  const declined = lastPayment?.type === 'PAYMENT_DECLINED'
  return !cancelled && !declined && (refunds.size === 0 || refunded < placed.totalMinor)
}

const groupsOf = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[][] => {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups.values()]
}

const retentionByHand = (rows: readonly Order[]): string[] => {
  const placed = rows.filter(({ type }) => type === 'PLACED')
  const last = Math.max(...placed.map(monthOf))
  const purchases = placed
    .filter(row => row.userId !== null && isPurchase(row, rows))
    .filter(row => placed.find(({ orderId }) => orderId === row.orderId) === row)
    .sort((a, b) => a.occurredAt - b.occurredAt)
  const users = groupsOf(purchases, ({ userId }) => userId!)
  return groupsOf(users, ([first]) => `${monthOf(first!)},${first!.market}`).flatMap(customers => {
    const [first] = customers[0]!
    return Array.from({ length: last - monthOf(first!) + 1 }, (_, since) => {
      const month = monthOf(first!) + since
      const buyers = customers.filter(orders => orders.some(one => monthOf(one) === month))
      return [monthOf(first!), first!.market, since, customers.length, buyers.length].join()
    })
  })
}
