import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkSchemas } from './schema-check.ts'

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'))
  cpSync(SCHEMAS, folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

// biome-ignore lint/suspicious/noExplicitAny: the tests spoil schemas in ways that no type allows
type Loose = any

const change = (from: string, to: string, spoil: (schema: Loose) => void): void => {
  const schema = JSON.parse(readFileSync(join(folder, from), 'utf8'))
  spoil(schema)
  writeFileSync(join(folder, to), JSON.stringify(schema))
}

const found = (): string[] => checkSchemas(folder).map(one => `${one.file}: ${one.problem}`)

test('the schemas of this project are sound', () => {
  expect(checkSchemas(SCHEMAS)).toEqual([])
})

const spoiled: readonly [string, (schema: Loose) => void, RegExp][] = [
  ['a field without doc', schema => delete schema.fields[2].doc, /Price.sku has no doc string/],
  ['an enum without default', schema => delete schema.fields[7].type.default, /PriceReason has no/],
  ['a nullable without default', schema => delete schema.fields[3].default, /market can be null/],
  ['an id that is taken', schema => (schema.id = 1), /id 1 is also that of markets.avsc/],
  ['another namespace', schema => (schema.namespace = 'x'), /namespace is not millrace/],
  ['a topic that is not the file’s', schema => (schema.topic = 'orders'), /Its topic is orders/],
  ['a type nobody knows', schema => (schema.fields[2].type = 'text'), /cannot be used/],
  ['a limit that was not generated', schema => (schema.fields[5].minimum = 1), /not generated/],
]

test.each(spoiled)('%s is a problem of its file', (_what, spoil, problem) => {
  change('prices.avsc', 'prices.avsc', spoil)
  expect(found().some(text => text.startsWith('prices.avsc') && problem.test(text))).toBe(true)
})

test('a missing file, one that is no JSON and an empty folder are told', () => {
  rmSync(join(folder, 'orders.avsc'))
  writeFileSync(join(folder, 'prices.avsc'), '{')
  expect(found()).toEqual([
    expect.stringMatching(/^prices.avsc: It is not JSON/),
    expect.stringMatching(/^prices.avsc: It is missing/),
    expect.stringMatching(/^orders.avsc: It is missing/),
  ])
  expect(checkSchemas(join(folder, 'nowhere'))[0]?.problem).toMatch(/no schema files/)
})

test('a retired schema is fine where its records can still be read, and a problem where not', () => {
  mkdirSync(join(folder, 'retired'))
  change('prices.avsc', 'retired/prices-906.avsc', schema => {
    schema.id = 906
    schema.fields.pop()
  })
  expect(found()).toEqual([])
  change('prices.avsc', 'retired/prices-907.avsc', schema => {
    schema.id = 907
    schema.fields.splice(2, 1)
  })
  expect(found()).toEqual([expect.stringMatching(/prices-907.*cannot read its records/)])
})
