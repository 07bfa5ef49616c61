import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  areaUnderRoc,
  averagePrecision,
  calibrationError,
  cardPrecision,
  type ScoredOrder,
} from './fraud-metrics.ts'

/** Orders by score; a fraud has an exclamation mark. */
const scored = (...texts: readonly string[]): ScoredOrder[] =>
  texts.map(text => ({ score: Number.parseFloat(text), isFraud: text.endsWith('!') }))

test('of four pairs three are in the right order', () => {
  const orders = scored('0.9!', '0.4', '0.3!', '0.1')
  expect(areaUnderRoc(orders)).toBe(3 / 4)
  // Precision 1/1 at the first fraud, 2/3 at the second.
  expect(averagePrecision(orders)).toBeCloseTo((1 + 2 / 3) / 2, 12)
})

test('a pair of equal scores counts half, and equal scores are one step of precision', () => {
  const orders = scored('0.5!', '0.5', '0.2!', '0.1')
  expect(areaUnderRoc(orders)).toBe((0.5 + 1 + 0 + 1) / 4)
  expect(averagePrecision(orders)).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12)
})

test('where all are equal nothing is ranked', () => {
  const orders = scored('0.5', '0.5!', '0.5', '0.5')
  expect(areaUnderRoc(orders)).toBe(0.5)
  expect(averagePrecision(orders)).toBe(0.25)
})

test('the area is that of all pairs counted one by one, whatever the order of the list', () => {
  const orders = fc.array(fc.record({ score: fc.nat(5), isFraud: fc.boolean() }), { minLength: 2 })
  fc.assert(
    fc.property(orders, list => {
      const frauds = list.filter(({ isFraud }) => isFraud)
      const others = list.filter(({ isFraud }) => !isFraud)
      fc.pre(frauds.length > 0 && others.length > 0)
      let right = 0
      for (const fraud of frauds) {
        for (const other of others) right += (Math.sign(fraud.score - other.score) + 1) / 2
      }
      expect(areaUnderRoc(list)).toBeCloseTo(right / (frauds.length * others.length), 12)
      expect(averagePrecision(list.toReversed())).toBe(averagePrecision(list))
    }),
  )
})

const ofDays = (...lines: readonly (readonly [day: number, customer: string, score: string])[]) =>
  lines.map(([day, customer, text]) => ({ day, customer, ...scored(text)[0]! }))

test('a customer counts once a day, by the highest score and by any fraud', () => {
  const orders = ofDays(
    [1, 'anna', '0.9'],
    [1, 'anna', '0.1!'],
    [1, 'ben', '0.8'],
    [1, 'cleo', '0.7!'],
  )
  expect(cardPrecision(orders, 2)).toBe(1 / 2)
  expect(cardPrecision(orders, 3)).toBeCloseTo(2 / 3, 12)
})

test('a customer who was found is not looked at again, one who was missed is', () => {
  const orders = ofDays(
    [1, 'anna', '0.9!'],
    [1, 'ben', '0.8'],
    [1, 'cleo', '0.1!'],
    [2, 'anna', '0.9!'],
    [2, 'ben', '0.8'],
    [2, 'cleo', '0.7!'],
  )
  // Day 1: anna and ben, one of two. Day 2: ben and cleo, one of two.
  expect(cardPrecision(orders, 2)).toBe(1 / 2)
  // Day 1: anna, found. Day 2: ben, as anna is known.
  expect(cardPrecision(orders, 1)).toBe(1 / 2)
})

test('fewer customers than places are no better for it', () => {
  expect(cardPrecision(ofDays([1, 'anna', '0.9!']), 100)).toBe(1 / 100)
})

test('what was said is compared with what came true within each group', () => {
  const orders = scored('0.1', '0.1', '0.3', '0.3!', '0.8!', '0.8!')
  // In two groups: .1 .1 .3 with none, and .3 .8 .8 with three.
  expect(calibrationError(orders, 2)).toBeCloseTo((0.5 + 1.1) / 6, 12)
  // In one group, both cancel in part.
  expect(calibrationError(orders, 1)).toBeCloseTo(0.6 / 6, 12)
})

test('scores that come true on average in each group have no error', () => {
  const fifth = [...Array(4).fill('0.2'), '0.2!']
  const half = ['0.5', '0.5!', '0.5', '0.5!']
  expect(calibrationError(scored(...fifth), 1)).toBeCloseTo(0, 12)
  expect(calibrationError(scored(...fifth, ...fifth, ...half), 1)).toBeCloseTo(0, 12)
})
