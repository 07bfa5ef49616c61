import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import { hasMovedFar, riskMove } from './rhythm-moves.ts'

const parameter = fc.double({ min: 0.01, max: 100, noNaN: true })
const rhythms: fc.Arbitrary<PurchaseParameters> = fc.record({
  r: parameter,
  alpha: parameter,
  a: parameter,
  b: parameter,
})

test('rhythms are as far from each other either way, at most 1, and not from themselves', () => {
  fc.assert(
    fc.property(rhythms, rhythms, (one, other) => {
      const move = riskMove(one, other)
      expect(move).toBe(riskMove(other, one))
      expect(move).toBeGreaterThanOrEqual(0)
      expect(move).toBeLessThanOrEqual(1)
      expect(riskMove(one, { ...one })).toBe(0)
    }),
  )
})

test('the more a parameter moves, the farther the rhythms are, whichever it is', () => {
  for (const name of ['r', 'alpha', 'a', 'b'] as const) {
    const moves = [1, 1.05, 1.1, 1.2, 1.5, 2, 4].map(factor =>
      riskMove(MBG_NBD_SEED, { ...MBG_NBD_SEED, [name]: factor * MBG_NBD_SEED[name] }),
    )
    expect(moves).toEqual(moves.toSorted((x, y) => x - y))
    expect(moves.at(-1)).toBeGreaterThan(0.015)
  }
})

test('fits that are as likely are near, though a is 19,000 times the other', () => {
  // Online Retail at the cut, with a weak prior and without (docs/lifecycle-model.md).
  const withPrior = { r: 0.726, alpha: 9.868, a: 0.0281, b: 18.15 }
  const without = { r: 0.723, alpha: 9.386, a: 1.5e-6, b: 13_832 }
  expect(riskMove(withPrior, without)).toBeLessThan(0.011)
  expect(hasMovedFar(withPrior, without)).toBe(false)
})

test('another shop is far, and the seed stands where none was published', () => {
  const onlineRetail = { r: 0.726, alpha: 9.868, a: 0.0281, b: 18.15 }
  expect(hasMovedFar(null, onlineRetail)).toBe(true)
  expect(riskMove(MBG_NBD_SEED, onlineRetail)).toBeGreaterThan(0.15)
  expect(hasMovedFar(null, { ...MBG_NBD_SEED })).toBe(false)
})
