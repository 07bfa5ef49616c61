import { expect, test } from 'vitest'
import { parametersOf, readFraudParameters } from './fraud-parameters.ts'
import type { BinState } from './fraud-weights.ts'
import { IDENTITY } from './platt-calibration.ts'

const states = (known: Readonly<Record<string, BinState>>) => ({
  get: (bin: string) => known[bin],
  set: () => false,
  entries: () => Object.entries(known),
})
const published = parametersOf(
  states({
    base: { z: -3, n: 9, seen: 10 },
    'attempts10m:5': { z: 0, n: 1, seen: 2 },
    'attempts10m:6': { z: 0, n: 1, seen: 1 },
  }),
  10,
  IDENTITY,
  1,
)

test('a version has the weight of each bin, its variance, and what its kind adds on average', () => {
  expect(published).toMatchObject({ a: 1, b: 0, 'w:attempts10m:5': 3, 'w:attempts10m:6': 3.2 })
  expect(published['m:attempts10m']).toBeCloseTo(0.2 * 3 + 0.1 * 3.2, 12)
  expect(published['w:base']).toBeCloseTo(2.5 / ((1 + 3) / 0.3 + 1), 12)
  expect(published['v:base']).toBeCloseTo(1 / ((1 + 3) / 0.3 + 1), 12)
})

test.each([
  ['without a calibration', { a: undefined }],
  ['with a slope that turns the order round', { a: -1 }],
  ['with a level that is no number', { b: Number.NaN }],
  ['without a base', { base: undefined }],
  ['with a weight that is infinite', { 'w:base': Number.POSITIVE_INFINITY }],
  ['with a weight that nothing teaches', { 'w:base': 21 }],
  ['with a weight whose variance is missing', { 'v:base': undefined }],
  ['with a mean that is no number', { 'm:base': Number.NaN }],
])('a version %s is none', (_, broken) => {
  expect(readFraudParameters(published)).not.toBeNull()
  const changed = { ...published, ...broken } as Record<string, number>
  expect(readFraudParameters(changed)).toBeNull()
})

test('an empty version is none, and numbers of other names are left alone', () => {
  expect(readFraudParameters({})).toBeNull()
  expect(readFraudParameters({ ...published, later: Number.NaN })).toEqual(
    readFraudParameters(published),
  )
})
