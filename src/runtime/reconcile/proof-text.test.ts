import { expect, test } from 'vitest'
import type { TableProof } from '../../sinks/clickhouse/reconcile/reconcile.ts'
import { proofText } from './proof-text.ts'
import { differencesOf, isEmptyHanded, type Proof } from './reconcile-data.ts'

const tableProof = (table: string, counts: Partial<TableProof> = {}): TableProof => ({
  table,
  topic: table,
  records: 0,
  rows: 0,
  missing: [],
  doubled: [],
  different: [],
  unexpected: [],
  refused: 0,
  differences: 0,
  pending: 0,
  rowsBeyondRetention: 0,
  rowsReplaced: 0,
  ...counts,
})

const proofOf = (tables: readonly TableProof[], more: Partial<Proof> = {}): Proof => ({
  tables,
  hasStored: tables.some(({ rows }) => rows > 0),
  rollups: [],
  moving: [],
  gaps: [],
  ...more,
})

const lastLine = (text: string): string => text.split('\n').at(-1)!

test('a table without rows, whose records wait, is not called proved', () => {
  const proof = proofOf([
    tableProof('orders', { pending: 55_558 }),
    tableProof('prices'),
    tableProof('markets', { records: 3, rows: 3, pending: 1 }),
  ])
  const text = proofText(proof)
  expect(text).toMatch(/orders +0 +0 +nothing stored yet +55,558 not stored yet\n/)
  expect(text).toMatch(/prices +0 +0 +proved\n/)
  expect(text).toMatch(/markets +3 +3 +proved +1 not stored yet\n/)
  expect(lastLine(text)).toBe(
    'Proved: 2 tables have exactly what the log makes, 3 rows. Not stored yet: 55,559 records of the log.',
  )
  expect(isEmptyHanded(proof)).toBe(false)
})

test('where nothing was stored and records wait, nothing is proved', () => {
  const proof = proofOf([tableProof('orders', { pending: 1 }), tableProof('prices')])
  expect(lastLine(proofText(proof))).toBe(
    'Nothing is proved: no table has a row, and 1 record of the log waits to be stored.',
  )
  expect(isEmptyHanded(proof)).toBe(true)
  expect(isEmptyHanded(proofOf([tableProof('orders')])), 'nothing waits').toBe(false)
})

test('one table of an application that has stored others may be empty still', () => {
  const proof = proofOf([tableProof('orders', { pending: 2 })], { hasStored: true })
  expect(isEmptyHanded(proof)).toBe(false)
  expect(lastLine(proofText(proof))).toBe(
    'Nothing to prove yet. Not stored yet: 2 records of the log.',
  )
})

test('a proof ends with what all of it comes to', () => {
  const rollups = [{ rollup: 'orders_per_minute', rows: 2, differences: 0, examples: [] }]
  const orders = tableProof('orders', { records: 5, rows: 4, refused: 1 })
  expect(lastLine(proofText(proofOf([orders], { rollups })))).toBe(
    'Proved: 1 table has exactly what the log makes, 4 rows, and 1 rollup what its table makes.',
  )
  const missing = tableProof('orders', { records: 5, rows: 4, differences: 1 })
  const unlike = [{ ...rollups[0]!, differences: 2 }]
  const text = proofText(proofOf([missing], { rollups: unlike }))
  expect(lastLine(text)).toBe('Not proved: 3 differences, see above.')
  expect(differencesOf(proofOf([missing], { rollups: unlike }))).toBe(3)
})
