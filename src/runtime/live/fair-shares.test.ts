import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fairShares } from './fair-shares.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

describe('shares of a commit', () => {
  test('are what is wanted where that is not too much', () => {
    expect(fairShares([3, 0, 5], 8)).toEqual([3, 0, 5])
  })

  test('leave to others what one does not want', () => {
    expect(fairShares([1, 100, 100], 21)).toEqual([1, 10, 10])
  })

  test('are given out whole, and nobody who wants more has two less than another', () => {
    const wishes = fc.array(fc.nat(500), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 2_000 }), (wanted, whole) => {
        const shares = fairShares(wanted, whole)
        expect(sum(shares)).toBeGreaterThanOrEqual(Math.min(sum(wanted), whole))
        expect(sum(shares)).toBeLessThan(whole + wanted.length)
        const most = Math.max(...shares)
        for (const [index, share] of shares.entries()) {
          expect(share).toBeLessThanOrEqual(wanted[index]!)
          if (share < wanted[index]!) expect(most - share).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
