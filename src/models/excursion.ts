/**
 * The excursion machine: has what is measured been outside its limits for long, or by far?
 *
 *     inside   outside    for 45 min        for 60 min, or by far
 *       (null) --> PENDING --> WARNING --> CRITICAL
 *         ^           |           |            |
 *         +-----------+           +------------+--- inside by the hysteresis, for 15 min:
 *         inside again: nothing was said                    RECOVERED
 *
 * The dwell is event time since the first reading outside. Once outside, a reading has to come
 * inside by the hysteresis to count as back, so that one that wobbles around a limit is one
 * excursion. A severity is raised only by a reading that is outside, and said once. Somebody who has
 * not been told of anything need not be told that it is over: a pending excursion ends without a
 * word, at the first reading inside by the hysteresis, or after 15 min inside the limits.
 *
 * Outside either limit is the same excursion: goods that went from too warm to too cold were not well
 * in between.
 */

/** When it is grave: spans in ms, the others in the unit of what is measured. */
export interface ExcursionRule {
  readonly warnAfterMs: number
  readonly criticalAfterMs: number
  /** Further outside than this is critical at once. */
  readonly criticalBeyond: number
  /** How far inside a reading has to be to count as back. */
  readonly hysteresis: number
  /** How long it has to stay inside then. */
  readonly recoverAfterMs: number
}

/** What is allowed; null: no such limit. */
export interface MeasureLimits {
  readonly min: number | null
  readonly max: number | null
}

export const NO_LIMITS: MeasureLimits = { min: null, max: null }

export interface Measurement {
  /** In ms. Of one sensor, each is later than the one before. */
  readonly at: number
  readonly value: number
}

/** An excursion that is going on. Inside the limits there is none. */
export interface Excursion {
  readonly severity: 'PENDING' | 'WARNING' | 'CRITICAL'
  readonly startedAt: number
  /** Since when it is back inside; null while it is not. */
  readonly insideSince: number | null
  /** The last reading: when, and how far outside, 0 where inside. */
  readonly readAt: number
  readonly beyond: number
  /** How far outside it was at the worst, what was measured then, and which limit that was. */
  readonly worstBeyond: number
  readonly worstValue: number
  readonly worstLimit: number
  /** Units outside times minutes: of a temperature, degree-minutes. By trapezoids. */
  readonly beyondMinutes: number
}

export interface ExcursionChange {
  readonly severity: 'WARNING' | 'CRITICAL' | 'RECOVERED'
  /** As it was when this became so. */
  readonly excursion: Excursion
  /** From its start to this reading; of one that is over, to where it came back inside. */
  readonly dwellMs: number
}

export interface ExcursionStep {
  /** What goes on after the reading; null: nothing. */
  readonly excursion: Excursion | null
  /** What there is to say; null: nothing new. */
  readonly change: ExcursionChange | null
}

const INSIDE: ExcursionStep = { excursion: null, change: null }

/** One reading further. Without limits everything is inside, so an excursion from before recovers. */
export const excursionStep = (
  before: Excursion | null,
  measured: Measurement,
  limits: MeasureLimits,
  rule: ExcursionRule,
): ExcursionStep => {
  const margin = marginOf(measured.value, limits)
  if (margin > 0) return outside(before, measured, limits, margin, rule)
  if (before === null) return INSIDE
  const now = { ...before, ...passed(before, measured.at, 0) }
  return before.severity === 'PENDING'
    ? insideUnsaid(now, margin, rule)
    : insideAgain(now, margin, rule)
}

/** Further outside is taken as this far, so that sums stay finite whatever the limits are. */
const MARGIN_MAX = 1e6

/** How far outside the limits a value is; negative inside, and -Infinity where there are none. */
export const marginOf = (value: number, { min, max }: MeasureLimits): number => {
  const above = max === null ? -Infinity : value - max
  const below = min === null ? -Infinity : min - value
  return Math.min(MARGIN_MAX, Math.max(above, below))
}

const outside = (
  before: Excursion | null,
  { at, value }: Measurement,
  limits: MeasureLimits,
  margin: number,
  rule: ExcursionRule,
): ExcursionStep => {
  const known = before ?? begun(at)
  const isWorst = margin > known.worstBeyond
  const dwellMs = at - known.startedAt
  const severity = graver(known.severity, severityOf(dwellMs, margin, rule))
  const excursion: Excursion = {
    severity,
    startedAt: known.startedAt,
    insideSince: null,
    ...passed(known, at, margin),
    worstBeyond: isWorst ? margin : known.worstBeyond,
    worstValue: isWorst ? value : known.worstValue,
    worstLimit: isWorst ? nearestLimit(value, limits) : known.worstLimit,
  }
  const isSaid = severity === known.severity || severity === 'PENDING'
  return { excursion, change: isSaid ? null : { severity, excursion, dwellMs } }
}

const begun = (at: number): Excursion => ({
  severity: 'PENDING',
  startedAt: at,
  insideSince: null,
  readAt: at,
  beyond: 0,
  worstBeyond: 0,
  worstValue: 0,
  worstLimit: 0,
  beyondMinutes: 0,
})

/** The limit that a value outside is outside of; of two, the one that it is further from. */
const nearestLimit = (value: number, { min, max }: MeasureLimits): number =>
  max !== null && (min === null || value - max >= min - value) ? max : min!

const passed = ({ readAt, beyond, beyondMinutes }: Excursion, at: number, margin: number) => ({
  readAt: at,
  beyond: margin,
  beyondMinutes: beyondMinutes + ((beyond + margin) / 2) * ((at - readAt) / 60_000),
})

const severityOf = (
  dwellMs: number,
  margin: number,
  { warnAfterMs, criticalAfterMs, criticalBeyond }: ExcursionRule,
): Excursion['severity'] => {
  if (dwellMs >= criticalAfterMs || margin > criticalBeyond) return 'CRITICAL'
  return dwellMs >= warnAfterMs ? 'WARNING' : 'PENDING'
}

const GRAVITY = { PENDING: 0, WARNING: 1, CRITICAL: 2 } as const

const graver = (a: Excursion['severity'], b: Excursion['severity']): Excursion['severity'] =>
  GRAVITY[a] >= GRAVITY[b] ? a : b

const insideUnsaid = (now: Excursion, margin: number, rule: ExcursionRule): ExcursionStep => {
  const insideSince = now.insideSince ?? now.readAt
  const isOver = margin <= -rule.hysteresis || now.readAt - insideSince >= rule.recoverAfterMs
  return isOver ? INSIDE : { excursion: { ...now, insideSince }, change: null }
}

const insideAgain = (now: Excursion, margin: number, rule: ExcursionRule): ExcursionStep => {
  const insideSince = now.insideSince ?? (margin <= -rule.hysteresis ? now.readAt : null)
  const excursion = { ...now, insideSince }
  if (insideSince === null || now.readAt - insideSince < rule.recoverAfterMs) {
    return { excursion, change: null }
  }
  const dwellMs = insideSince - now.startedAt
  return { excursion: null, change: { severity: 'RECOVERED', excursion, dwellMs } }
}
