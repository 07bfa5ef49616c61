import { expect, test } from 'vitest'
import { addValue, emptySketch } from './quantile-sketch.ts'
import { NO_VALUE_BANDS, type ValueEvidence, valueBandsOf, valueLevelsOf } from './value-bands.ts'

const sketchOf = (values: readonly number[]) => {
  const sketch = emptySketch()
  for (const value of values) addValue(sketch, value)
  return sketch
}
/** A thousand values two per cent apart, each in a bucket of its own. */
const worthAt = (place: number): number => 1.0203 ** place
const thousand = Array.from({ length: 1_000 }, (_, place) => worthAt(place))
const levels = valueLevelsOf(sketchOf(thousand), sketchOf(thousand))

const person = (ltvPlace: number, orderPlace = 0, purchaseChance90d = 1): ValueEvidence => ({
  ltvMinor: worthAt(ltvPlace),
  orderValueMinor: worthAt(orderPlace),
  purchaseChance90d,
})
const isHighValue = (...places: number[]): boolean[] => {
  let held = NO_VALUE_BANDS
  return places.map(place => {
    held = valueBandsOf(held, person(place), levels)
    return held.highValue
  })
}

test('high value begins with the highest tenth, and ends below the highest 15 per cent', () => {
  expect(isHighValue(899, 900, 850, 849, 899)).toEqual([false, true, true, false, false])
})

test('potential is likely to buy, spends what half of all do, and is not of high value', () => {
  const isPotential = (of: ValueEvidence) => valueBandsOf(NO_VALUE_BANDS, of, levels).potential
  expect(isPotential(person(500, 500, 0.3))).toBe(true)
  expect(isPotential(person(500, 500, 0.29))).toBe(false)
  expect(isPotential(person(500, 498, 0.3))).toBe(false)
  expect(isPotential(person(950, 500, 0.9))).toBe(false)
  const held = { highValue: true, potential: false }
  expect(valueBandsOf(held, person(860, 500, 0.9), levels)).toEqual(held)
  expect(valueBandsOf(held, person(840, 500, 0.9), levels).potential).toBe(true)
})

test('where all are worth the same nobody is of high value, and all spend what half of all do', () => {
  const alike = sketchOf(Array.from({ length: 200 }, () => 5_000))
  const of = { ltvMinor: 5_000, orderValueMinor: 5_000, purchaseChance90d: 0.5 }
  const bands = valueBandsOf(NO_VALUE_BANDS, of, valueLevelsOf(alike, alike))
  expect(bands).toEqual({ highValue: false, potential: true })
})

test('without a hundred buyers, nobody is compared', () => {
  const few = sketchOf(thousand.slice(0, 99))
  expect(valueLevelsOf(few, few)).toBeNull()
  expect(valueLevelsOf(emptySketch(), emptySketch())).toBeNull()
  const held = { highValue: true, potential: false }
  expect(valueBandsOf(held, person(999), null)).toEqual(NO_VALUE_BANDS)
})

test('a person who brought more back than was bought is worth nothing, and is no error', () => {
  const of = { ltvMinor: -100, orderValueMinor: -3, purchaseChance90d: 1 }
  expect(valueBandsOf(NO_VALUE_BANDS, of, levels)).toEqual(NO_VALUE_BANDS)
})
