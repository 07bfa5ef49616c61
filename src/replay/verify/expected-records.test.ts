import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ExpectedRecord, ExpectedRecords } from './expected-records.ts'

/** Few ids, keys and values, so that they meet. */
const anyRecord: fc.Arbitrary<ExpectedRecord> = fc.record({
  partition: fc.integer({ min: 0, max: 1 }),
  key: fc.constantFrom(null, Buffer.from('a'), Buffer.from('b')),
  resultId: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
  value: fc.constantFrom(Buffer.from('v'), Buffer.from('w')),
})

const sameAs = (a: ExpectedRecord) => (b: ExpectedRecord) => textOf(a) === textOf(b)
const textOf = ({ partition, key, resultId, value }: ExpectedRecord): string =>
  `${partition} ${key} ${resultId} ${value}`

test('a topic that has what was made, in any order, has all of it once', () => {
  const property = fc.property(fc.array(anyRecord), made => {
    const expected = new ExpectedRecords()
    for (const [at, record] of made.entries()) expected.add(record, 0, at + 1)
    for (const record of made.toReversed()) expect(expected.take(record).as).toBe('once')
    expect([...expected.missing()]).toEqual([])
    for (const record of made) expect(expected.take(record).as).toBe('again')
  })
  fc.assert(property, { numRuns: 200 })
})

test('what is there and was not made is known by its id alone, and not at all without', () => {
  const property = fc.property(fc.array(anyRecord), anyRecord, (made, other) => {
    const expected = new ExpectedRecords()
    for (const record of made) expected.add(record, 0, 1)
    const { as } = expected.take(other)
    if (made.some(sameAs(other))) expect(as).toBe('once')
    else if (made.some(({ resultId }) => resultId === other.resultId)) expect(as).toBe('different')
    else expect(as).toBe('unknown')
  })
  fc.assert(property, { numRuns: 300 })
})

test('what is not there is missing, with the commit that made it, among many', () => {
  const expected = new ExpectedRecords()
  const recordAt = (at: number): ExpectedRecord => {
    return { partition: at % 3, key: null, resultId: `r${at}`, value: Buffer.from(`value ${at}`) }
  }
  for (let at = 0; at < 5_000; at++) expected.add(recordAt(at), at % 2, at)
  for (let at = 0; at < 5_000; at++) if (at % 1_000 !== 7) expected.take(recordAt(at))
  const missing = [...expected.missing()]
  expect(missing.map(({ epoch }) => epoch)).toEqual([7, 1_007, 2_007, 3_007, 4_007])
  expect(missing.map(({ slice }) => slice)).toEqual([1, 1, 1, 1, 1])
  expect(expected.idAt(missing[0]!.at)).toBe(ExpectedRecords.idOf(recordAt(7)))
})

test('what need not be there is not missing, and may be there once', () => {
  const expected = new ExpectedRecords()
  const parcel = { partition: 0, key: null, resultId: null, value: Buffer.from('told') }
  expected.add(parcel, 0, 1, 0)
  expect([...expected.missing()]).toEqual([])
  expect(expected.take(parcel).as).toBe('once')
  expect(expected.take(parcel).as).toBe('again')
})
