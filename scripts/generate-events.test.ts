import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { constantName, eventsSource } from './events-source.ts'
import { staleness } from './generate-events.ts'
import { readSchemaFiles } from './schema-files.ts'

const SCHEMAS = fileURLToPath(new URL('../schemas', import.meta.url))

test('src/events.ts is what the schemas say', () => {
  expect(staleness()).toBeNull()
})

test('a generated file that was edited is stale, and so is one that is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'))
  const events = join(folder, 'events.ts')
  expect(staleness(SCHEMAS, events)).toMatch(/Run `npx tsx/)
  const text = eventsSource(readSchemaFiles(SCHEMAS))
  writeFileSync(events, text)
  expect(staleness(SCHEMAS, events)).toBeNull()
  writeFileSync(events, text.replace('minimum: 0', 'minimum: 1'))
  expect(staleness(SCHEMAS, events)).toMatch(/Run `npx tsx/)
  rmSync(folder, { recursive: true })
})

test('a topic is a constant in camel case', () => {
  expect(constantName('competitor-prices')).toBe('competitorPrices')
})

test('two schemas that declare one name differently are refused', () => {
  const { current } = readSchemaFiles(SCHEMAS)
  const [market] = current
  const gauge = (doc: string) => ({
    name: 'gauge',
    doc: 'A gauge.',
    type: { type: 'enum', name: 'Gauge', doc, symbols: ['UNKNOWN'] },
  })
  const files = ['One.', 'Another.'].map(doc => ({ ...market!, fields: [gauge(doc)] }))
  expect(() => eventsSource({ current: files, retired: [] })).toThrow(/declare Gauge differently/)
})
