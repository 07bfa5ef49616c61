/**
 * Shocks: harm done at once, so there is no dwell. What shakes on is told again after an hour, and at once
 * where it got worse; a day without any is calm again, which says nothing of the goods.
 */

export interface Shock {
  readonly at: number
  readonly severity: 'WARNING' | 'CRITICAL'
}

/** Above this many times the limit it is critical: as 25 g, which damages, is to 8 g of handling. */
export const CRITICAL_FACTOR = 3
export const REPEAT_AFTER_MS = 3_600_000
export const CALM_AFTER_MS = 24 * REPEAT_AFTER_MS

/** The shock where it is to be told, else null. `told`: the last one of this sensor that was. */
export const shockToTell = (
  told: Shock | null,
  at: number,
  shockG: number,
  limitG: number,
): Shock | null => {
  if (!(shockG > limitG)) return null
  const severity = shockG > CRITICAL_FACTOR * limitG ? 'CRITICAL' : 'WARNING'
  const isNew = told === null || Math.abs(at - told.at) >= REPEAT_AFTER_MS
  const isWorse = severity === 'CRITICAL' && told?.severity === 'WARNING'
  return isNew || isWorse ? { at, severity } : null
}
