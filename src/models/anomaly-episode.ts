/**
 * Anomalies as something that begins and ends: from the first alarm to a day without a score that is one.
 */
export interface AnomalyEpisode {
  readonly startedAt: number
  readonly alarmedAt: number
}

export const ANOMALY_QUIET_MS = 86_400_000

export type EpisodeChange = 'BEGUN' | 'ENDED' | null

/** @param isAlarm told anew; `isUnusual`: what goes on is no new alarm, but not quiet either */
export const episodeAfter = (
  before: AnomalyEpisode | null,
  at: number,
  { isAlarm, isUnusual }: { readonly isAlarm: boolean; readonly isUnusual: boolean },
): { readonly episode: AnomalyEpisode | null; readonly change: EpisodeChange } => {
  if (before === null) {
    if (!isAlarm) return NOTHING
    return { episode: { startedAt: at, alarmedAt: at }, change: 'BEGUN' }
  }
  if (isAlarm || isUnusual) return { episode: { ...before, alarmedAt: at }, change: null }
  if (at - before.alarmedAt < ANOMALY_QUIET_MS) return { episode: before, change: null }
  return { episode: null, change: 'ENDED' }
}

const NOTHING = { episode: null, change: null } as const
