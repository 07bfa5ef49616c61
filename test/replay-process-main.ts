/** What `replayProcess` starts: says `committed` after each commit. Options as JSON. */
import { pipelines } from '../src/pipelines/index.ts'
import { runReplay } from '../src/runtime/run-replay.ts'
import type { ProcessOptions } from './replay-process.ts'

const { only, ...options }: ProcessOptions = JSON.parse(process.argv[2]!)
await runReplay({
  ...options,
  pipelines: pipelines.filter(({ id }) => only === undefined || only.includes(id)),
  onProgress: () => void process.stdout.write('committed\n'),
})
