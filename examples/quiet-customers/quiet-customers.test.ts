import fc from 'fast-check'
import { days, orders } from 'millrace'
import { commit, harness, pipelineLaws, scenario, send, tick } from 'millrace/testing'
import { expect, test } from 'vitest'
import { type QuietCustomer, quiet, quietCustomers } from './quiet-customers.ts'

const placed = (occurredAt: number, orderId = 'o1', userId = 'ann') => ({
  eventId: `placed-${orderId}`,
  occurredAt,
  orderId,
  userId,
  type: 'PLACED',
  currency: 'EUR',
  totalMinor: 1_000,
})

test('a customer is quiet sixty days after the last order', () => {
  const mill = harness([quietCustomers])
  mill.send(orders, placed(0))
  mill.advanceTo(days(59))
  expect(mill.resultsOf(quiet)).toEqual([])
  mill.advanceTo(days(61))
  expect(mill.resultsOf(quiet)).toMatchObject([
    { userId: 'ann', orders: 1, occurredAt: days(60), reasons: [{ code: 'SILENT' }] },
  ])
})

const check = scenario(quietCustomers, {
  events: { order: (at, id, userId) => send(orders, placed(at, id, userId)) },
  show: ({ userId, orders }: QuietCustomer) => `${userId} ${orders}`,
})

test('whoever orders again is not quiet, and what comes too late is set aside', () =>
  check(`
    0      order o1 ann
    +50d   order o2 ann
    1d     order o3 bob      # more than a minute behind
    => LATE by 4233539999 ms
    +110d  order o4 cleo     # takes the time beyond the silence of ann
    => ann 2
    drain
    => cleo 1
  `))

const steps = fc.oneof(
  fc
    .record({
      at: fc.nat(days(200)),
      order: fc.nat(9),
      user: fc.constantFrom('ann', 'bob', 'cleo'),
    })
    .map(({ at, order, user }) => send(orders, placed(at, `o${order}`, user))),
  fc.nat(days(300)).map(tick),
  fc.constant(commit),
)

for (const law of pipelineLaws(quietCustomers, fc.array(steps, { maxLength: 30 }))) {
  test(law.name, law.check)
}
