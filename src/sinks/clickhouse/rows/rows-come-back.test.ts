/** That ClickHouse reads our rows as we mean them: what a query answers is what the record said. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { type ParsedType, parsedFields } from '../../../engine/schema/parsed-type.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { topicNamed, topics } from '../../../events.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clientOf } from '../client.ts'
import { checkColumns } from '../schema/table-columns.ts'
import { clickHouseDestination } from '../storing/insert.ts'
import { type AnyRecord, anyRecord, topicOfLists } from './any-record.ts'
import { columnsOf } from './columns.ts'
import { RowBuffer } from './row-buffer.ts'
import { rowEncoderOf } from './row-encoder.ts'

const each = [...topics, topicOfLists].map(topic => [topic.name, topic] as const)
const PARTITION = 7
const AT_MS = Date.UTC(2026, 0, 31, 12, 30, 15, 250)

let clickHouse: ClickHouseForTests
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await clickHouseForTests()
  client = clientOf(clickHouse.address)
})

afterAll(async () => {
  await client?.close()
  await clickHouse?.stop()
})

const createTable = async (topic: AnyTopic, table: string): Promise<void> => {
  const columns = columnsOf(topic).map(({ name, type }) => `\`${name}\` ${type}`)
  await client.command({
    query: `CREATE TABLE ${table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY _offset`,
  })
}

const insert = async (topic: AnyTopic, records: readonly AnyRecord[]): Promise<void> => {
  const rows = new RowBuffer()
  const encoder = rowEncoderOf(topic)
  records.forEach((record, offset) => {
    const value = codecsOf<AnyRecord>(topic).encodeAvro(record)
    const at = { partition: PARTITION, offset, timestampMs: AT_MS }
    expect(encoder.append(rows, value, at)).toBe(null)
  })
  const { table, columns } = encoder
  const [bytes, signal] = [rows.bytes(), new AbortController().signal]
  const batch = { table, columns, bytes, rows: rows.rows, token: table, signal }
  await clickHouseDestination(client, clickHouse.address.database).insert(batch)
}

/** Bytes are asked for as hexadecimal digits: JSON has no word for them. */
const select = async (topic: AnyTopic): Promise<unknown[]> => {
  const { table } = rowEncoderOf(topic)
  const fields = parsedFields(topic.schema.fields)
  const bytes = new Set(fields.filter(({ type }) => type.kind === 'bytes').map(({ name }) => name))
  const names = columnsOf(topic).map(({ name }) =>
    bytes.has(name) ? `hex(${name}) AS ${name}_` : name,
  )
  const answer = await client.query({
    query: `SELECT ${names.join(', ')} FROM ${table} ORDER BY _offset`,
    format: 'JSONEachRow',
  })
  return answer.json()
}

const expectedAnswer = (topic: AnyTopic, record: AnyRecord, offset: number): AnyRecord => {
  const row: AnyRecord = {}
  for (const { name, type } of parsedFields(topic.schema.fields)) {
    const listed = type.kind === 'nullable' && (type.of.kind === 'array' || type.of.kind === 'map')
    const value = record[name]
    row[type.kind === 'bytes' ? `${name}_` : name] =
      listed && value === null ? empty(type) : said(type, value)
    if (listed) row[`${name}_known`] = value !== null
  }
  return {
    ...row,
    _topic: topic.name,
    _partition: PARTITION,
    _offset: String(offset),
    _emitted_at: '2026-01-31 12:30:15.250',
  }
}

const empty = (type: ParsedType): unknown =>
  type.kind === 'nullable' && type.of.kind === 'map' ? {} : []

/** A value as ClickHouse writes it in JSON. */
const said = (type: ParsedType, value: unknown): unknown => {
  if (value === null) return null
  switch (type.kind) {
    case 'nullable':
      return said(type.of, value)
    case 'long':
      return String(value)
    case 'instant':
      return new Date(value as number).toISOString().replace('T', ' ').replace('Z', '')
    case 'bytes':
      return (value as Buffer).toString('hex').toUpperCase()
    case 'array':
      return (value as unknown[]).map(item => said(type.of, item))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, said(type.of, item)]),
      )
    case 'record':
      return Object.fromEntries(
        type.fields.map(({ name, type: of }) => [name, said(of, (value as AnyRecord)[name])]),
      )
    default:
      return value
  }
}

test.each(each)('what was on %s comes back from its table', async (_name, topic) => {
  const records = fc.sample(anyRecord(topic), { numRuns: 50, seed: 20 })
  await createTable(topic, rowEncoderOf(topic).table)
  await checkColumns(client, clickHouse.address.database, topic)
  await insert(topic, records)
  expect(await select(topic)).toEqual(
    records.map((record, offset) => expectedAnswer(topic, record, offset)),
  )
})

test('a map with 10,000 weights comes back', async () => {
  const topic: AnyTopic = { ...topicNamed('model-parameters')!, name: 'big-maps' }
  const weights = Array.from({ length: 10_000 }, (_, index) => [`w${index}`, index / 7 - 700])
  const [model] = fc.sample(anyRecord(topic), { numRuns: 1, seed: 3 })
  const record = { ...model, parameters: Object.fromEntries(weights) }
  await createTable(topic, 'big_maps')
  await insert(topic, [record])
  expect(await select(topic)).toEqual([expectedAnswer(topic, record, 0)])
})

test('a table with a column of another type is refused, and so is none at all', async () => {
  const topic: AnyTopic = { ...topicNamed('prices')!, name: 'odd-prices' }
  const { database } = clickHouse.address
  const check = () => checkColumns(client, database, topic)
  await expect(check()).rejects.toThrow(/There is no table/)
  await createTable(topic, 'odd_prices')
  await check()
  await client.command({ query: 'ALTER TABLE odd_prices MODIFY COLUMN policyPriceMinor Int32' })
  await expect(check()).rejects.toThrow(/odd_prices.policyPriceMinor must be Int64, and is Int32/)
})
