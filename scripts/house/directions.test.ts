import { expect, test } from 'vitest'
import { directionBreaches } from './directions.ts'
import { codeFile } from './files.ts'

const DECLARED = { shipped: new Set(['avsc', 'lmdb']), all: new Set(['avsc', 'lmdb', 'vitest']) }

const breached = (path: string, text: string) =>
  directionBreaches([codeFile(path, text)], DECLARED).map(breach => `${breach.line} ${breach.rule}`)

test.each([
  ['src/models/fraud.ts', "import { days } from '../engine/time.ts'"],
  ['src/engine/task.ts', "import type { Order } from '../events.ts'"],
  ['src/engine/state/value.ts', "export { x } from '../../logs/log.ts'"],
  ['src/events.ts', "import { x } from './models/fraud.ts'"],
  ['src/logs/log.ts', "type X = import('../pipelines/index.ts').X"],
  ['src/sinks/table.ts', "const x = await import('../sources/ndjson.ts')"],
  ['src/chdb/engine.ts', "import { topics } from '../events.ts'"],
  ['src/sources/ndjson.ts', "import '../sinks/table.ts'"],
  ['src/pipelines/fraud-scores.ts', "import { log } from '../logs/log.ts'"],
  ['src/replay/replay.ts', "import { serve } from '../serve/http.ts'"],
  ['src/testing/harness.ts', "import { main } from '../runtime/main.ts'"],
  ['src/runtime/main.ts', "import { x } from '../../scripts/x.ts'"],
  ['src/models/fraud.ts', "import { x } from 'avsc'"],
  ['src/pipelines/fraud-scores.ts', "import { x } from 'avsc'"],
  ['src/engine/store.ts', "import { open } from 'lmdb'"],
  ['src/testing/laws.ts', "import { test } from 'vitest'"],
  ['src/engine/task.test.ts', "import { log } from '../logs/log.ts'"],
  ['src/engine/task.test.ts', "import { x } from 'left-pad'"],
])('%s may not contain %s', (path, text) => {
  expect(breached(path, `\n${text}`)).toEqual(['2 import-direction'])
})

test.each([
  ['src/models/fraud.ts', "import { x } from './lifecycle.ts'"],
  ['src/engine/codec.ts', "import avro from 'avsc/lib/types.js'"],
  ['src/engine/hash.ts', "import { createHash } from 'node:crypto'"],
  ['src/pipelines/fraud-scores.ts', "import { orders } from '../events.ts'"],
  ['src/pipelines/fraud-scores.test.ts', "import { harness } from '../testing/harness.ts'"],
  ['src/engine/task.test.ts', "import { test } from 'vitest'"],
  ['src/logs/conformance.ts', "import { test } from 'vitest'"],
  ['src/runtime/main.ts', "import { serve } from '../serve/http.ts'"],
  ['src/cli.ts', "import { main } from './runtime/main.ts'"],
  ['scripts/generate-events.ts', "import { x } from '../src/runtime/main.ts'"],
])('%s may contain %s', (path, text) => {
  expect(breached(path, text)).toEqual([])
})

test('a file outside the rooms is a breach', () => {
  expect(breached('src/tools/x.ts', '')).toEqual(['1 unknown-room'])
})
