import type { Log } from '../../src/logs/log.ts'
import { memoryLog } from '../../src/logs/memory-log.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { type ReplayOptions, replay } from '../../src/replay/replay.ts'
import { logTarget } from '../../src/replay/target.ts'
import { openLogSource } from '../../src/sources/log-source.ts'
import { MemorySnapshots } from '../../src/testing/simulation/memory-snapshots.ts'
import { Random } from '../../src/testing/simulation/random.ts'
import { ENDS_AT } from './made-up-shop.ts'
import { type Results, resultsIn } from './results.ts'

/** A replay of what a log has, to the end of time; where `how` stops it, it is begun again. */
export const replayed = async (
  history: Log,
  how: Pick<ReplayOptions, 'commitRecords' | 'isStopped'> = {},
): Promise<Results> => {
  const log = memoryLog({ wallNow: () => ENDS_AT })
  const options: ReplayOptions = {
    pipelines: [lifecycleSegments],
    runId: 'again',
    command: {},
    open: (topics, startAt) =>
      openLogSource(history, { topics: topics.map(({ name }) => name), startAt }),
    log,
    snapshots: new MemorySnapshots(new Random(1), 0),
    target: logTarget(),
    drain: true,
    startedAtMs: ENDS_AT,
    ...how,
  }
  while ((await replay(options)).outcome === 'stopped') {
    // It goes on after its last commit.
  }
  return resultsIn(log)
}
