/**
 * What producers write is not always what this program was built with: other schemas, JSON for Avro,
 * bytes that nobody can read. Through pipelines, and into rows.
 */
import { describe, expect, test } from 'vitest'
import { formatOf } from '../engine/arrival.ts'
import type { AvroSchema } from '../engine/form.ts'
import { avroEncoder } from '../engine/schema/avro-codec.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { TopicFormat } from '../engine/schema/topic-format.ts'
import type { AnyTopic, FieldSchema } from '../engine/topic.ts'
import { orders } from '../events.ts'
import { arrivalOf, REDRIVEN_FOR } from '../logs/stored-arrival.ts'
import { RowBuffer } from '../sinks/clickhouse/rows/row-buffer.ts'
import { rowEncoderOf } from '../sinks/clickhouse/rows/row-encoder.ts'
import { type Harness, harness } from './harness.ts'
import { counting, order } from './sample-pipelines.ts'

const AT = { partition: 0, offset: 7, timestampMs: 1_000 }
const { decodeJson, encodeAvro } = codecsOf<object>(orders as AnyTopic)
const json = Buffer.from(JSON.stringify(order('e1', 1_000, 'u1')))
const whole = decodeJson(json)

const variant = (id: number, change: (field: FieldSchema) => readonly FieldSchema[]): AnyTopic => ({
  ...orders,
  schema: { ...orders.schema, id, fields: orders.schema.fields.flatMap(change) },
})

const OLDER = variant(901, field => (field.name === 'channel' ? [] : [field]))
const NEWER = variant(902, field => {
  if (field.name !== 'type') return [field]
  const type = field.type as unknown as { readonly symbols: readonly string[] }
  const more = { ...type, type: 'enum', symbols: [...type.symbols, 'SPLIT'] } as AvroSchema
  return [
    { ...field, type: more },
    { name: 'giftNote', type: ['null', 'string'], default: null },
  ]
})
const UNLIKE = variant(903, field =>
  field.name === 'totalMinor' ? [{ name: 'totalMinor', type: 'string' }] : [field],
)

const producers = new Map([OLDER, NEWER, UNLIKE].map(topic => [topic.schema.id, topic.schema]))
const writers = (id: number): AvroSchema | undefined =>
  producers.get(id) as unknown as AvroSchema | undefined

const taken = (value: Buffer): Harness => {
  const mill = harness([counting], { writers })
  mill.sendBytes('orders', value, { format: formatOf(value) })
  return mill
}

/** All that comes of it, up to the end of time. */
const outcomeOf = (value: Buffer) => {
  const mill = taken(value)
  mill.finish(true)
  return mill.outputs.map(({ topic, record }) => [topic.name, record])
}

const rowOf = (value: Buffer, format?: TopicFormat) => {
  const rows = new RowBuffer()
  const failure = rowEncoderOf(orders as AnyTopic, writers, format).append(rows, value, AT)
  return failure ?? rows.bytes()
}

describe('a record of another schema', () => {
  test('older than ours, is the same event and the same row', () => {
    const value = avroEncoder<object>(OLDER)(whole)
    expect(outcomeOf(value)).toEqual(outcomeOf(json))
    expect(outcomeOf(value)).not.toEqual([])
    expect(rowOf(value)).toEqual(rowOf(json))
  })

  test('newer than ours, is the event without what is new', () => {
    const value = avroEncoder<object>(NEWER)({ ...whole, giftNote: 'for you' })
    expect(outcomeOf(value)).toEqual(outcomeOf(json))
    expect(rowOf(value)).toEqual(rowOf(json))
  })

  test('with a kind that we do not know, is UNKNOWN and no dead letter', () => {
    const value = avroEncoder<object>(NEWER)({ ...whole, type: 'SPLIT', giftNote: null })
    expect(taken(value).dead).toEqual([])
    expect(rowOf(value)).toEqual(rowOf(encodeAvro({ ...whole, type: 'UNKNOWN' })))
  })

  test('that cannot be ours, is a dead letter that says why, and no row', () => {
    const value = avroEncoder<object>(UNLIKE)({ ...whole, totalMinor: '500' })
    const [letter, ...more] = taken(value).dead
    expect(more).toEqual([])
    expect(letter).toMatchObject({ errorCode: 'UNKNOWN_SCHEMA', stage: 'DECODE', schemaId: 903 })
    expect(letter!.error).toMatch(/orders: records of schema 903 cannot be read as Order: .*string/)
    expect(rowOf(value)).toMatchObject({ code: 'UNKNOWN_SCHEMA' })
  })

  test('that nobody knows, is a dead letter with its id and bytes', () => {
    const value = avroEncoder<object>(orders as AnyTopic, 4_711)(whole)
    const [letter] = taken(value).dead
    expect(letter).toMatchObject({ errorCode: 'UNKNOWN_SCHEMA', schemaId: 4_711, payload: value })
    expect(letter!.error).toMatch(/orders: nobody knows schema 4711/)
  })
})

describe('what a topic is said to hold', () => {
  const avro = encodeAvro(whole)
  const letterOf = (value: Buffer, format?: TopicFormat, headers = {}) => {
    const mill = harness([counting])
    const stored = { offset: 0, timestampMs: 1_000, key: null, value, headers }
    const { application } = mill
    const arrival = arrivalOf(application, { topic: 'orders', partition: 0 }, stored, format)
    application.take(arrival)
    mill.commit()
    return mill.dead.map(({ errorCode, schemaId }) => [errorCode, schemaId])
  }

  test.each<[string, Buffer, TopicFormat | undefined, unknown[]]>([
    ['JSON where nothing is said', json, undefined, []],
    ['Avro where nothing is said', avro, undefined, []],
    ['JSON where it is told by the record', json, 'auto', []],
    ['Avro where it is told by the record', avro, 'auto', []],
    ['JSON where it is Avro', json, 'avro', [['MALFORMED_AVRO', null]]],
    ['Avro where it is Avro', avro, 'avro', []],
    ['JSON where it is JSON', json, 'json', []],
    ['Avro where it is JSON', avro, 'json', [['MALFORMED_JSON', null]]],
  ])('%s', (_, value, format, dead) => {
    expect(letterOf(value, format)).toEqual(dead)
    const row = rowOf(value, format)
    expect(Buffer.isBuffer(row)).toBe(dead.length === 0)
  })

  test('does not bind a record that was redriven, which is written anew', () => {
    expect(letterOf(avro, 'json', { [REDRIVEN_FOR]: 'counting' })).toEqual([])
  })
})
