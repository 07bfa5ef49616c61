/** A rollup that does not hold what its tables make is named, with some of the rows. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { topics } from '../../../events.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clientOf } from '../client.ts'
import { type AnyRecord, anyRecord } from '../rows/any-record.ts'
import { RowBuffer } from '../rows/row-buffer.ts'
import { rowEncoderOf } from '../rows/row-encoder.ts'
import { migrate } from '../schema/migrations.ts'
import { clickHouseDestination } from '../storing/insert.ts'
import { type RollupProof, reconcileRollups } from './reconcile-rollups.ts'

let clickHouse: ClickHouseForTests
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await clickHouseForTests()
  client = clientOf(clickHouse.address)
  await migrate(clickHouse.address)
  for (const topic of topics) await store(topic)
})

afterAll(async () => {
  await client?.close()
  await clickHouse?.stop()
})

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 0, 5)

/** Records of few subjects and a few hours, so that states merge; in two inserts. */
const store = async (topic: AnyTopic): Promise<void> => {
  const records = fc.sample(anyRecord(topic), { numRuns: 20, seed: 8 })
  const encoder = rowEncoderOf(topic)
  for (const part of [0, 1]) {
    const rows = new RowBuffer()
    records.forEach((record, offset) => {
      if (offset % 2 !== part) return
      const timestampMs = START_MS + (offset % 5) * HOUR_MS
      const value = codecsOf<AnyRecord>(topic).encodeAvro(ofFew(record, offset))
      expect(encoder.append(rows, value, { partition: 0, offset, timestampMs })).toBe(null)
    })
    await insert(encoder.table, encoder.columns, rows, `${topic.name}-${part}`)
  }
}

const ofFew = (record: AnyRecord, offset: number): AnyRecord => {
  const subject = `s${offset % 3}`
  const few = {
    occurredAt: START_MS + (offset % 7) * HOUR_MS,
    subjectId: subject,
    sku: subject,
    shipmentId: subject,
    score: (offset % 10) / 10,
    totalMinor: (offset % 10) * 250,
  }
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      // A list of subjects is no subject.
      const one = Array.isArray(value) ? undefined : few[name as keyof typeof few]
      return [name, one ?? value]
    }),
  )
}

const insert = (table: string, columns: readonly string[], rows: RowBuffer, token: string) =>
  clickHouseDestination(client, clickHouse.address.database).insert({
    table,
    columns,
    bytes: rows.bytes(),
    rows: rows.rows,
    token,
    signal: new AbortController().signal,
  })

const byHand = (query: string): Promise<unknown> =>
  client.command({ query, clickhouse_settings: { mutations_sync: '2' } })

const reconcile = () => reconcileRollups(client, clickHouse.address.database)

test('rollups that hold what their tables make pass, and none is empty', async () => {
  const proofs = await reconcile()
  expect(proofs.map(({ rollup }) => rollup)).toEqual(
    expect.arrayContaining(['orders_per_minute', 'fraud_per_hour', 'segments_now', 'freshness']),
  )
  for (const { rollup, rows, differences, examples } of proofs) {
    expect({ rollup, differences, examples }).toEqual({ rollup, differences: 0, examples: [] })
    expect(rows, rollup).toBeGreaterThan(0)
  }
})

/** What is found of a rollup that was well before something was done to it. */
const foundAfter = async (rollup: string, statement: string): Promise<RollupProof> => {
  const ofRollup = async () => (await reconcile()).find(proof => proof.rollup === rollup)!
  expect((await ofRollup()).differences).toBe(0)
  await byHand(statement)
  return ofRollup()
}

test('a rollup that was doubled by hand is named, with rows as they are and as they should be', async () => {
  const { differences, examples } = await foundAfter(
    'fraud_per_hour',
    `INSERT INTO fraud_per_hour_rollup SELECT * FROM fraud_per_hour_rollup LIMIT 1
     SETTINGS insert_deduplication_token = 'doubled'`,
  )
  expect(differences).toBe(2)
  const scores = Object.fromEntries(examples.map(({ what, row }) => [what, Number(row.scores)]))
  expect(scores.unexpected).toBe(2 * scores.missing!)
})

test('a rollup that lost everything lacks each row that its table makes', async () => {
  const { rows, differences, examples } = await foundAfter(
    'dead_letters_per_hour',
    'TRUNCATE TABLE dead_letters_per_hour_rollup',
  )
  expect(rows).toBe(0)
  expect(differences).toBeGreaterThan(1)
  expect(new Set(examples.map(({ what }) => what))).toEqual(new Set(['missing']))
})

test('a rollup that is fed from several tables needs them all', async () => {
  const { differences, examples } = await foundAfter(
    'freshness',
    "ALTER TABLE freshness_rollup DELETE WHERE topic = 'fraud-scores'",
  )
  expect(differences).toBe(5)
  expect(new Set(examples.map(({ what, row }) => `${what} ${row.topic}`))).toEqual(
    new Set(['missing fraud-scores']),
  )
})

test('a rollup that no view shows is refused', async () => {
  await byHand('RENAME TABLE late_per_hour TO late')
  await expect(reconcile()).rejects.toThrow(/No view late_per_hour reads late_per_hour_rollup/)
  await byHand('RENAME TABLE late TO late_per_hour')
})
