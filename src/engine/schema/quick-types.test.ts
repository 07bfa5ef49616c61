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
    { name: 'moment', type: 'long' },
    { name: 'flag', type: ['null', 'boolean'], default: null },
    {
      name: 'symbol',
      type: ['null', { type: 'enum', name: 'letter', symbols: ['A', 'B'] }],
      default: null,
    },
    {
      name: 'part',
      type: [
        'null',
        { type: 'record', name: 'part', fields: [{ name: 'share', type: 'double', default: 1 }] },
      ],
      default: null,
    },
    { name: 'texts', type: ['null', { type: 'array', items: 'string' }], default: null },
    { name: 'shares', type: ['null', { type: 'map', values: 'float' }], default: null },
    { name: 'list', type: { type: 'array', items: 'string' } },
  ],
} as const

const whole = avro.Type.forSchema(SCHEMA as never, { wrapUnions: 'never' })
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
/** Of few bytes and of many, and where the library begins to divide. The library reads no less than that. */
const long = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 52), max: Number.MAX_SAFE_INTEGER - 1 }),
  fc
    .tuple(fc.integer({ min: 26, max: 51 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([power, by, isBelow]) => (isBelow ? -1 : 1) * (2 ** power + by)),
)
const record = fc.record({
  text,
  optional: fc.option(text),
  number: fc.option(long),
  moment: long,
  flag: fc.option(fc.boolean()),
  symbol: fc.option(fc.constantFrom('A', 'B')),
  part: fc.option(fc.record({ share: fc.double({ noNaN: true }) })),
  texts: fc.option(fc.array(text, { maxLength: 2 })),
  shares: fc.option(fc.dictionary(fc.constantFrom('a', 'b'), fc.constant(0.5))),
  list: fc.array(text, { maxLength: 3 }),
})

test('they write the bytes that the library writes', () => {
  fc.assert(
    fc.property(record, one => {
      expect(quick.toBuffer(one)).toEqual(whole.toBuffer(one))
    }),
  )
})

test('they read what the library reads, also of bytes that are cut off', () => {
  fc.assert(
    fc.property(record, fc.nat(80), (one, cutOff) => {
      const bytes = whole.toBuffer(one)
      const some = bytes.subarray(0, Math.max(0, bytes.length - cutOff))
      for (const read of [bytes, some]) {
        expect(quick.decode(read, 0)).toEqual(whole.decode(read, 0))
      }
    }),
  )
})

/** Of every second field, once with the first and once without. */
test.each([[0], [1]])('they read and leave out what the library does: fields from %j on', first => {
  const fields = SCHEMA.fields.filter((_, index) => index % 2 === first)
  const some = { ...SCHEMA, fields }
  const library = avro.Type.forSchema(some as never, { wrapUnions: 'never' })
  const read = avro.Type.forSchema(some as never, {
    wrapUnions: 'never',
    typeHook: quickType as never,
  })
  const [byLibrary, resolver] = [library.createResolver(whole), read.createResolver(quick)]
  fc.assert(
    fc.property(record, one => {
      const bytes = whole.toBuffer(one)
      expect(read.decode(bytes, 0, resolver)).toEqual(library.decode(bytes, 0, byLibrary))
    }),
  )
})

test('what was written with another schema becomes what the library makes of it', () => {
  const older = { ...SCHEMA, fields: [{ name: 'number', type: ['null', 'int'], default: null }] }
  const newer = { ...SCHEMA, fields: [{ name: 'number', type: ['null', 'double'], default: null }] }
  const typeOf = (schema: object) =>
    avro.Type.forSchema(schema as never, { wrapUnions: 'never', typeHook: quickType as never })
  const [writer, reader] = [typeOf(older), typeOf(newer)]
  for (const number of [null, 7]) {
    const bytes = writer.toBuffer({ number })
    expect({ ...reader.fromBuffer(bytes, reader.createResolver(writer)) }).toEqual({ number })
  }
})

test('they say how much room is missing, as the library does', () => {
  fc.assert(
    fc.property(record, fc.nat(40), (one, room) => {
      const [here, there] = [Buffer.alloc(room), Buffer.alloc(room)]
      expect(quick.encode(one, here, 0)).toBe(whole.encode(one, there, 0))
    }),
  )
})

test.each([
  [{ text: 1 }],
  [{ text: null }],
  [{ optional: 2 }],
  [{ number: 'three' }],
  [{ optional: ['four'] }],
  [{ number: 1.5 }],
  [{ moment: 2 ** 53 }],
  [{ moment: Number.MAX_SAFE_INTEGER }],
  [{ flag: 1 }],
  [{ symbol: 'C' }],
  [{ symbol: ['A'] }],
  [{ part: [] }],
  [{ part: Buffer.alloc(1) }],
  [{ texts: 'five' }],
  [{ shares: 6 }],
])('they refuse %j', wrong => {
  const one = { text: 'a', optional: 'b', number: 1, moment: 1, list: [], ...wrong }
  expect(() => whole.toBuffer(one)).toThrow()
  expect(() => quick.toBuffer(one)).toThrow()
})
