/**
 * Charts that see a small lasting shift where no single value is remarkable. Values are standardised: a mean
 * of 0 and a standard deviation of 1 while nothing is wrong.
 *
 *     CUSUM   up = max(0, up + x − k), and down likewise; out beyond h      (Page 1954)
 *     EWMA    z = λx + (1 − λ)z; out beyond L standard deviations of z      (Roberts 1959)
 *
 * With k = .5 and h = 5 a CUSUM is out once in 465 values where nothing is wrong, and after 10.4 where the mean
 * has moved by one deviation (Montgomery, "Introduction to Statistical Quality Control", table 9.3).
 */

export interface Cusum {
  readonly up: number
  readonly down: number
}

export const CUSUM_BEGUN: Cusum = { up: 0, down: 0 }
export const CUSUM_SLACK = 0.5
export const CUSUM_LIMIT = 5

export const cusumAfter = ({ up, down }: Cusum, value: number): Cusum => ({
  up: Math.max(0, up + value - CUSUM_SLACK),
  down: Math.max(0, down - value - CUSUM_SLACK),
})

export const isCusumOut = ({ up, down }: Cusum): boolean => Math.max(up, down) > CUSUM_LIMIT

export const EWMA_RATE = 0.1
export const EWMA_LIMIT = 2.814

export const ewmaAfter = (mean: number, value: number, rate = EWMA_RATE): number =>
  mean + rate * (value - mean)

/** By the standard deviation that it comes to: the first values are judged mildly. */
export const isEwmaOut = (mean: number, rate = EWMA_RATE, limit = EWMA_LIMIT): boolean =>
  Math.abs(mean) > limit * Math.sqrt(rate / (2 - rate))
