/** A group's records agree on a field: here, a market on its currency. */
import { describe, expect, test } from 'vitest'
import { lifecycleSegments, markets, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { long } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { value } from './state/index.ts'
import { days } from './time.ts'

const counting = definePipeline({
  id: 'counting',
  version: '1',
  order: 'arrival',
  inputs: {
    order: {
      from: orders,
      key: order => order.userId,
      agree: { field: 'currency', within: 'market', listedIn: 'markets' },
    },
  },
  references: { markets },
  state: { orders: value(long, 0) },
  forgetAfterMs: days(30),
  output: lifecycleSegments,
  on: {
    order: (_order, { state }) => state.orders.set(state.orders.get() + 1),
  },
})

let number = 0
const order = (userId: string, market: string | null, currency: string) => ({
  eventId: `e${++number}`,
  occurredAt: number * 1_000,
  orderId: `o${number}`,
  userId,
  type: 'PLACED',
  market,
  currency,
  totalMinor: 100,
})

const refusedOf = (mill: ReturnType<typeof harness>) => mill.dead.map(letter => letter.error)

describe('the records of a group agree', () => {
  test('with its first record, whoever they belong to', () => {
    const mill = harness([counting])
    mill.send(orders, order('anna', 'UK', 'GBP'))
    mill.send(orders, order('ben', 'UK', 'EUR'))
    mill.send(orders, order('carl', 'UK', 'GBP'))
    expect(refusedOf(mill)).toEqual([
      'market UK has currency GBP, and this record has EUR. ' +
        'Convert it or give it a market of its own, and redrive.',
    ])
    expect(mill.dead[0]).toMatchObject({ stage: 'VALIDATE', errorCode: 'CURRENCY_CONFLICT' })
  })

  test('with what is listed, also where the first record says otherwise', () => {
    const mill = harness([counting])
    mill.send(markets, { market: 'UK', occurredAt: 0, currency: 'GBP', timeZone: 'Europe/London' })
    mill.send(orders, order('anna', 'UK', 'EUR'))
    mill.send(orders, order('ben', 'UK', 'GBP'))
    expect(mill.dead).toHaveLength(1)
  })

  test('and no market is a market of its own', () => {
    const mill = harness([counting])
    mill.send(orders, order('anna', null, 'GBP'))
    mill.send(orders, order('ben', 'DE', 'EUR'))
    mill.send(orders, order('carl', null, 'EUR'))
    expect(refusedOf(mill)[0]).toContain('market (none) has currency GBP')
  })

  test('after a crash as before it', () => {
    const mill = harness([counting])
    mill.send(orders, order('anna', 'UK', 'GBP'))
    const again = mill.crash()
    again.send(orders, order('ben', 'UK', 'EUR'))
    expect(again.dead).toHaveLength(1)
  })
})
