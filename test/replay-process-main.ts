/** What `replayProcess` starts: says `committed` after each commit. Options as JSON. */
import { pipelines } from '../src/pipelines/index.ts'
import { runReplay } from '../src/runtime/run-replay.ts'

await runReplay({
  ...JSON.parse(process.argv[2]!),
  pipelines,
  onProgress: () => void process.stdout.write('committed\n'),
})
