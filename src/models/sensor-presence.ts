/**
 * Whether a sensor is still heard, from when it reports: it is overdue when three intervals have
 * passed without a reading.
 *
 * A sensor is watched once it has been heard twice *in time*, that is without having been overdue
 * in between; only then does its silence mean anything. A silent one is back by the same rule. So a
 * logger that uploads a whole day at once, long after, is never called silent, and one that lost
 * its connection is called silent once, whatever it uploads of the time in between: each of those
 * readings is overdue again as soon as it has come.
 */

export interface SensorPresence {
  /** The newest reading. */
  readonly heardAt: number
  /** How often it reports, in ms: as stated, or as learnt. */
  readonly intervalMs: number
  readonly watched: boolean
  /** The reading after `heardAt` is missing. */
  readonly overdue: boolean
  /** The last reading before it fell silent; null while it is not silent. */
  readonly silentSince: number | null
}

/** Until something else is known. */
export const INTERVAL_DEFAULT_MS = 600_000
/** Stated or learnt intervals are taken as no shorter, and no longer, than these. */
export const INTERVAL_MS = { min: 1_000, max: 7 * 86_400_000 } as const
export const MISSED_INTERVALS = 3
/** How much of the way an interval moves towards each gap between two readings. */
const LEARNING_RATE = 0.2

/** The presence after a reading that is newer than all before. `statedMs` null: to be learnt. */
export const heard = (
  before: SensorPresence | undefined,
  at: number,
  statedMs: number | null,
): SensorPresence => {
  if (before === undefined) {
    const intervalMs = clamped(statedMs ?? INTERVAL_DEFAULT_MS)
    return { heardAt: at, intervalMs, watched: false, overdue: false, silentSince: null }
  }
  return {
    heardAt: at,
    intervalMs: clamped(statedMs ?? learnt(before, at)),
    watched: before.watched || !before.overdue,
    overdue: false,
    silentSince: before.overdue ? before.silentSince : null,
  }
}

/** When it is overdue unless it is heard; Infinity where it is already. */
export const overdueAt = ({ heardAt, intervalMs, overdue }: SensorPresence): number =>
  overdue ? Infinity : heardAt + MISSED_INTERVALS * intervalMs

/** The presence once it is overdue. */
export const missed = (before: SensorPresence): SensorPresence => ({
  ...before,
  overdue: true,
  silentSince: before.watched ? (before.silentSince ?? before.heardAt) : null,
})

/** A longer gap teaches no more than the longest that is in time: it may be a silence. */
const learnt = ({ heardAt, intervalMs }: SensorPresence, at: number): number => {
  const gapMs = Math.min(at - heardAt, MISSED_INTERVALS * intervalMs)
  return Math.round(intervalMs + LEARNING_RATE * (gapMs - intervalMs))
}

const clamped = (intervalMs: number): number =>
  Math.min(INTERVAL_MS.max, Math.max(INTERVAL_MS.min, intervalMs))
