import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keyOf, philox, uniformAt } from './counted-chance.ts'

describe('Philox', () => {
  test.each([
    [0, 0, 0, 0xff1dae59, 0x6cd10df2],
    [0xffffffff, 0xffffffff, 0xffffffff, 0x2c3f628b, 0xab4fd7ad],
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0xdd7ce038, 0xf62a4c12],
  ])('scrambles %i, %i under %i as its authors do', (high, low, key, left, right) => {
    expect(philox(high, low, key)).toEqual([left, right])
  })

  test('multiplies as whole numbers of any size do', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const exactly = (high: number, low: number, key: number) => {
      let [left, right, at] = [BigInt(high), BigInt(low), BigInt(key)]
      for (let round = 0; round < 10; round++) {
        const product = 0xd256d193n * left
        left = (product >> 32n) ^ at ^ right
        right = product & 0xffffffffn
        at = (at + 0x9e3779b9n) & 0xffffffffn
      }
      return [Number(left), Number(right)]
    }
    fc.assert(
      fc.property(word, word, word, (high, low, key) => {
        expect(philox(high, low, key)).toEqual(exactly(high, low, key))
      }),
    )
  })
})

describe('the numbers of a series', () => {
  test('lie between 0 and 1, and fill it evenly', () => {
    const numbers = Array.from({ length: 100_000 }, (_, place) => uniformAt(99, 3, place))
    expect(numbers.every(number => number > 0 && number < 1)).toBe(true)
    const tenths = new Array<number>(10).fill(0)
    for (const number of numbers) tenths[Math.floor(10 * number)]!++
    const chiSquare = tenths.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    // One run in a hundred is above it, and this one is always the same.
    expect(chiSquare).toBeLessThan(21.7)
  })

  test('differ by key, by series and by place', () => {
    const numbers = [uniformAt(1, 1, 1), uniformAt(2, 1, 1), uniformAt(1, 2, 1), uniformAt(1, 1, 2)]
    expect(new Set(numbers).size).toBe(4)
  })
})

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the key of "%s" is its FNV-1a', (text, key) => {
  expect(keyOf(text)).toBe(key)
})
