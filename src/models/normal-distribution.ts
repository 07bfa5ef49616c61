/** The standard normal distribution. */

/** What lies below it has a chance of .95. */
export const QUANTILE_95 = 1.6448536269514722

/** Beyond it the chance left is below 1e-15. */
const FAR = 8

/**
 * The chance of a value below `x`, to 1e-15: Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …), the series of
 * Marsaglia 2004, "Evaluating the normal distribution", summed until nothing changes.
 */
export const normalCdf = (x: number): number => {
  // What is no number would never come to an end below.
  if (Number.isNaN(x)) return x
  if (x <= -FAR) return 0
  if (x >= FAR) return 1
  let term = x
  let sum = 0
  for (let n = 3; sum !== sum + term; n += 2) {
    sum += term
    term *= (x * x) / n
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / SQRT_2_PI
}

const SQRT_2_PI = 2.5066282746310002

/**
 * The value below which there is this chance, to .0005: Abramowitz & Stegun 26.2.23.
 *
 * @param probability between 0 and 1, without the two
 */
export const normalQuantile = (probability: number): number => {
  const t = Math.sqrt(-2 * Math.log(Math.min(probability, 1 - probability)))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  const x = t - above / below
  return probability < 0.5 ? -x : x
}
