import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CartLine, hasValue, lineAdded, lineRemoved, worthOf } from './trigger-cart.ts'

const line = (quantity: number, priceMinor: number | null, currency: string | null): CartLine => ({
  quantity,
  priceMinor,
  currency,
})
const NO_PRICE = { priceMinor: null, currency: null }

const lines = fc.array(
  fc.oneof(
    fc.tuple(fc.nat(5), fc.nat(900), fc.constantFrom('GBP', 'EUR')).map(cells => line(...cells)),
    fc.nat(5).map(quantity => line(quantity, null, null)),
  ),
  { maxLength: 6 },
)

test('a cart is worth its lines in the currency of the last that has a price', () => {
  fc.assert(
    fc.property(lines, cart => {
      let currency: string | null = null
      for (const { currency: of } of cart) currency = of ?? currency
      let total = 0
      let leftOut = 0
      for (const each of cart) {
        if (each.currency === null || each.currency !== currency) leftOut++
        else total += each.quantity * each.priceMinor!
      }
      expect(worthOf(cart)).toEqual({
        currency,
        valueMinor: currency === null ? null : total,
        units: cart.reduce((sum, { quantity }) => sum + quantity, 0),
        linesLeftOut: leftOut,
      })
    }),
  )
})

test('a worth beyond what can be told exactly is not known', () => {
  expect(worthOf([line(2 ** 31 - 1, 2 ** 40, 'GBP')])).toMatchObject({
    currency: null,
    valueMinor: null,
  })
})

describe('a line', () => {
  test('has the price that was shown last, and keeps it where none was shown', () => {
    const tea = lineAdded(undefined, { quantity: 2, priceMinor: 500, currency: 'GBP' })
    expect(lineAdded(tea, { quantity: null, ...NO_PRICE })).toEqual(line(3, 500, 'GBP'))
    expect(lineAdded(tea, { quantity: 1, priceMinor: 450, currency: 'EUR' })).toEqual(
      line(3, 450, 'EUR'),
    )
  })
  test('takes no amount whose currency is not told', () => {
    const tea = lineAdded(undefined, { quantity: 1, priceMinor: 500, currency: null })
    expect(tea).toEqual(line(1, null, null))
  })
  test('holds no more units than can be saved', () => {
    const full = line(2 ** 31 - 1, 1, 'GBP')
    expect(lineAdded(full, { quantity: 7, ...NO_PRICE }).quantity).toBe(2 ** 31 - 1)
  })
  test('is gone when nothing is left, or it is not told how much was taken out', () => {
    const tea = line(2, 500, 'GBP')
    expect(lineRemoved(tea, { quantity: 1, ...NO_PRICE })).toEqual(line(1, 500, 'GBP'))
    expect(lineRemoved(tea, { quantity: 2, ...NO_PRICE })).toBe(null)
    expect(lineRemoved(tea, { quantity: 3, ...NO_PRICE })).toBe(null)
    expect(lineRemoved(tea, { quantity: null, ...NO_PRICE })).toBe(null)
  })
})

test('what has no price may be of value; what costs nothing, and what is not there, is not', () => {
  expect(hasValue([])).toBe(false)
  expect(hasValue([line(1, 0, 'GBP')])).toBe(false)
  expect(hasValue([line(0, 500, 'GBP')])).toBe(false)
  expect(hasValue([line(1, 0, 'GBP'), line(1, null, null)])).toBe(true)
})
