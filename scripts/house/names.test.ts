import { expect, test } from 'vitest'
import { codeFile } from './files.ts'
import {
  defaultExportBreaches,
  fileNameBreaches,
  folderBreaches,
  wallClockBreaches,
} from './names.ts'

const paths = (found: readonly { path: string; line: number }[]) =>
  found.map(breach => `${breach.path}:${breach.line}`)

test('a folder that says nothing of its content is a breach, once', () => {
  const files = ['src/engine/utils/a.ts', 'src/engine/utils/b.ts', 'docs/misc/c.md', 'src/lib.ts']
  const found = folderBreaches(files.map(path => ({ path, text: '' })))
  expect(found.map(breach => breach.instead.split(' ')[1])).toEqual([
    'src/engine/utils/',
    'docs/misc/',
  ])
})

test('a file is in kebab-case, and says what it exports', () => {
  const good = ['src/recent-set.ts', 'src/x.test-d.ts', 'src/lmdb-log.crash.test.ts', 'src/k8s.ts']
  const bad = ['src/recentSet.ts', 'src/Task.ts', 'src/recent_set.ts', 'src/helpers.ts']
  const found = fileNameBreaches([...good, ...bad].map(path => codeFile(path, '')))
  expect(found.map(breach => breach.path)).toEqual(bad)
})

test('only the outer rooms speak of the wall clock', () => {
  const text = 'const f = (\n  wallNowMs: number) => 1'
  const rooms = ['src/runtime/a.ts', 'src/logs/a.ts', 'src/testing/a.ts', 'src/cli.ts']
  const others = ['src/engine/a.ts', 'src/pipelines/a.ts', 'src/sinks/a.ts']
  const found = wallClockBreaches([...rooms, ...others].map(path => codeFile(path, text)))
  expect(paths(found)).toEqual(others.map(path => `${path}:2`))
})

test('a default export is a breach in each of its spellings', () => {
  const spellings = [
    'export default 5',
    'export default function f() {}',
    'export default class {}',
    'const a = 1\nexport { a as default }',
  ]
  const found = defaultExportBreaches(spellings.map(text => codeFile('src/a.ts', text)))
  expect(found.map(breach => breach.line)).toEqual([1, 1, 1, 2])
})

test('a default import, a switch and a test runner’s configuration are none', () => {
  const files = [
    codeFile('src/a.ts', "import avro from 'avsc'\nswitch (1) { default: }"),
    codeFile('vitest.config.ts', 'export default {}'),
  ]
  expect(defaultExportBreaches(files)).toEqual([])
})
