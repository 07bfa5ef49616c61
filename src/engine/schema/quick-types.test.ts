import avro from 'avsc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quickType } from './quick-types.ts'

const SCHEMA = {
  type: 'record',
  name: 'one',
  fields: [
    { name: 'text', type: 'string' },
    { name: 'optional', type: ['null', 'string'], default: null },
    { name: 'number', type: ['null', 'long'], default: null },
    { name: 'list', type: { type: 'array', items: 'string' } },
  ],
} as const

const library = avro.Type.forSchema(SCHEMA as never, { wrapUnions: 'never' })
const quick = avro.Type.forSchema(SCHEMA as never, {
  wrapUnions: 'never',
  typeHook: quickType as never,
})

/** Around the lengths at which something else begins, and of other characters than ASCII too. */
const text = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.string({ minLength: 60, maxLength: 68 }),
  fc.string({ unit: 'grapheme', minLength: 60, maxLength: 68 }),
)
const record = fc.record({
  text,
  optional: fc.option(text),
  number: fc.option(fc.integer()),
  list: fc.array(text, { maxLength: 3 }),
})

test('they write the bytes that the library writes', () => {
  fc.assert(
    fc.property(record, one => {
      expect(quick.toBuffer(one)).toEqual(library.toBuffer(one))
    }),
  )
})

test('they read what the library reads, also of bytes that are cut off', () => {
  fc.assert(
    fc.property(record, fc.nat(80), (one, cutOff) => {
      const bytes = library.toBuffer(one)
      const some = bytes.subarray(0, Math.max(0, bytes.length - cutOff))
      for (const read of [bytes, some]) {
        expect(quick.decode(read, 0)).toEqual(library.decode(read, 0))
      }
    }),
  )
})

test('they say how much room is missing, as the library does', () => {
  fc.assert(
    fc.property(record, fc.nat(40), (one, room) => {
      const [here, there] = [Buffer.alloc(room), Buffer.alloc(room)]
      expect(quick.encode(one, here, 0)).toBe(library.encode(one, there, 0))
    }),
  )
})

test.each([
  [{ text: 1 }],
  [{ text: null }],
  [{ optional: 2 }],
  [{ number: 'three' }],
  [{ optional: ['four'] }],
])('they refuse %j', wrong => {
  const one = { text: 'a', optional: 'b', number: 1, list: [], ...wrong }
  expect(() => library.toBuffer(one)).toThrow()
  expect(() => quick.toBuffer(one)).toThrow()
})
