/**
 * ln Γ(x) for x > 0, to about 1e-15 of its size (near its zeros at 1 and 2: of one).
 *
 * Arguments are moved up to 10 by recurrence, as a product, so that one logarithm is enough; there
 * Stirling's series (Abramowitz & Stegun 6.1.41) is exact to less than 1e-15.
 */

const SERIES_FROM = 10
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)

export const logGamma = (x: number): number => {
  let at = x
  let product = 1
  for (; at < SERIES_FROM; at++) product *= at
  const s = 1 / (at * at)
  const tail = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s / 519))))
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_TWO_PI + tail / at - Math.log(product)
}

/** ln B(x, y) = ln Γ(x) + ln Γ(y) − ln Γ(x + y). */
export const logBeta = (x: number, y: number): number => logGamma(x) + logGamma(y) - logGamma(x + y)
