/**
 * By which rhythms forecasts were judged that ended in a week, and so whether their outcomes still say
 * something of those in use. Nothing is dropped for it: where rhythms come back, so do the outcomes.
 */
import type { Entries } from '../engine/state/map-of.ts'
import type { PurchaseParameters } from '../models/mbg-nbd.ts'
import { hasMovedFar } from '../models/rhythm-moves.ts'

/** The rhythms in use when a week's first cohort told; by the number of the week. */
type RhythmsByWeek = Entries<PurchaseParameters>

export const noteRhythm = (
  rhythms: RhythmsByWeek,
  week: number,
  inUse: () => PurchaseParameters,
): void => {
  if (rhythms.has(`${week}`)) return
  const { r, alpha, a, b } = inUse()
  rhythms.set(`${week}`, { r, alpha, a, b })
}

/**
 * Whether what was told in a week is of forecasts by rhythms near those in use. Cohorts tell of forecasts
 * once a week, so a part of it was judged in the week before.
 */
export const judgedAlike = (
  rhythms: RhythmsByWeek,
  inUse: PurchaseParameters,
): ((week: number) => boolean) => {
  const far = rhythms.entries().filter(([, rhythm]) => hasMovedFar(rhythm, inUse))
  const weeks = new Set(far.map(([week]) => Number(week)))
  return week => !weeks.has(week) && !weeks.has(week - 1)
}
