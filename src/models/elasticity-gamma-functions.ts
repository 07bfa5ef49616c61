/**
 * Digamma and trigamma, the first two derivatives of ln Γ, for x > 0, and the inverse of the second.
 *
 * The logarithm of a Gamma(α, β) variable has mean ψ(α) − ln β and variance ψ'(α), which is what the
 * demand model needs of them. Arguments are moved up to 10 by recurrence, where the asymptotic series
 * (Abramowitz & Stegun 6.3.18, 6.4.11) is exact to about 1e-14.
 */

const SERIES_FROM = 10

export const digamma = (x: number): number => {
  let at = x
  let sum = 0
  for (; at < SERIES_FROM; at++) sum -= 1 / at
  const s = 1 / (at * at)
  const tail = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s / 132))))
  return sum + Math.log(at) - 0.5 / at - tail
}

export const trigamma = (x: number): number => {
  let at = x
  let sum = 0
  for (; at < SERIES_FROM; at++) sum += 1 / (at * at)
  const s = 1 / (at * at)
  const tail = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - (s * 5) / 66))))
  return sum + (1 + 0.5 / at + tail) / at
}

const tetragamma = (x: number): number => {
  let at = x
  let sum = 0
  for (; at < SERIES_FROM; at++) sum -= 2 / (at * at * at)
  const s = 1 / (at * at)
  const tail = s * (1 / 2 - s * (1 / 6 - s * (1 / 6 - s * (3 / 10 - (s * 5) / 6))))
  return sum - s * (1 + 1 / at + tail)
}

const STEPS_MAX = 50

/** The x at which trigamma is `y` > 0. Newton's steps on 1/ψ', which go one way and do not overshoot. */
export const inverseTrigamma = (y: number): number => {
  let x = 0.5 + 1 / y
  for (let step = 0; step < STEPS_MAX; step++) {
    const at = trigamma(x)
    const change = (at * (1 - at / y)) / tetragamma(x)
    x += change
    if (Math.abs(change) < 1e-10 * x) break
  }
  return x
}
