/** `docs/fraud-model.md` and the views say what the code does: features, policy, reasons, assumptions. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ALL_BINS } from '../src/models/fraud-bins.ts'
import { DEFAULT_FRAUD_DOCUMENT } from '../src/models/fraud-policy.ts'
import { fraudPolicyIn } from '../src/models/fraud-policy-document.ts'
import { FRAUD_REASON_SENTENCES } from '../src/models/fraud-reasons.ts'
import { NO_FEATURES } from '../src/models/fraud-score.ts'

const textOf = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const PAGE = textOf('docs/fraud-model.md')

/** The rows of the table behind a mark, cell by cell; of the first cell what is in its quotes. */
const tableAt = (mark: string): readonly (readonly string[])[] => {
  const [, behind] = PAGE.split(`<!-- ${mark} -->\n`)
  const [table] = behind!.split('<!-- end -->')
  return [...table!.matchAll(/^\| `([\w.]+)` +\|(.*)\|$/gm)].map(([, name, cells]) => [
    name!,
    ...cells!.split(' | ').map(cell => cell.trim()),
  ])
}

test('every feature of a score is explained, and no other', () => {
  const named = tableAt('features').map(([feature]) => feature)
  expect([...named].sort()).toEqual(Object.keys(NO_FEATURES).sort())
  expect(new Set(named).size).toBe(named.length)
})

test('there are about 500 bins', () => {
  expect(Math.round(ALL_BINS.length / 100)).toBe(5)
})

test('every code that a score may carry is there, with its sentence', () => {
  expect(tableAt('reasons')).toEqual(Object.entries(FRAUD_REASON_SENTENCES))
})

describe('the policy', () => {
  const defaults = Object.entries(DEFAULT_FRAUD_DOCUMENT).flatMap(([field, value]) =>
    field === 'costs' || field === 'limits'
      ? Object.entries(value).map(([part, each]) => [`${field}.${part}`, each] as const)
      : [[field, value] as const],
  )

  test('has all its fields, with their defaults', () => {
    const rows = new Map(tableAt('policy').map(([field, value]) => [field, value]))
    expect([...rows.keys()]).toEqual(defaults.map(([field]) => field))
    for (const [field, value] of defaults) {
      if (typeof value !== 'object' || value === null) expect(rows.get(field)).toBe(String(value))
    }
    expect(rows.get('currencies')).toBe(
      `${Object.keys(DEFAULT_FRAUD_DOCUMENT.currencies).length} currencies`,
    )
  })

  test('has an example that is one', () => {
    const [, example] = /```json\n(.*?)```/s.exec(PAGE)!
    expect(fraudPolicyIn(example!).fault).toBe(null)
  })
})

test('what fraud_money assumes is what the default policy says', () => {
  const view = textOf('deploy/clickhouse/views/fraud_money.sql')
  const { stepUpSuccess, holdSuccess, stepUpMarginPct, holdPct, marginPct } =
    DEFAULT_FRAUD_DOCUMENT.costs
  expect(view).toContain(`[0, ${stepUpSuccess}, ${holdSuccess}, 1, 1] AS stops,`)
  expect(view).toContain(`[0, ${stepUpMarginPct / 100}, ${holdPct / 100}, 1, 1] AS drivesAway,`)
  expect(view).toContain(`${marginPct / 100} AS margin`)
})
