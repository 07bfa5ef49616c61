import avsc from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AvroSchema,
  array,
  boolean,
  bytes,
  double,
  enumOf,
  type Form,
  int,
  long,
  map,
  named,
  nullable,
  record,
  string,
} from '../form.ts'
import { sizeBoundOf } from './size-bound.ts'

interface Valued {
  readonly form: Form<unknown>
  readonly value: unknown
}

const of = (form: Form<unknown>, values: fc.Arbitrary<unknown>): fc.Arbitrary<Valued> =>
  values.map(value => ({ form, value }))

const fc52 = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
const scalar = fc.oneof(
  of(boolean, fc.boolean()),
  of(int, fc.integer()),
  of(long, fc.oneof(fc.integer(), fc52)),
  of(double, fc.double()),
  of(string, fc.string({ unit: 'grapheme', maxLength: 70 })),
  of(enumOf('A', 'B', 'C'), fc.constantFrom('A', 'B', 'C')),
  of(bytes, fc.uint8Array().map(Buffer.from)),
  of(map(int), fc.dictionary(fc.constantFrom('a', 'b'), fc.integer())),
)
const valued: fc.Arbitrary<Valued> = fc.letrec<{ any: Valued; some: Valued }>(tie => ({
  some: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.tuple(tie('any'), fc.nat(90)).map(([{ form, value }, length]) => ({
      form: array(form),
      value: Array(length).fill(value),
    })),
    fc.array(tie('any'), { minLength: 1, maxLength: 5 }).map(fields => ({
      form: record(Object.fromEntries(fields.map(({ form }, at) => [`f${at}`, form]))),
      value: Object.fromEntries(fields.map(({ value }, at) => [`f${at}`, value])),
    })),
  ),
  any: fc.oneof(
    tie('some'),
    fc
      .tuple(tie('some'), fc.boolean())
      .map(([{ form, value }, isNull]) => ({ form: nullable(form), value: isNull ? null : value })),
  ),
})).any

const typeOf = (avro: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(named(avro, 'value') as avsc.Schema, { wrapUnions: 'never' })

test('no value takes more than its bound', () => {
  fc.assert(
    fc.property(valued, ({ form, value }) => {
      const bound = sizeBoundOf(form.avro)(value)
      expect(typeOf(form.avro).toBuffer(value).length).toBeLessThanOrEqual(bound)
    }),
    { numRuns: 500 },
  )
})

test('what does not fit its form has no bound, so that writing it says so', () => {
  const form = record({ at: long, of: array(double), kind: enumOf('A', 'B'), note: nullable(int) })
  const bound = sizeBoundOf(form.avro)
  const right = { at: 1, of: [0.5], kind: 'A', note: null }
  expect(bound(right)).toBeLessThan(60)
  for (const wrong of [
    { ...right, at: 0.5 },
    { ...right, at: 2 ** 60 },
    { ...right, of: ['x'] },
    { ...right, of: 1 },
    { ...right, kind: 'C' },
    { ...right, note: 1.5 },
    { ...right, note: undefined },
    'text',
    null,
  ]) {
    expect(bound(wrong)).toBe(Infinity)
  }
})
