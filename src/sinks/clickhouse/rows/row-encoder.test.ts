/** What a row's bytes are, read by a plain reader of RowBinary that knows the types of the columns. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { avroEncoder } from '../../../engine/schema/avro-codec.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { type ParsedType, parsedFields } from '../../../engine/schema/parsed-type.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { clickstream, topicNamed, topics } from '../../../events.ts'
import { type AnyRecord, anyRecord, topicOfLists } from './any-record.ts'
import { columnsOf, tableNameOf } from './columns.ts'
import { RowBuffer } from './row-buffer.ts'
import { rowEncoderOf } from './row-encoder.ts'

const RUNS = { numRuns: 30 }
const AT = { partition: 3, offset: 2 ** 40 + 5, timestampMs: 1_770_000_000_123 }
const each = [...topics, topicOfLists].map(topic => [topic.name, topic] as const)

/** A plain reader: slow, and by nothing but the names of the types. */
class PlainReader {
  readonly bytes: Buffer
  at = 0
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new Error('the bytes end within a length')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  /** Texts come with a letter for each byte. */
  value(type: string): unknown {
    const [, outer, inner] = /^(\w+)(?:\((.*)\))?$/.exec(type)!
    switch (outer) {
      case 'String':
        return this.text(this.varint())
      case 'UInt8':
      case 'Bool':
        return this.bytes[this.at++] === 1
      case 'UInt32':
        return this.bytes.readUInt32LE(this.skip(4))
      case 'Int32':
        return this.bytes.readInt32LE(this.skip(4))
      case 'Int64':
      case 'UInt64':
      case 'DateTime64':
        return Number(this.bytes.readBigInt64LE(this.skip(8)))
      case 'Float64':
        return this.bytes.readDoubleLE(this.skip(8))
      case 'LowCardinality':
        return this.value(inner!)
      case 'Nullable':
        return this.bytes[this.at++] === 1 ? null : this.value(inner!)
      case 'Array':
        return Array.from({ length: this.varint() }, () => this.value(inner!))
      case 'Map':
        return Array.from({ length: this.varint() }, () =>
          parts(inner!).map(one => this.value(one)),
        )
      case 'Tuple':
        return parts(inner!).map(one => this.value(one.slice(one.indexOf(' ') + 1)))
      default:
        throw new Error(`no type ${type}`)
    }
  }
  text(length: number): string {
    return this.bytes.toString('latin1', this.skip(length), this.at)
  }
  skip(count: number): number {
    this.at += count
    return this.at - count
  }
}

/** `A(b, c), D` is `A(b, c)` and `D`. */
const parts = (list: string): string[] => {
  const found = ['']
  let depth = 0
  for (const letter of list) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0
    if (letter === ',' && depth === 0) found.push('')
    else found[found.length - 1] += letter
  }
  return found.map(one => one.trim())
}

const rowsOf = (topic: AnyTopic, bytes: Buffer): AnyRecord[] => {
  const reader = new PlainReader(bytes)
  const rows: AnyRecord[] = []
  while (reader.at < bytes.length) {
    rows.push(
      Object.fromEntries(columnsOf(topic).map(({ name, type }) => [name, reader.value(type)])),
    )
  }
  expect(reader.at).toBe(bytes.length)
  return rows
}

const expectedRow = (topic: AnyTopic, record: AnyRecord): AnyRecord => {
  const row: AnyRecord = {}
  for (const { name, type } of parsedFields(topic.schema.fields)) {
    const value = record[name]
    const listed = type.kind === 'nullable' && (type.of.kind === 'array' || type.of.kind === 'map')
    row[name] = listed && value === null ? [] : expectedValue(type, value)
    if (listed) row[`${name}_known`] = value !== null
  }
  const { partition, offset, timestampMs } = AT
  return {
    ...row,
    _topic: topic.name,
    _partition: partition,
    _offset: offset,
    _emitted_at: timestampMs,
  }
}

/** A letter for each byte. */
const letters = (text: string): string => Buffer.from(text).toString('latin1')

const expectedValue = (type: ParsedType, value: unknown): unknown => {
  if (value === null) return null
  if (type.kind === 'nullable') return expectedValue(type.of, value)
  if (type.kind === 'array') return (value as unknown[]).map(one => expectedValue(type.of, one))
  if (type.kind === 'map') {
    return Object.entries(value as object).map(([key, one]) => [
      letters(key),
      expectedValue(type.of, one),
    ])
  }
  if (type.kind === 'record') {
    return type.fields.map(field => expectedValue(field.type, (value as AnyRecord)[field.name]))
  }
  if (typeof value === 'string') return letters(value)
  return Buffer.isBuffer(value) ? value.toString('latin1') : value
}

describe.each(each)('%s', (_name, topic) => {
  const codecs = codecsOf<AnyRecord>(topic)
  const encoder = rowEncoderOf(topic)

  test('a row has the values of its record, from Avro and from JSON', () => {
    const rows = new RowBuffer()
    fc.assert(
      fc.property(anyRecord(topic), record => {
        rows.reset()
        const json = Buffer.from(codecs.encodeJson(record))
        expect(encoder.append(rows, codecs.encodeAvro(record), AT)).toBe(null)
        expect(encoder.append(rows, json, AT)).toBe(null)
        const fromJson = codecs.decodeJson(json)
        expect(rows.rows).toBe(2)
        expect(rowsOf(topic, rows.bytes())).toEqual([
          expectedRow(topic, record),
          expectedRow(topic, fromJson),
        ])
      }),
      RUNS,
    )
  })

  test('bytes that were damaged are a row as the engine reads them, or leave nothing behind', () => {
    const damaged = fc.tuple(anyRecord(topic), fc.nat(), fc.integer({ min: 0, max: 255 }))
    const rows = new RowBuffer()
    fc.assert(
      fc.property(damaged, ([record, place, byte]) => {
        const bytes = codecs.encodeAvro(record)
        const cut = bytes.subarray(0, 5 + (place % (bytes.length - 5)))
        bytes[5 + (place % (bytes.length - 5))] = byte
        for (const one of [bytes, cut]) {
          rows.reset()
          const refused = encoder.append(rows, one, AT)
          const judged = judgement(topic, one)
          expect(refused?.code ?? null).toBe(judged.code)
          expect(rows.rows).toBe(refused === null ? 1 : 0)
          const read = rowsOf(topic, rows.bytes())
          expect(read).toEqual(judged.record === null ? [] : [expectedRow(topic, judged.record)])
        }
      }),
      RUNS,
    )
  })

  test('the names of the columns are those of the table', () => {
    const columns = columnsOf(topic)
    expect(encoder.columns).toEqual(columns.map(column => column.name))
    for (const column of columns) expect(column.doc, column.name).not.toBe('')
  })
})

/** What the engine makes of a record, and then whether its moments fit into columns. */
const judgement = (topic: AnyTopic, bytes: Buffer) => {
  const { decodeAvro, check } = codecsOf<AnyRecord>(topic)
  try {
    const record = decodeAvro(bytes)
    const breach = check(record)
    if (breach !== null) return { code: breach.code, record: null }
    return fitsIntoColumns(topic, record)
      ? { code: null, record }
      : { code: 'ROW_REFUSED', record: null }
  } catch (thrown) {
    return { code: (thrown as { code: string }).code, record: null }
  }
}

const fitsIntoColumns = (topic: AnyTopic, record: AnyRecord): boolean => {
  const fits = (type: ParsedType, value: unknown): boolean => {
    if (value === null) return true
    switch (type.kind) {
      case 'instant':
        return (value as number) >= -2208988800000 && (value as number) < 10413792000000
      case 'int':
        return (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31
      case 'nullable':
        return fits(type.of, value)
      case 'array':
      case 'map':
        return Object.values(value as object).every(one => fits(type.of, one))
      case 'record':
        return type.fields.every(({ name, type: of }) => fits(of, (value as AnyRecord)[name]))
      default:
        return true
    }
  }
  return fits({ kind: 'record', fields: parsedFields(topic.schema.fields) }, record)
}

const clicks = codecsOf<AnyRecord>(clickstream as AnyTopic)
const click: AnyRecord = fc.sample(anyRecord(clickstream), { seed: 1, numRuns: 1 })[0]!

describe('a record that cannot be a row', () => {
  const rows = new RowBuffer()
  const encoder = rowEncoderOf(clickstream)
  const append = (bytes: Buffer, timestampMs = AT.timestampMs) =>
    encoder.append(rows, bytes, { ...AT, timestampMs })

  test.each([
    ['before 1900', Date.UTC(1900, 0, 1) - 1],
    ['after 2299', Date.UTC(2300, 0, 1)],
  ])('a moment %s is refused with the name of its field, whole rows stay', (_when, occurredAt) => {
    rows.reset()
    expect(append(clicks.encodeAvro(click))).toBe(null)
    const before = Buffer.from(rows.bytes())
    const refused = append(clicks.encodeAvro({ ...click, occurredAt }))
    expect(refused?.code).toBe('ROW_REFUSED')
    expect(refused?.message).toMatch(/^clickstream: occurredAt is -?\d+, but must be a moment from/)
    expect(rows.rows).toBe(1)
    expect(rows.bytes()).toEqual(before)
  })

  test('neither is one that the log took in at such a moment', () => {
    const refused = append(clicks.encodeAvro(click), Date.UTC(2300, 0, 1))
    expect(refused?.message).toMatch(/_emitted_at/)
  })

  test.each([
    ['broken JSON', Buffer.from('{'), 'MALFORMED_JSON'],
    ['a field too many', Buffer.from('{"color":"red"}'), 'UNKNOWN_FIELD'],
    ['the frame of nobody', Buffer.from([0, 0, 0, 9, 9, 1]), 'UNKNOWN_SCHEMA'],
    ['half a record', clicks.encodeAvro(click).subarray(0, 12), 'MALFORMED_AVRO'],
  ])('%s says so by its code', (_what, bytes, code) => {
    expect(append(bytes)?.code).toBe(code)
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('the number %s is no value of a row', value => {
  const topic = topicNamed('model-parameters')!
  const model = { modelId: 'm', version: 1, occurredAt: 0, effectiveAt: null, trainedThrough: null }
  const bytes = codecsOf<AnyRecord>(topic).encodeAvro({ ...model, parameters: { w: 1 } })
  bytes.writeDoubleLE(value, bytes.length - 9)
  expect(rowEncoderOf(topic).append(new RowBuffer(), bytes, AT)?.code).toBe('MALFORMED_AVRO')
})

test('a whole number of 33 bits, which Avro lets pass, is refused', () => {
  const bytes = codecsOf<AnyRecord>(rows33).encodeAvro({ occurredAt: 0, count: 2 ** 31 })
  const narrow = { ...rows33, schema: { ...rows33.schema, fields: fieldsWith('int') } }
  const refused = rowEncoderOf(narrow).append(new RowBuffer(), bytes, AT)
  expect(refused?.code).toBe('ROW_REFUSED')
  expect(refused?.message).toMatch(/count is 2147483648, but must be a whole number of 32 bits/)
})

const fieldsWith = (type: string) => [
  { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
  { name: 'count', type },
]

const rows33: AnyTopic = {
  ...clickstream,
  name: 'counts',
  schema: { type: 'record', name: 'Count', namespace: 't', id: 901, fields: fieldsWith('long') },
}

test('a record of a retired schema is a row of the present table', () => {
  const former: AnyTopic = {
    ...clickstream,
    schema: { ...clickstream.schema, id: 900, fields: clickstream.schema.fields.slice(0, 6) },
  }
  const writers = (id: number) => (id === 900 ? (former.schema as never) : undefined)
  const bytes = avroEncoder(former)(click)
  const rows = new RowBuffer()
  const read = codecsOf<AnyRecord>(clickstream as AnyTopic, writers).decodeAvro(bytes)
  expect(rowEncoderOf(clickstream, writers).append(rows, bytes, AT)).toBe(null)
  expect(rowsOf(clickstream, rows.bytes())).toEqual([expectedRow(clickstream, read)])
})

test('tables are named as their topics, with letters that need no quotes', () => {
  expect(tableNameOf(topicNamed('fraud-scores')!)).toBe('fraud_scores')
})
