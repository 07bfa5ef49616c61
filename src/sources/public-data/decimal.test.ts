import fc from 'fast-check'
import { expect, test } from 'vitest'
import { minorOf, minorProduct } from './decimal.ts'

/** Rounds a product of integers by looking at the remainder, the slow and plain way. */
const naive = (mantissa: bigint, scale: number, factor: bigint): number => {
  const product = mantissa * factor * 100n
  const unit = 10n ** BigInt(scale)
  const size = product < 0n ? -product : product
  const rounded = size / unit + ((size % unit) * 2n >= unit ? 1n : 0n)
  return Number(product < 0n ? -rounded : rounded)
}

const textOf = (mantissa: number, scale: number): string => {
  const digits = String(Math.abs(mantissa)).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`
  return `${mantissa < 0 ? '-' : ''}${whole}${fraction}`
}

test('a product is exact, and rounded once, halves away from zero', () => {
  const mantissas = fc.integer({ min: -99_999_999, max: 99_999_999 })
  const factors = fc.integer({ min: -80_995, max: 80_995 })
  fc.assert(
    fc.property(mantissas, fc.nat(6), factors, (mantissa, scale, factor) => {
      const expected = naive(BigInt(mantissa), scale, BigInt(factor))
      expect(minorProduct(textOf(mantissa, scale), factor)).toBe(expected)
    }),
  )
})

test('prices of every make become pennies', () => {
  expect(minorOf('2.55')).toBe(255)
  expect(minorOf('0.0')).toBe(0)
  expect(minorOf('7')).toBe(700)
  expect(minorOf('-11062.06')).toBe(-1_106_206)
  expect(minorOf('0.001')).toBe(0)
  expect(minorOf('1e-05')).toBe(0)
  expect(minorOf('1.005')).toBe(101)
  expect(minorOf('57.159999999999997')).toBe(5716)
  expect(minorProduct('0.001', 1_000)).toBe(100)
})

test('what is no amount is refused', () => {
  for (const text of ['', ' ', 'abc', '1,5', '0x10', 'NaN', '1.2.3', '9'.repeat(25)]) {
    expect(() => minorOf(text), text).toThrow('expected an amount')
  }
})
