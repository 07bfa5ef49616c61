/**
 * Amounts of money from decimal text, exactly. Binary fractions are never used: 2.55 is not one,
 * and a year of orders would not add up to the penny.
 */
import { expected } from './broken-field.ts'

/** A number as `mantissa` × 10^-`scale`. */
interface Decimal {
  readonly mantissa: bigint
  readonly scale: number
}

const PLAIN = /^(-?)(\d{1,12})(?:\.(\d{0,2}))?$/
const ANY = /^([+-]?)(\d{1,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/

/** In hundredths, halves rounded away from zero. Throws a `BrokenField`. */
export const minorOf = (text: string): number => minorProduct(text, 1)

/** `text` × `factor` in hundredths: the product is exact, and rounded once, at the end. */
export const minorProduct = (text: string, factor: number): number => {
  const plain = PLAIN.exec(text)
  if (!plain) return roundedProduct(decimalOf(text), BigInt(factor))
  const minor = Number(plain[2]) * 100 + Number((plain[3] ?? '').padEnd(2, '0'))
  return inRange(text, (plain[1] === '-' ? -minor : minor) * factor)
}

const decimalOf = (text: string): Decimal => {
  const parts = ANY.exec(text)
  if (!parts) throw expected('an amount such as 2.55', text)
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const mantissa = BigInt(`${whole}${fraction}`)
  return {
    mantissa: sign === '-' ? -mantissa : mantissa,
    scale: fraction.length - Number(exponent),
  }
}

const roundedProduct = ({ mantissa, scale }: Decimal, factor: bigint): number => {
  const product = mantissa * factor
  const minor =
    scale <= 2 ? product * 10n ** BigInt(2 - scale) : rounded(product, 10n ** BigInt(scale - 2))
  return inRange(String(minor), Number(minor))
}

/** Of two integers, halves away from zero. */
const rounded = (dividend: bigint, divisor: bigint): bigint => {
  const half = dividend < 0n ? -divisor / 2n : divisor / 2n
  return (dividend + half) / divisor
}

const inRange = (text: string, minor: number): number => {
  if (!Number.isSafeInteger(minor)) throw expected('an amount below 2^53 hundredths', text)
  // There is one zero: −0 would be written differently.
  return minor === 0 ? 0 : minor
}
