/** How the pipelines of a process stand, over all slices that it has. */
import type { Application } from '../../engine/application.ts'
import type { HotKey } from '../../engine/task/hot-keys.ts'
import type { PipelineRunner } from '../../engine/task/pipeline-runner.ts'

export interface PipelineStanding {
  readonly pipeline: string
  /** That have state. */
  readonly keys: number
  readonly stateBytes: number
  /** Of the slice that is furthest behind; null where no watermark has moved yet. */
  readonly watermarkLagMs: number | null
  /** Of the slice where one stands out most; its share is 0 where none does. */
  readonly hottest: HotKey
}

const NO_KEY: HotKey = { key: '', share: 0 }

/** @param now in ms since 1970 */
export const pipelineStandings = (
  applications: readonly Application[],
  now: number,
): readonly PipelineStanding[] => {
  const standings = new Map<string, PipelineStanding>()
  for (const runner of applications.flatMap(({ runners }) => runners)) {
    const here = standingOf(runner, now)
    const before = standings.get(here.pipeline)
    standings.set(here.pipeline, before ? both(before, here) : here)
  }
  return [...standings.values()]
}

const standingOf = (runner: PipelineRunner, now: number): PipelineStanding => {
  const { pipeline, watermark, tasks } = runner
  const lagMs = now - watermark.value
  return {
    pipeline: pipeline.id,
    keys: sum(tasks.map(({ store }) => store.size)),
    stateBytes: sum(tasks.map(({ store }) => store.packedBytes)),
    watermarkLagMs: Number.isFinite(lagMs) ? Math.max(0, lagMs) : null,
    hottest: runner.hotKeys()[0] ?? NO_KEY,
  }
}

const both = (a: PipelineStanding, b: PipelineStanding): PipelineStanding => ({
  pipeline: a.pipeline,
  keys: a.keys + b.keys,
  stateBytes: a.stateBytes + b.stateBytes,
  watermarkLagMs: furthest(a.watermarkLagMs, b.watermarkLagMs),
  hottest: b.hottest.share >= a.hottest.share ? b.hottest : a.hottest,
})

const furthest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
