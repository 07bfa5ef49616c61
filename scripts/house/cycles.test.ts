import { expect, test } from 'vitest'
import { cycleBreaches } from './cycles.ts'
import { codeFile } from './files.ts'

test('files that import each other by a way round are reported once, with the way', () => {
  const found = cycleBreaches([
    codeFile('src/engine/a.ts', "\nimport './b.ts'"),
    codeFile('src/engine/b.ts', "import type { C } from './state/c.ts'"),
    codeFile('src/engine/state/c.ts', "import '../a.ts'\nimport '../d.ts'"),
    codeFile('src/engine/d.ts', ''),
  ])
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ path: 'src/engine/a.ts', line: 2, rule: 'import-cycle' })
  expect(found[0]!.instead).toContain(
    'src/engine/a.ts → src/engine/b.ts → src/engine/state/c.ts → src/engine/a.ts',
  )
})

test('two separate circles are two breaches, and a file that imports itself is one', () => {
  const found = cycleBreaches([
    codeFile('src/a.ts', "import './b.ts'"),
    codeFile('src/b.ts', "import './a.ts'"),
    codeFile('src/c.ts', "import './c.ts'"),
  ])
  expect(found.map(breach => breach.path)).toEqual(['src/a.ts', 'src/c.ts'])
})

test('two ways down to one file are no circle', () => {
  const found = cycleBreaches([
    codeFile('src/a.ts', "import './b.ts'\nimport './c.ts'"),
    codeFile('src/b.ts', "import './c.ts'"),
    codeFile('src/c.ts', "import 'vitest'"),
  ])
  expect(found).toEqual([])
})
