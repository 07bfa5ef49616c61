/**
 * Gauss's hypergeometric function by its power series, for a + 1, b + 1, c > 0 and 0 ≤ z < 1.
 *
 *     ₂F₁(a, b; c; z) = Σ (a)ₙ (b)ₙ / ((c)ₙ n!) zⁿ
 *
 * Summed until a term is below 1e-16 of the sum. Terms fall like zⁿ in the end: from c = 3 it takes
 * some 50 of them at z = 0.6, 230 at 0.9 and 2,000 at 0.99.
 */

export const SERIES_TERMS_MAX = 5_000
const TERM_MIN = 1e-16

/**
 * (₂F₁(a, b; c; z) − 1) / b, which stays finite and exact where b is 0 or near it. NaN where
 * 5,000 terms are not enough, or where they outgrow the numbers there are.
 */
export const hypergeometricSlope = (a: number, b: number, c: number, z: number): number => {
  let term = (a / c) * z
  let sum = term
  for (let n = 1; n < SERIES_TERMS_MAX; n++) {
    const ratio = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z
    term *= ratio
    sum += term
    // Once terms shrink they go on shrinking, so what is left is about term / (1 - ratio).
    if (ratio < 1 && Math.abs(term) <= TERM_MIN * (1 - ratio) * Math.abs(sum)) return sum
  }
  return Number.NaN
}

/** ₂F₁(a, b; c; z); NaN as above. */
export const hypergeometric = (a: number, b: number, c: number, z: number): number =>
  1 + b * hypergeometricSlope(a, b, c, z)
