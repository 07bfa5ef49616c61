import { expect, test } from 'vitest'
import type { AnyTopic } from '../src/engine/topic.ts'
import { fraudLabels, lateEvents } from '../src/events.ts'
import { tableMigration } from './table-migration.ts'

const DOC = "It's a label."

test('a topic without a table gets one, ordered by its key and then by time', () => {
  const sql = tableMigration(fraudLabels, DOC, [])
  expect(sql).toContain('CREATE TABLE IF NOT EXISTS fraud_labels\n(\n    `eventId` String COMMENT')
  expect(sql).toContain('ORDER BY (orderId, occurredAt, _partition, _offset)')
  expect(sql).toContain('SETTINGS non_replicated_deduplication_window = 10000')
  expect(sql).toMatch(/COMMENT 'It\\'s a label\.';\n$/)
})

test('records set aside are ordered by where they lay', () => {
  expect(tableMigration(lateEvents, DOC, [])).toContain(
    'ORDER BY (topic, `partition`, `offset`, _partition, _offset)',
  )
})

test('a table that is there already needs nothing', () => {
  expect(tableMigration(fraudLabels, DOC, [tableMigration(fraudLabels, DOC, [])])).toBe('')
})

test('a field that was added is a column that is added, where the schema has it', () => {
  const [first, ...rest] = fraudLabels.schema.fields
  const added = { name: 'analyst', type: ['null', 'string'], default: null, doc: 'Who said so.' }
  const grown: AnyTopic = {
    ...fraudLabels,
    schema: { ...fraudLabels.schema, fields: [first!, added, ...rest] },
  }
  const before = tableMigration(fraudLabels, DOC, [])
  const sql = tableMigration(grown, DOC, [before])
  expect(sql).toBe(
    'ALTER TABLE fraud_labels\n    ADD COLUMN IF NOT EXISTS `analyst` Nullable(String) ' +
      "COMMENT 'Who said so.' AFTER `eventId`;\n",
  )
  expect(tableMigration(grown, DOC, [before, sql])).toBe('')
})
