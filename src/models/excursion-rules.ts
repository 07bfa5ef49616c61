/**
 * What counts as grave. 45 and 60 minutes are the rule of the warehouse whose readings the machine
 * was first tried on; the rule of humidity is the same with margins of its own.
 */
import type { ExcursionRule } from './excursion.ts'

const MINUTE_MS = 60_000

const DWELL = {
  warnAfterMs: 45 * MINUTE_MS,
  criticalAfterMs: 60 * MINUTE_MS,
  recoverAfterMs: 15 * MINUTE_MS,
} as const

/** In °C. */
export const TEMPERATURE_RULE: ExcursionRule = { ...DWELL, criticalBeyond: 5, hysteresis: 0.5 }

/** In percentage points of relative humidity. */
export const HUMIDITY_RULE: ExcursionRule = { ...DWELL, criticalBeyond: 15, hysteresis: 2 }
