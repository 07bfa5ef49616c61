import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endedPrice } from './price-ending.ts'

test('is the nearest price with the ending that the range has, the lower of two', () => {
  const cases = fc.record({
    price: fc.integer({ min: 100, max: 3_000 }),
    below: fc.integer({ min: 0, max: 99 }),
    above: fc.integer({ min: 0, max: 99 }),
    ending: fc.integer({ min: 0, max: 9 }),
  })
  fc.assert(
    fc.property(cases, ({ price, below, above, ending }) => {
      const range = { lowMinor: price - below, highMinor: price + above }
      let nearest: number | null = null
      for (let each = range.lowMinor; each <= range.highMinor; each++) {
        if (each < 1 || each % 10 !== ending) continue
        const isNearer = nearest === null || Math.abs(each - price) < Math.abs(nearest - price)
        if (isNearer) nearest = each
      }
      expect(endedPrice(price, range, ending)).toBe(nearest)
    }),
  )
})

test('is none below a whole unit of the currency', () => {
  expect(endedPrice(95, { lowMinor: 1, highMinor: 200 }, 9)).toBeNull()
  expect(endedPrice(100, { lowMinor: 1, highMinor: 200 }, 9)).toBe(99)
})
