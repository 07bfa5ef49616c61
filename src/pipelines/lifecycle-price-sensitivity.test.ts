/** Who waits for deals, by what a person is shown and buys: views and orders that count, and the tag. */
import { expect, test } from 'vitest'
import { days } from '../engine/time.ts'
import {
  type Click,
  clickstream,
  type LifecycleSegment,
  modelParameters,
  type Order,
  orders,
  type Product,
  products,
  lifecycleSegments as segments,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const product = (sku: string, known: Partial<Product>): Send =>
  send(products, { sku, occurredAt: 0, currency: 'GBP', ...known })
const tent = product('tent', { listPriceMinor: 10_000 })

const look = (at: number, known: Partial<Click> = {}): Send =>
  send(clickstream, {
    eventId: `look ${at}`,
    occurredAt: at,
    type: 'PRODUCT_VIEW',
    visitorId: 'browser of anna',
    userId: 'anna',
    market: 'UK',
    sku: 'tent',
    priceMinor: 10_000,
    currency: 'GBP',
    ...known,
  })

const order = (at: number, known: Partial<Order> = {}): Send =>
  send(orders, {
    eventId: `order ${at}`,
    occurredAt: at,
    type: 'PLACED',
    orderId: `o${at}`,
    userId: 'anna',
    market: 'UK',
    currency: 'GBP',
    totalMinor: 5_000,
    ...known,
  })

const published = (parameters: Readonly<Record<string, number>>): Send => {
  const times = { occurredAt: 0, effectiveAt: null, trainedThrough: null }
  return send(modelParameters, { modelId: 'purchases/UK', version: 1, parameters, ...times })
}

const saidOf = (...steps: readonly Send[]): readonly LifecycleSegment[] => {
  const mill = new Harness([lifecycleSegments])
  for (const step of steps) playStep(mill, step)
  mill.finish(true)
  return mill.resultsOf(segments)
}

/** What is said of anna's orders, in turn. */
const saidOfOrders = (...steps: readonly Send[]): readonly LifecycleSegment[] =>
  saidOf(...steps).filter(({ causeEventId }) => causeEventId?.startsWith('order'))

test.each<[string, Partial<Click>, [views: number, dealViews: number]]>([
  ['at the list price', {}, [1, 0]],
  ['above it', { priceMinor: 10_001 }, [1, 0]],
  ['below it', { priceMinor: 9_999 }, [1, 1]],
  ['for nothing', { priceMinor: 0 }, [1, 1]],
  ['without a price', { priceMinor: null }, [0, 0]],
  ['in another currency', { currency: 'EUR', priceMinor: 9_999 }, [0, 0]],
  ['in a currency that is not known', { currency: null, priceMinor: 9_999 }, [0, 0]],
  ['of an article that nobody knows', { sku: 'boat' }, [0, 0]],
  ['of an article without a list price', { sku: 'rope' }, [0, 0]],
  ['of an article without a currency', { sku: 'lamp' }, [0, 0]],
  ['of no article', { sku: null }, [0, 0]],
  ['of the cart', { type: 'ADD_TO_CART', priceMinor: 9_999 }, [0, 0]],
])('an article that is looked at %s', (_, known, [views, dealViews]) => {
  const [said] = saidOfOrders(
    tent,
    product('rope', {}),
    product('lamp', { listPriceMinor: 10_000, currency: null }),
    look(1, known),
    order(2),
  )
  expect(said).toMatchObject({ views, dealViews })
})

const line = (known: Partial<Order['lines'][number]>) =>
  ({ sku: 'tent', quantity: 1, unitPriceMinor: 5_000, ...known }) as Order['lines'][number]

test.each<[string, Partial<Order>, number]>([
  ['with nothing off', { lines: [line({ listPriceMinor: 5_000 })] }, 0],
  ['with a discount', { discountMinor: 1 }, 1],
  ['with a coupon', { couponId: 'SPRING' }, 1],
  ['with a line of a promotion', { lines: [line({}), line({ promotionId: 'p' })] }, 1],
  ['with a line below its list price', { lines: [line({ listPriceMinor: 5_001 })] }, 1],
  ['with a line above it', { lines: [line({ listPriceMinor: 4_999 })] }, 0],
  ['with a line without a list price', { lines: [line({})] }, 0],
])('an order %s', (_, known, dealPurchases) => {
  expect(saidOfOrders(order(1, known))[0]).toMatchObject({ purchases: 1, dealPurchases })
})

/** Of 24 views, six on a deal. */
const shown = Array.from({ length: 24 }, (_, at) =>
  look(at + 1, at % 4 === 0 ? { priceMinor: 1 } : {}),
)
const onDeal = [1, 2, 3].map(day => order(days(day), { couponId: 'SPRING' }))
const atListPrice = [4, 5, 6, 7].map(day => order(days(day)))
const isTagged = ({ tags }: LifecycleSegment): boolean => tags.includes('PRICE_SENSITIVE')

test('who buys on deals well beyond what is shown waits for them, until others buy as much so', () => {
  const said = saidOfOrders(tent, ...shown, ...onDeal, ...atListPrice)
  expect(said.map(isTagged)).toEqual([false, false, true, true, true, true, false])
  expect(said[2]!.entered).toContain('PRICE_SENSITIVE')
  expect(said[6]!.exited).toContain('PRICE_SENSITIVE')
})

test('of whom it is not known what was shown, nothing is said', () => {
  expect(saidOfOrders(tent, ...shown.slice(5), ...onDeal).some(isTagged)).toBe(false)
  expect(saidOfOrders(...shown, ...onDeal).some(isTagged)).toBe(false)
})

test('a purchase that is undone takes the tag with it', () => {
  const cancel = order(days(4), { type: 'CANCELLED', orderId: `o${days(2)}` })
  const said = saidOfOrders(tent, ...shown, ...onDeal, cancel)
  expect(said.map(isTagged)).toEqual([false, false, true, false])
})

test('what is looked at since moves nothing before the next purchase', () => {
  const deals = Array.from({ length: 200 }, (_, at) => look(days(3) + at + 1, { priceMinor: 1 }))
  const said = saidOf(tent, ...shown, ...onDeal, ...deals)
  expect(isTagged(said.at(-1)!)).toBe(true)
  const next = saidOfOrders(tent, ...shown, ...onDeal, ...deals, order(days(4), { couponId: 'X' }))
  expect(next.at(-1)).toMatchObject({ views: 224, dealViews: 206, exited: ['PRICE_SENSITIVE'] })
})

test('where everybody waits for deals, who does so too is like the others', () => {
  const said = saidOfOrders(published({ lift: 2, strength: 10 }), tent, ...shown, ...onDeal)
  expect(said.some(isTagged)).toBe(false)
  const invalid = saidOfOrders(published({ lift: 2, strength: 0 }), tent, ...shown, ...onDeal)
  expect(invalid.map(isTagged)).toEqual([false, false, true])
})
