/**
 * Temperatures that goods cannot have had: out of all range, or reached faster than air and boxes
 * warm. What is left out is a reading; if it was true after all, the next ones say so again, and
 * after minutes the same step is no longer too fast.
 */

/** Colder than liquid nitrogen, and hotter than any oven that goods are sent through, in °C. */
export const PLAUSIBLE_C = { min: -200, max: 200 } as const
/** In °C per minute. */
export const GLITCH_RATE_C = 10
/** Readings closer than this are taken as this far apart: a step below 1 °C is noise, not a jump. */
const SPAN_MIN_MS = 6_000

/** @param spanMs since the last reading that was none; with `lastC` null there is none */
export const isGlitch = (temperatureC: number, lastC: number | null, spanMs: number): boolean => {
  if (!(temperatureC >= PLAUSIBLE_C.min && temperatureC <= PLAUSIBLE_C.max)) return true
  if (lastC === null) return false
  const spanMinutes = Math.max(spanMs, SPAN_MIN_MS) / 60_000
  return Math.abs(temperatureC - lastC) > GLITCH_RATE_C * spanMinutes
}
