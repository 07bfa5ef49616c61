/** For tests: records of any topic that keep its rules, with the values that are hard on a format. */
import fc from 'fast-check'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import {
  type ParsedField,
  type ParsedType,
  parsedFields,
} from '../../../engine/schema/parsed-type.ts'
import { LONG_MAX, LONG_MIN } from '../../../engine/schema/whole-numbers.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { clickstream } from '../../../events.ts'

export type AnyRecord = Record<string, unknown>

/** With what no topic has yet: lists and maps that may be null. */
export const topicOfLists: AnyTopic = {
  ...clickstream,
  name: 'lists',
  schema: {
    type: 'record',
    name: 'Lists',
    namespace: 'test',
    id: 902,
    fields: [
      { name: 'texts', type: ['null', { type: 'array', items: 'string' }] },
      { name: 'weights', type: ['null', { type: 'map', values: 'double' }] },
      { name: 'numbers', type: { type: 'array', items: ['null', 'long'] } },
    ].map(field => ({ ...field, doc: `The ${field.name}.` })),
  },
}

/** Records that the engine takes. */
export const anyRecord = (topic: AnyTopic): fc.Arbitrary<AnyRecord> => {
  const { check } = codecsOf<AnyRecord>(topic)
  const keepingRules = parsedFields(topic.schema.fields)
  return fc
    .record(Object.fromEntries(keepingRules.map(field => [field.name, ofField(field)])), {
      noNullPrototype: true,
    })
    .filter(record => check(record) === null)
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    '',
    '\0',
    '\t\\N\n',
    "'",
    'ї',
    '😀',
    'a'.repeat(63),
    'a'.repeat(64),
    'é'.repeat(90),
  ),
)
const key = text.filter(one => one !== '__proto__')

const ofField = (field: ParsedField): fc.Arbitrary<unknown> => {
  const { type, minimum, maximum, pattern } = field
  if (type.kind === 'nullable')
    return fc.option(ofField({ ...field, type: type.of }), { nil: null })
  if (pattern === '[^]+') return text.filter(one => one !== '')
  if (pattern !== undefined) return fc.stringMatching(new RegExp(`^(?:${pattern})$`))
  if (minimum === undefined && maximum === undefined) return ofType(type)
  const bounds = { min: minimum ?? -1000, max: maximum ?? 1_000_000 }
  return type.kind === 'double' ? fc.double({ ...bounds, noNaN: true }) : fc.integer(bounds)
}

const ofType = (type: ParsedType): fc.Arbitrary<unknown> => {
  switch (type.kind) {
    case 'nullable':
      return fc.option(ofType(type.of), { nil: null })
    case 'array':
      return fc.oneof(fc.array(ofType(type.of), { maxLength: 4 }), long(type.of))
    case 'map':
      return fc.dictionary(key, ofType(type.of), { maxKeys: 5, noNullPrototype: true })
    case 'record':
      return fc.record(Object.fromEntries(type.fields.map(field => [field.name, ofField(field)])), {
        noNullPrototype: true,
      })
    case 'enum':
      return fc.constantFrom(...type.symbols)
    case 'boolean':
      return fc.boolean()
    case 'int':
      return fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1))
    case 'long':
      return fc.oneof(
        fc.integer(),
        fc.maxSafeInteger().map(inLong),
        fc.constantFrom(LONG_MIN, LONG_MAX),
      )
    case 'instant':
      return fc.oneof(fc.integer({ min: FIRST, max: LAST }), fc.constantFrom(FIRST, -1, 0, LAST))
    case 'double':
      return fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(-0, Number.MIN_VALUE, Number.MAX_VALUE),
      )
    case 'string':
      return text
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes))
  }
}

/** Longer than the length that one byte of a varint holds. */
const long = (type: ParsedType): fc.Arbitrary<unknown> =>
  ofType(type).map(item => Array.from({ length: 130 }, () => item))

const inLong = (value: number): number => Math.min(LONG_MAX, Math.max(LONG_MIN, value))
const FIRST = Date.UTC(1900, 0, 1)
const LAST = Date.UTC(2300, 0, 1) - 1
