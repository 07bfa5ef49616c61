/** `docs/logistics-model.md` says of each reason what it is of, and of no other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ANOMALY_SIGNALS } from '../src/models/anomaly-score.ts'
import { ANOMALY_STATE_BYTES } from '../src/models/anomaly-state.ts'

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const PAGE = readFileSync(pathOf('docs/logistics-model.md'), 'utf8')

const sources = readdirSync(pathOf('src/pipelines'))
  .filter(name => /^shipment-alerts-.*(?<!\.test)\.ts$/.test(name))
  .map(name => readFileSync(join(pathOf('src/pipelines'), name), 'utf8'))
  .join('\n')

/** Reasons stand as codes, as the two ends of a choice, or as the names of a table of sentences. */
const written = [
  ...sources.matchAll(/code: '([A-Z_]+)'/g),
  ...sources.matchAll(/code: .+ \? '([A-Z_]+)'/g),
  ...sources.matchAll(/code: .+ : '([A-Z_]+)'/g),
  ...sources.matchAll(/^ {2}((?:LATE|TEMPERATURE|HUMIDITY)_[A-Z_]+):/gm),
].map(([, code]) => code!)

test('each reason of an alert is on the page, and no other', () => {
  const section = PAGE.split('## Alerts')[1]!.split('## Anomaly score')[0]!
  const lines = section.split('\n').filter(line => /^\| `.*\|/.test(line))
  const documented = lines.flatMap(line => line.split('|')[1]!.match(/[A-Z_]+/g) ?? [])
  const kinds = new Set(['TEMPERATURE', 'HUMIDITY', 'SHOCK', 'TILT', 'ANOMALY', 'DOOR', 'LATE'])
  const codes = new Set([...written, ...ANOMALY_SIGNALS.map(name => `ANOMALY_${name}`)])
  expect([...new Set(documented)].filter(code => !kinds.has(code)).sort()).toEqual(
    [...codes].sort(),
  )
})

test('each reason of an arrival and of an advice is on the page', () => {
  const files = ['shipment-etas-reasons.ts', 'replenishment-result.ts']
  const texts = files.map(name => readFileSync(join(pathOf('src/pipelines'), name), 'utf8'))
  const codes = texts.flatMap(text => text.match(/\b(?:ETA|R)_[A-Z_]+\b/g) ?? [])
  expect(codes.length).toBeGreaterThan(9)
  for (const code of new Set(codes)) {
    if (code !== 'ETA_VERSION') expect(PAGE).toContain(`| \`${code}\` `)
  }
})

test('the bytes of a score are as said', () => {
  expect(PAGE).toContain(`is ${ANOMALY_STATE_BYTES.toLocaleString('en')} bytes`)
})
