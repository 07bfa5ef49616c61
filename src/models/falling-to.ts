/**
 * The first age at which a value that falls with age has come down to a target.
 *
 * A timer that is set for that age must find the value there, or it would fire and be set again and
 * again. So what is returned is the far end of the last bracket: the value there is at most the
 * target, and a millisecond (1e-9 weeks) earlier it is above it. Deterministic: false position,
 * where the end that stays put counts half as much each time (the Illinois rule), and bisection
 * where that has not shut the bracket in 40 steps. It takes some twelve evaluations.
 */

/** A hundred years. What takes longer never happens. */
export const AGE_WEEKS_MAX = 5_218

const RESOLUTION_WEEKS = 1e-9
const FALSE_POSITION_STEPS = 40
const STEPS_MAX = 100

/** In weeks, not before `fromWeeks`; Infinity where it takes beyond a hundred years of age. */
export const ageFallingTo = (
  target: number,
  valueAt: (ageWeeks: number) => number,
  fromWeeks: number,
): number => {
  const excessAt = (ageWeeks: number) => valueAt(ageWeeks) - target
  let [above, high] = [fromWeeks, excessAt(fromWeeks)]
  if (high <= 0) return fromWeeks
  for (let span = 1; above < AGE_WEEKS_MAX; span *= 2) {
    const below = Math.min(AGE_WEEKS_MAX, above + span)
    const low = excessAt(below)
    if (low <= 0) return crossing(excessAt, above, high, below, low)
    above = below
    high = low
  }
  return Number.POSITIVE_INFINITY
}

const crossing = (
  excessAt: (ageWeeks: number) => number,
  above: number,
  high: number,
  below: number,
  low: number,
): number => {
  let wasAbove: boolean | null = null
  for (let step = 0; step < STEPS_MAX && below - above > RESOLUTION_WEEKS; step++) {
    const share = step < FALSE_POSITION_STEPS ? high / (high - low) : 0.5
    const age = within(above, below, above + share * (below - above))
    const excess = excessAt(age)
    if (excess > 0) {
      above = age
      high = excess
      if (wasAbove === true) low /= 2
    } else {
      below = age
      low = excess
      if (wasAbove === false) high /= 2
    }
    wasAbove = excess > 0
  }
  return below
}

/** Inside the bracket by half of the resolution, so that a bracket with one good end is soon shut. */
const within = (above: number, below: number, age: number): number =>
  Math.min(below - RESOLUTION_WEEKS / 2, Math.max(above + RESOLUTION_WEEKS / 2, age))
