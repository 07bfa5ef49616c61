import { partitionNameOf } from '../../engine/partition-name.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'
import type { SourceLag } from '../../serve/run-metrics.ts'
import type { LiveRun } from '../live/live-run.ts'
import type { LiveSlice } from '../live/live-slice.ts'

export type LagsOf = Pick<LiveRun, 'slices' | 'hasTakenAllOf'>

/**
 * How far each source partition of the slices here is behind. One that several slices read whole, as
 * a reference topic is, counts once, by the slice that is furthest behind.
 */
export const sourceLags = async (
  live: LagsOf,
  log: Log,
  now: number,
): Promise<readonly SourceLag[]> => {
  const lags = new Map<string, SourceLag>()
  for (const slice of live.slices) {
    for (const at of slice.sources) {
      const lag = {
        ...at,
        records: live.hasTakenAllOf(slice, at) ? 0 : await recordsBehind(slice, log, at),
        seconds: secondsBehind(slice, at, now),
      }
      const name = partitionNameOf(at)
      if (lag.records >= (lags.get(name)?.records ?? 0)) lags.set(name, lag)
    }
  }
  return [...lags.values()]
}

const recordsBehind = async (
  { positions }: LiveSlice,
  log: Log,
  at: TopicPartition,
): Promise<number> => {
  const { first, next } = await log.range(at)
  const known = positions.find(each => partitionNameOf(each) === partitionNameOf(at))
  return Math.max(0, next - Math.max(first, known?.next ?? first))
}

/** By the newest event of the partition that any pipeline has seen. */
const secondsBehind = (slice: LiveSlice, at: TopicPartition, now: number): number | null => {
  const { runners } = slice.application
  const newest = Math.max(...runners.map(({ sources }) => sources.seen(partitionNameOf(at))))
  return Number.isFinite(newest) ? (now - newest) / 1_000 : null
}
