/**
 * The day of the week (UTC), in two ways: by the index of the category, which is a known factor for each
 * of the seven, and by a sine and cosine of its own, once an article is old enough to tell.
 *
 * Here we are not with the reference, which leaves the index when the wave begins. A wave cannot follow
 * a weekend: with sales twice as high on two days, and prices that are often lower on them, the index
 * and the wave find an elasticity of -2 to be -2.0, and the wave alone -3.3.
 */

const DAY_MS = 86_400_000
const WEEK_DAYS = 7
const WEEK_MS = WEEK_DAYS * DAY_MS
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 3

/** From Monday, which is 0. */
export const weekdayOf = (at: number): number =>
  (Math.floor(at / DAY_MS) + FIRST_WEEKDAY) % WEEK_DAYS

/**
 * The mean factor over a span.
 *
 * @param index seven factors from Monday on, 1 in the mean
 */
export const weekdayFactor = (from: number, to: number, index: readonly number[]): number => {
  if (!(to > from)) return index[weekdayOf(from)]!
  // Whole weeks have the mean of the index, however many they are.
  const weeks = Math.floor((to - from) / WEEK_MS)
  const end = to - weeks * WEEK_MS
  let sum = (weeks * WEEK_MS * index.reduce((total, factor) => total + factor, 0)) / WEEK_DAYS
  for (let at = from; at < end; ) {
    const next = Math.min(end, (Math.floor(at / DAY_MS) + 1) * DAY_MS)
    sum += (next - at) * index[weekdayOf(at)]!
    at = next
  }
  return sum / (to - from)
}

/** Sine and cosine of the place in the week, each in the mean over a span: of a whole week both are 0. */
export const weekWave = (
  from: number,
  to: number,
): { readonly seasonSin: number; readonly seasonCos: number } => {
  const half = (Math.PI * Math.max(0, to - from)) / WEEK_MS
  const height = half > 0 ? Math.sin(half) / half : 1
  const middle = 2 * Math.PI * ((from % WEEK_MS) / WEEK_MS) + half
  return { seasonSin: height * Math.sin(middle), seasonCos: height * Math.cos(middle) }
}
