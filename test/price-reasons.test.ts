/** What docs/elasticity-model.md says of recommendations and their policy is what the code says. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { DEFAULT_PRICE_POLICY } from '../src/models/price-policy.ts'
import { GAVE_WAY, NO_ENDING, OF_REVENUE, PRICE_REASONS } from '../src/models/price-reasons.ts'
import { OWN_REASONS } from '../src/pipelines/price-recommendations-result.ts'

const pageText = (): Promise<string> =>
  readFile(new URL('../docs/elasticity-model.md', import.meta.url), 'utf8')

const rowsOf = async (): Promise<readonly (readonly string[])[]> => {
  const section = (await pageText()).split('\n### All reasons\n')[1]!.split('\n#')[0]!
  return [...section.matchAll(/^\| `(P_\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(row => row.slice(1))
}

/** A code has several sentences where a limit is not kept, or percentages are of something else. */
const SENTENCES: readonly (readonly [code: string, template: string])[] = [
  ...Object.entries({ ...PRICE_REASONS, ...OWN_REASONS }),
  ...Object.entries(GAVE_WAY),
  ['P_PRICE_ENDING', NO_ENDING],
  ['P_NO_COST', PRICE_REASONS.P_NO_COST + OF_REVENUE],
]

test('the table of reasons has each code with each of its sentences, and no others', async () => {
  const told = (await rowsOf()).map(([code, , template]) => `${code} ${template}`)
  expect(told.toSorted()).toEqual(
    SENTENCES.map(([code, template]) => `${code} ${template}`).toSorted(),
  )
})

test('the table of reasons says of each when it comes', async () => {
  const rows = await rowsOf()
  expect(rows.filter(([, when]) => when!.length < 10)).toEqual([])
})

test('the usual policy is written out as it is, and each of its fields has a row', async () => {
  const section = (await pageText()).split('\n## The pricing policy\n')[1]!.split('\n## ')[0]!
  const [, document] = /```json\n([\s\S]*?)```/.exec(section)!
  expect(JSON.parse(document!)).toEqual(DEFAULT_PRICE_POLICY)
  const { experiments, ...rest } = DEFAULT_PRICE_POLICY
  const told = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name)
  expect(told).toEqual([...Object.keys(rest), ...Object.keys(experiments)])
})
