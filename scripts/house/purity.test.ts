import { expect, test } from 'vitest'
import { codeFile } from './files.ts'
import { purityBreaches } from './purity.ts'

const linesBreached = (path: string, text: string) =>
  purityBreaches([codeFile(path, text)]).map(breach => breach.line)

const PURE = ['src/pipelines/fraud-scores.ts', 'src/models/fraud.ts']
const ENGINE = 'src/engine/task.ts'

const clocks = [
  'const at = Date.now()',
  'const clock = Date.now',
  'const at = new Date()',
  'const at = Date()',
  'const at = performance.now()',
  'const at = process.hrtime.bigint()',
  'setTimeout(() => {}, 5)',
  'const x = Math.random()',
  "import { randomUUID } from 'node:crypto'",
  "import { setTimeout as wait } from 'node:timers/promises'",
]
const machine = [
  "import { readFileSync } from 'node:fs'",
  "import { readFileSync } from 'fs'",
  'const home = process.env.HOME',
  'const id = crypto.subtle',
  'const clock = globalThis.Date',
]

test.each(PURE.flatMap(path => [...clocks, ...machine].map(text => [path, text])))(
  '%s may not contain %s',
  (path, text) => {
    expect(new Set(linesBreached(path!, `\n${text}`))).toEqual(new Set([2]))
  },
)

test.each(clocks)('the engine may not contain %s', text => {
  expect(new Set(linesBreached(ENGINE, `\n${text}`))).toEqual(new Set([2]))
})

test.each([
  ['src/pipelines/fraud-scores.ts', 'const day = new Date(now).getUTCDay()'],
  ['src/pipelines/fraud-scores.ts', 'const stage = { process: 1 }.process'],
  ['src/pipelines/fraud-scores.ts', 'const f = (process: number) => process + 1'],
  ['src/pipelines/fraud-scores.test.ts', "import { existsSync } from 'node:fs'"],
  [ENGINE, "import { createHash } from 'node:crypto'"],
  [ENGINE, '// Date.now() would not do here\nconst text = "Math.random()"'],
  ['src/logs/lmdb-log.ts', 'const open = (clock: () => number = Date.now) => clock()'],
  ['src/logs/lmdb-log.ts', 'setTimeout(() => {}, 5)'],
  ['src/runtime/main.ts', 'const wallNow = Date.now()'],
])('%s may contain %s', (path, text) => {
  expect(linesBreached(path, text)).toEqual([])
})

test('a log or a source may be handed a clock, and not read one', () => {
  expect(linesBreached('src/logs/lmdb-log.ts', 'const at = Date.now()')).toEqual([1])
  expect(linesBreached('src/sources/ndjson.ts', 'const at = new Date()')).toEqual([1])
})
