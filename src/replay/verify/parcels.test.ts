import { expect, test } from 'vitest'
import { encodeParcel, type Parcel } from '../../engine/exchange/parcel.ts'
import { parcelsOf } from './parcels.ts'

const exact = parcelsOf('exactly-once')
const repeating = parcelsOf('at-least-once')

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
  const tellsNothingNew = exact.repetitions()
  expect(tellsNothingNew(parcelOf(0, 10))).toBe(false)
  expect(tellsNothingNew(parcelOf(1, 10))).toBe(false)
  expect(tellsNothingNew(parcelOf(0, 10))).toBe(true)
  expect(tellsNothingNew(parcelOf(0, 20))).toBe(false)
  expect(tellsNothingNew(parcelOf(0, 20, { answers }))).toBe(false)
  expect(tellsNothingNew(parcelOf(0, 20))).toBe(true)
  expect(tellsNothingNew(parcelOf(0, 10))).toBe(false)
  expect(tellsNothingNew(Buffer.from('damaged'))).toBe(false)
})

test('what a slice begins with behind a snapshot need not be there, unless it brings something', () => {
  expect(exact.mustBeSent({ to: 1, value: parcelOf(0, 10) }, true)).toBe(false)
  expect(exact.mustBeSent({ to: 1, value: parcelOf(0, 10, { answers }) }, true)).toBe(true)
  expect(exact.mustBeSent({ to: 1, value: parcelOf(0, 10) }, false)).toBe(true)
})

test('at least once, how far a slice has come is not compared, and parcels that say nothing else are free', () => {
  const [sooner, later] = [parcelOf(0, 10, { answers }), parcelOf(0, 20, { answers })]
  expect(repeating.recordOf(1, sooner)).toEqual(repeating.recordOf(1, later))
  expect(exact.recordOf(1, sooner)).not.toEqual(exact.recordOf(1, later))
  expect(repeating.recordOf(1, sooner)).not.toEqual(
    repeating.recordOf(1, parcelOf(1, 10, { answers })),
  )
  expect(repeating.recordOf(1, Buffer.from('damaged')).value).toEqual(Buffer.from('damaged'))
  expect(repeating.mustBeSent({ to: 1, value: parcelOf(0, 10) }, false)).toBe(false)
  expect(repeating.mustBeSent({ to: 1, value: sooner }, false)).toBe(true)
  const tellsNothingNew = repeating.repetitions()
  expect([parcelOf(0, 10), parcelOf(0, 20), sooner].map(tellsNothingNew)).toEqual([
    true,
    true,
    false,
  ])
})
