import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeParcel, encodeParcel, type Parcel } from './parcel.ts'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 30 }).map(each => Buffer.from(each))
const text = fc.string({ maxLength: 8 })
const time = fc.option(fc.integer({ min: -4.5e15, max: 4.5e15 }))

const parcels: fc.Arbitrary<Parcel> = fc.record({
  from: fc.nat(500),
  records: fc.array(
    fc.record({
      topic: text,
      partition: fc.nat(500),
      offset: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER - 1 }),
      format: fc.constantFrom('json' as const, 'avro' as const),
      value: bytes,
    }),
  ),
  deliveries: fc.array(
    fc.record({
      pipeline: text,
      input: text,
      key: fc.string({ unit: 'grapheme', maxLength: 8 }),
      part: text,
      record: fc.nat(),
      isLate: fc.boolean(),
      isRedriven: fc.boolean(),
    }),
  ),
  answers: fc.array(fc.record({ pipeline: text, id: text, part: text, answer: fc.option(bytes) })),
  forgotten: fc.array(
    fc.record({ pipeline: text, input: text, source: text, ids: fc.array(text) }),
  ),
  standings: fc.array(
    fc.record({ pipeline: text, sources: time, task: time, isFull: fc.boolean() }),
  ),
})

/** Without the classes that the codec gives its records. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_name, each) => (Object.is(each, -0) ? 0 : each)))

test('what is packed comes out as it was', () => {
  fc.assert(
    fc.property(parcels, parcel => {
      expect(plain(decodeParcel(encodeParcel(parcel)))).toEqual(plain(parcel))
    }),
  )
})

test('a parcel of another version is refused, with what to do', () => {
  const empty = { records: [], deliveries: [], answers: [], forgotten: [], standings: [] }
  const packed = encodeParcel({ from: 0, ...empty })
  packed[0] = 2
  expect(() => decodeParcel(packed)).toThrow(/version 2, and this engine reads 1.*start again/)
})
