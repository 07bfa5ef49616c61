import { expect, test } from 'vitest'
import { encodeParcel, type Parcel } from '../../engine/exchange/parcel.ts'
import { mustBeSent, Repetitions } from './parcels.ts'

const parcelOf = (from: number, sources: number, more: Partial<Parcel> = {}): Buffer =>
  encodeParcel({
    from,
    records: [],
    deliveries: [],
    answers: [],
    forgotten: [],
    standings: [{ pipeline: 'counting', sources, task: null, isFull: false }],
    ...more,
  })

const answers = [{ pipeline: 'counting', id: 'o1', part: 'user', answer: null }]

test('a slice that says once more how far it has come tells nothing new', () => {
  const told = new Repetitions()
  expect(told.tellsNothingNew(parcelOf(0, 10))).toBe(false)
  expect(told.tellsNothingNew(parcelOf(1, 10))).toBe(false)
  expect(told.tellsNothingNew(parcelOf(0, 10))).toBe(true)
  expect(told.tellsNothingNew(parcelOf(0, 20))).toBe(false)
  expect(told.tellsNothingNew(parcelOf(0, 20, { answers }))).toBe(false)
  expect(told.tellsNothingNew(parcelOf(0, 20))).toBe(true)
  expect(told.tellsNothingNew(parcelOf(0, 10))).toBe(false)
  expect(told.tellsNothingNew(Buffer.from('damaged'))).toBe(false)
})

test('what a slice begins with behind a snapshot need not be there, unless it brings something', () => {
  expect(mustBeSent({ to: 1, value: parcelOf(0, 10) }, true)).toBe(false)
  expect(mustBeSent({ to: 1, value: parcelOf(0, 10, { answers }) }, true)).toBe(true)
  expect(mustBeSent({ to: 1, value: parcelOf(0, 10) }, false)).toBe(true)
})
