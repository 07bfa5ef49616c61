/** What holds for every topic: its codecs read back what they wrote, and agree with each other. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AvroSchema } from './engine/form.ts'
import { avroDecoder, avroEncoder } from './engine/schema/avro-codec.ts'
import { codecsOf } from './engine/schema/codecs.ts'
import { jsonDecoder } from './engine/schema/json-decoder.ts'
import { type ParsedField, type ParsedType, parsedFields } from './engine/schema/parsed-type.ts'
import { LONG_MAX, LONG_MIN } from './engine/schema/whole-numbers.ts'
import type { AnyTopic } from './engine/topic.ts'
import { topicNamed, topics } from './events.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const key = text.filter(one => one !== '__proto__')
/** Canonical JSON has one zero. */
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)

const arbitraryOf = (type: ParsedType): fc.Arbitrary<unknown> => {
  switch (type.kind) {
    case 'nullable':
      return fc.option(arbitraryOf(type.of), { nil: null })
    case 'array':
      return fc.array(arbitraryOf(type.of), { maxLength: 4 })
    case 'map':
      return fc.dictionary(key, arbitraryOf(type.of), { maxKeys: 4, noNullPrototype: true })
    case 'record':
      return recordOf(type.fields)
    case 'enum':
      return fc.constantFrom(...type.symbols)
    case 'boolean':
      return fc.boolean()
    case 'int':
      return fc.integer()
    case 'long':
    case 'instant':
      return fc.oneof(fc.integer({ min: 0, max: 2e12 }), fc.maxSafeInteger().map(inLong))
    case 'double':
      return double
    case 'string':
      return text
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes))
  }
}

const inLong = (value: number): number => Math.min(LONG_MAX, Math.max(LONG_MIN, value))

const recordOf = (fields: readonly ParsedField[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(fields.map(field => [field.name, arbitraryOf(field.type)])), {
    noNullPrototype: true,
  })

const recordsOf = (topic: AnyTopic) => recordOf(parsedFields(topic.schema.fields))
const RUNS = { numRuns: 40 }
const each = topics.map(topic => [topic.name, topic] as const)

describe.each(each)('%s', (_name, topic) => {
  const codecs = codecsOf(topic)

  test('a record comes back from Avro as it was', () => {
    fc.assert(
      fc.property(recordsOf(topic), record => {
        expect(codecs.decodeAvro(codecs.encodeAvro(record))).toEqual(record)
      }),
      RUNS,
    )
  })

  test('a record comes back from JSON as it was, and is written the same again', () => {
    fc.assert(
      fc.property(recordsOf(topic), record => {
        const json = codecs.encodeJson(record)
        const again = codecs.decodeJson(Buffer.from(json))
        expect(again).toEqual(record)
        expect(Object.keys(again)).toEqual(topic.schema.fields.map(field => field.name))
        expect(codecs.encodeJson(again)).toBe(json)
      }),
      RUNS,
    )
  })

  test('canonical JSON is that of JSON.stringify with sorted maps and without nulls', () => {
    fc.assert(
      fc.property(recordsOf(topic), record => {
        expect(codecs.encodeJson(record)).toBe(plainJson(topic, record))
      }),
      RUNS,
    )
  })

  test('a projection gives the same fields from Avro, from JSON and from the whole record', () => {
    const names = topic.schema.fields.map(field => field.name)
    const subsets = fc.subarray(names).map(fields => ({ ...topic, fields }))
    fc.assert(
      fc.property(subsets, recordsOf(topic), (projected, record) => {
        const fromAvro = avroDecoder(projected)(codecs.encodeAvro(record)) as object
        const fromJson = jsonDecoder(projected)(Buffer.from(codecs.encodeJson(record)))
        expect(fromAvro).toEqual(fromJson)
        expect(Object.keys(fromAvro)).toEqual(Object.keys(fromJson as object))
        expect(record).toMatchObject(fromJson as object)
        expect(Object.keys(fromJson as object)).toEqual(expect.arrayContaining(projected.fields))
      }),
      { numRuns: 15 },
    )
  })

  test('bytes that were damaged give a clear error or another record, and never a crash', () => {
    const damaged = fc.tuple(recordsOf(topic), fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(damaged, ([record, place, byte]) => {
        const bytes = codecs.encodeAvro(record)
        bytes[5 + (place % (bytes.length - 5))] = byte
        const end = 5 + (byte % (bytes.length - 5))
        for (const one of [bytes, bytes.subarray(0, end)]) {
          expect(outcome(() => codecs.decodeAvro(one))).toMatch(/^read|MALFORMED_AVRO$/)
        }
      }),
      RUNS,
    )
  })
})

const outcome = (run: () => unknown): string => {
  try {
    run()
    return 'read'
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

/** The oracle: slow, and plainly what the contract says. */
const plainJson = (topic: AnyTopic, record: Record<string, unknown>): string => {
  const ofType = (type: ParsedType, value: unknown): unknown => {
    if (type.kind === 'nullable') return value === null ? undefined : ofType(type.of, value)
    if (type.kind === 'bytes') return (value as Buffer).toString('base64')
    if (type.kind === 'array') return (value as unknown[]).map(item => ofType(type.of, item))
    if (type.kind === 'record') return ofFields(type.fields, value as Record<string, unknown>)
    return type.kind === 'map' ? new Map(Object.entries(value as object)) : value
  }
  const ofFields = (fields: readonly ParsedField[], value: Record<string, unknown>) =>
    Object.fromEntries(fields.map(field => [field.name, ofType(field.type, value[field.name])]))
  // A plain object would put keys that look like numbers first.
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const entries = value instanceof Map ? [...value].sort(byKey) : Object.entries(value)
    const kept = entries.filter(([, item]) => item !== undefined)
    return `{${kept.map(([name, item]) => `${JSON.stringify(name)}:${text(item)}`).join(',')}}`
  }
  return text(ofFields(parsedFields(topic.schema.fields), record))
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

test('topics are found by name, have ranks in order and ids of their own', () => {
  expect(topics).toHaveLength(37)
  for (const topic of topics) expect(topicNamed(topic.name)).toBe(topic)
  expect(topicNamed('order')).toBeUndefined()
  expect(topics.map(topic => topic.rank)).toEqual(topics.map((_, rank) => rank))
  expect(new Set(topics.map(topic => topic.schema.id)).size).toBe(37)
})

test('a record of a former schema is read: what it lacks is null, an unknown symbol is UNKNOWN', () => {
  const orders = topicNamed('orders')!
  const former: AnyTopic = {
    ...orders,
    schema: {
      ...orders.schema,
      id: 900,
      fields: [
        { name: 'eventId', type: 'string' },
        { name: 'occurredAt', type: 'long' },
        { name: 'orderId', type: 'string' },
        { name: 'type', type: { type: 'enum', name: 'OrderType', symbols: ['PLACED', 'LOST'] } },
        { name: 'currency', type: 'string' },
        { name: 'totalMinor', type: 'int' },
      ],
    },
  }
  const writers = (id: number) =>
    id === 900 ? (former.schema as unknown as AvroSchema) : undefined
  const bytes = avroEncoder(former)({
    eventId: 'e',
    occurredAt: 5,
    orderId: 'o',
    type: 'LOST',
    currency: 'EUR',
    totalMinor: 7,
  })
  const read = avroDecoder(orders, writers)(bytes)
  expect(read).toMatchObject({ totalMinor: 7, type: 'UNKNOWN', userId: null, lines: [] })
  expect(outcome(() => avroDecoder(orders)(bytes))).toBe('UNKNOWN_SCHEMA')
})
