/** What is refused, and how it is said. That good records pass is shown for all topics in `src/`. */
import { expect, test } from 'vitest'
import { MillraceError } from '../errors.ts'
import { read, type Topic } from '../topic.ts'
import { RECORD_BYTES_MAX } from './avro-codec.ts'
import { codecsOf } from './codecs.ts'

interface Sale {
  readonly eventId: string
  readonly occurredAt: number
  readonly kind: string
  readonly currency: string
  readonly totalMinor: number
  readonly latitude: number | null
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly weights: Readonly<Record<string, number>> | null
  readonly raw: Buffer | null
}

const sales: Topic<Sale> = {
  name: 'sales',
  kind: 'event',
  rank: 5,
  keyedBy: ['eventId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'Sale',
    namespace: 'test',
    id: 7,
    signedWhen: { kind: ['ADJUSTED'] },
    fields: [
      { name: 'eventId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'kind',
        type: { type: 'enum', name: 'Kind', symbols: ['PLACED', 'ADJUSTED', 'UNKNOWN'] },
      },
      { name: 'currency', type: 'string', pattern: '^[A-Z]{3}$' },
      { name: 'totalMinor', type: 'long', minimum: 0 },
      { name: 'latitude', type: ['null', 'double'], default: null, minimum: -90, maximum: 90 },
      {
        name: 'lines',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Line',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'quantity', type: 'int', minimum: 0 },
            ],
          },
        },
        default: [],
      },
      { name: 'weights', type: ['null', { type: 'map', values: 'double' }], default: null },
      { name: 'raw', type: ['null', 'bytes'], default: null },
    ],
  },
}

const sale: Sale = {
  eventId: 'e1',
  occurredAt: 1000,
  kind: 'PLACED',
  currency: 'EUR',
  totalMinor: 500,
  latitude: null,
  lines: [{ sku: 'a', quantity: 2 }],
  weights: null,
  raw: null,
}

const codecs = codecsOf(sales)
const decode = (value: unknown) => codecs.decodeJson(Buffer.from(JSON.stringify(value)))
const without = (field: keyof Sale) => ({ ...sale, [field]: undefined })

const failure = (run: () => unknown): MillraceError => {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof MillraceError) return thrown
    throw thrown
  }
  throw new Error('nothing was refused')
}

const refused: readonly [string, object, string, RegExp][] = [
  ['a misspelt field', { ...sale, ocurredAt: 1 }, 'UNKNOWN_FIELD', /ocurredAt is 1.*occurredAt\?/],
  ['snake case', { ...sale, total_minor: 1 }, 'UNKNOWN_FIELD', /did you mean totalMinor\?/],
  ['a strange field', { ...sale, zzz: 1 }, 'UNKNOWN_FIELD', /no field of the schema/],
  ['a missing field', without('currency'), 'MISSING_FIELD', /currency is missing/],
  ['null for what must be', { ...sale, currency: null }, 'WRONG_TYPE', /currency is null.*a text/],
  ['a text for a number', { ...sale, totalMinor: '5' }, 'WRONG_TYPE', /totalMinor is "5".*whole/],
  ['a fraction of a cent', { ...sale, totalMinor: 0.5 }, 'WRONG_TYPE', /totalMinor is 0.5/],
  ['a number beyond 2^53', { ...sale, totalMinor: 2 ** 60 }, 'WRONG_TYPE', /totalMinor is 115/],
  ['a long below -2^52', { ...sale, totalMinor: -(2 ** 52) - 1 }, 'WRONG_TYPE', /from -2\^52/],
  ['an int of 33 bits', { ...sale, lines: [{ sku: 'a', quantity: 2 ** 31 }] }, 'WRONG_TYPE', /32/],
  ['a wrong symbol', { ...sale, kind: 'PLACE' }, 'WRONG_ENUM', /kind is "PLACE".*mean PLACED\?/],
  [
    'a place inside a list',
    { ...sale, lines: [sale.lines[0], { sku: 'b', quantity: 'x' }] },
    'WRONG_TYPE',
    /lines\[1\]\.quantity is "x"/,
  ],
  [
    'a field missing inside',
    { ...sale, lines: [{ sku: 'b' }] },
    'MISSING_FIELD',
    /\[0\]\.quantity/,
  ],
  ['a list that is none', { ...sale, lines: {} }, 'WRONG_TYPE', /lines is an object.*an array/],
  ['a map with a text', { ...sale, weights: { x: 'y' } }, 'WRONG_TYPE', /weights\.x is "y"/],
  ['base64 that is none', { ...sale, raw: '***' }, 'WRONG_TYPE', /raw is .*base64/],
  ['a time without zone', { ...sale, occurredAt: '2026-01-31T12:00:00' }, 'WRONG_TYPE', /zone/],
  ['30 February', { ...sale, occurredAt: '2026-02-30T12:00:00Z' }, 'WRONG_TYPE', /occurredAt/],
  ['a day alone', { ...sale, occurredAt: '2026-01-31' }, 'WRONG_TYPE', /occurredAt/],
  ['a list for a record', [sale], 'WRONG_TYPE', /the record is an array of 1/],
]

test.each(refused)('JSON: %s is refused with field, value and what was expected', (...row) => {
  const [, value, code, message] = row
  const error = failure(() => decode(value))
  expect(error.code).toBe(code)
  expect(error.message).toMatch(/^sales: /)
  expect(error.message).toMatch(message)
})

test('text that is no JSON, no UTF-8 or has half a character is malformed', () => {
  const texts = ['', '{', '{"eventId":}', '[1,2', `{"eventId":"\\ud83d"}`].map(t => Buffer.from(t))
  for (const bytes of [...texts, Buffer.from([0x22, 0xff, 0x22])]) {
    expect(failure(() => codecs.decodeJson(bytes)).code).toBe('MALFORMED_JSON')
  }
  expect(decode({ ...sale, eventId: '😀\\ud83d' }).eventId).toBe('😀\\ud83d')
})

test('a long value is cut in the message', () => {
  const error = failure(() => decode({ ...sale, kind: 'x'.repeat(10_000) }))
  expect(error.message.length).toBeLessThan(300)
})

const instants: readonly [string, number][] = [
  ['1970-01-01T00:00:01Z', 1000],
  ['1970-01-01T01:00:01+01:00', 1000],
  ['1970-01-01T00:00Z', 0],
  ['1970-01-01T00:00:00.123456Z', 123],
  ['2024-02-29T00:00:00Z', 1_709_164_800_000],
]
test.each(instants)('the time %s is read', (text, instant) => {
  expect(decode({ ...sale, occurredAt: text }).occurredAt).toBe(instant)
})

test('what is absent is null or its default, and each record has lists of its own', () => {
  const bare = { eventId: 'e', occurredAt: 1, kind: 'PLACED', currency: 'EUR', totalMinor: 0 }
  const first = decode(bare)
  expect(first).toEqual({ ...bare, latitude: null, lines: [], weights: null, raw: null })
  expect(decode(bare).lines).not.toBe(first.lines)
})

test('canonical JSON has its fields in order, no nulls, sorted maps, one zero and short numbers', () => {
  const { eventId, ...rest } = { ...sale, weights: { b: 0.1 + 0.2, a: -0 }, lines: [] }
  expect(codecs.encodeJson({ ...rest, eventId })).toBe(
    '{"eventId":"e1","occurredAt":1000,"kind":"PLACED","currency":"EUR","totalMinor":500,' +
      '"lines":[],"weights":{"a":0,"b":0.30000000000000004}}',
  )
})

const unwritable: readonly [string, object, string, RegExp][] = [
  ['NaN', { ...sale, latitude: Number.NaN }, 'WRONG_TYPE', /latitude is NaN.*finite/],
  ['infinity', { ...sale, weights: { x: Infinity } }, 'WRONG_TYPE', /weights\.x is Infinity/],
  ['a missing field', without('currency'), 'MISSING_FIELD', /currency is missing/],
  ['a wrong symbol', { ...sale, kind: 'LOST' }, 'WRONG_ENUM', /kind is "LOST"/],
  ['a text for a number', { ...sale, totalMinor: '1' }, 'WRONG_TYPE', /totalMinor is "1"/],
  ['a wrong line', { ...sale, lines: [{ sku: 1, quantity: 1 }] }, 'WRONG_TYPE', /lines\[0\]\.sku/],
]
test.each(unwritable)(
  '%s is written neither as JSON nor as Avro',
  (_what, value, code, message) => {
    for (const encode of [codecs.encodeJson, codecs.encodeAvro]) {
      const error = failure(() => encode(value as Sale))
      expect(error.code).toBe(code)
      expect(error.message).toMatch(message)
    }
  },
)

test('a record larger than the buffer is written, and one beyond the bound is refused', () => {
  const large = { ...sale, eventId: 'x'.repeat(300_000) }
  expect(codecs.decodeAvro(codecs.encodeAvro(large))).toEqual(large)
  const tooLarge = { ...sale, raw: Buffer.alloc(RECORD_BYTES_MAX) }
  expect(failure(() => codecs.encodeAvro(tooLarge)).code).toBe('RECORD_TOO_LARGE')
})

test('written records do not share bytes with the next one', () => {
  const first = codecs.encodeAvro(sale)
  codecs.encodeAvro({ ...sale, eventId: 'another' })
  expect(codecs.decodeAvro(first)).toEqual(sale)
  expect(first.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 0, 7]))
})

test('bytes without frame, of an unknown schema, cut short or with a tail are refused', () => {
  const bytes = codecs.encodeAvro(sale)
  const other = Buffer.from(bytes)
  other.writeUInt32BE(8, 1)
  const code = (of: Buffer) => failure(() => codecs.decodeAvro(of)).code
  expect(code(other)).toBe('UNKNOWN_SCHEMA')
  expect(code(Buffer.from(JSON.stringify(sale)))).toBe('MALFORMED_AVRO')
  expect(code(Buffer.alloc(0))).toBe('MALFORMED_AVRO')
  expect(code(Buffer.concat([bytes, Buffer.from([0])]))).toBe('MALFORMED_AVRO')
  for (let end = 0; end < bytes.length; end++) {
    expect(code(bytes.subarray(0, end))).toBe('MALFORMED_AVRO')
  }
})

test('a list that says it has billions of items is refused at once, also where it is skipped', () => {
  const bytes = codecs.encodeAvro({ ...sale, lines: [] })
  const lines = bytes.length - 3
  const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f])
  const forged = Buffer.concat([bytes.subarray(0, lines), huge, bytes.subarray(lines)])
  for (const topic of [sales, read(sales, 'raw')]) {
    const { decodeAvro } = codecsOf(topic as Topic<unknown>)
    expect(failure(() => decodeAvro(forged)).code).toBe('MALFORMED_AVRO')
  }
})

const breaches: readonly [string, object, RegExp | null][] = [
  ['a good record', sale, null],
  ['a negative total', { ...sale, totalMinor: -1 }, /totalMinor is -1.*0 and above/],
  ['a negative total of a correction', { ...sale, kind: 'ADJUSTED', totalMinor: -1 }, null],
  [
    'a negative line',
    { ...sale, lines: [{ sku: 'a', quantity: -1 }] },
    /lines\[0\]\.quantity is -1/,
  ],
  [
    'a negative line of a correction',
    { ...sale, kind: 'ADJUSTED', lines: [{ sku: 'a', quantity: -1 }] },
    null,
  ],
  ['a currency in small letters', { ...sale, currency: 'eur' }, /currency is "eur".*\[A-Z\]/],
  ['a currency with more', { ...sale, currency: 'EURO' }, /currency is "EURO"/],
  ['a latitude beyond the pole', { ...sale, latitude: 90.5 }, /latitude is 90.5.*-90 and 90/],
  ['a correction beyond it', { ...sale, kind: 'ADJUSTED', latitude: -91 }, /latitude is -91/],
]
test.each(breaches)('the constraints judge %s', (_what, value, message) => {
  const breach = codecs.check(value as Sale)
  if (message === null) return expect(breach).toBeNull()
  expect(breach?.code).toBe('OUT_OF_RANGE')
  expect(breach?.message).toMatch(message)
})

test('a projection keeps what the engine needs and what has rules, whichever fields are asked for', () => {
  const projected = codecsOf(read(sales, 'totalMinor'))
  const decoded = projected.decodeAvro(codecs.encodeAvro({ ...sale, kind: 'ADJUSTED' }))
  expect(Object.keys(decoded)).toEqual([
    'eventId',
    'occurredAt',
    'kind',
    'currency',
    'totalMinor',
    'latitude',
    'lines',
  ])
  const judge = (record: Sale) => projected.check(projected.decodeAvro(codecs.encodeAvro(record)))
  expect(judge({ ...sale, totalMinor: -1 })?.code).toBe('OUT_OF_RANGE')
  expect(judge({ ...sale, kind: 'ADJUSTED', totalMinor: -1 })).toBeNull()
  expect(judge({ ...sale, currency: 'eur' })?.code).toBe('OUT_OF_RANGE')
  const bad = Buffer.from(JSON.stringify({ ...sale, lines: 1 }))
  expect(failure(() => projected.decodeJson(bad)).code).toBe('WRONG_TYPE')
})

test('the codecs of a topic are compiled once', () => {
  expect(codecsOf(sales)).toBe(codecs)
})
