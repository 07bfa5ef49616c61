/**
 * The plainest detector of the benchmark, as a check of the scorer: how far up the normal distribution of
 * the last 6,400 values a value is, the window moving on by hundreds.
 */
import { normalUpperTail } from './normal-upper-tail.ts'

const WINDOW = 6_400
const STEP = 100
const SPREAD_MIN = 0.000_001

export const windowedGaussian = (values: readonly number[]): number[] => {
  let from = 0
  let until = 0
  let [mean, spread] = [0, 1]
  return values.map((value, row) => {
    const score = row === 0 ? 0 : 1 - normalUpperTail(Math.abs(value - mean) / spread)
    const isDue = row < WINDOW || (row - WINDOW + 1) % STEP === 0
    if (isDue) {
      until = row + 1
      from = Math.max(0, until - WINDOW)
      mean = meanOf(values, from, until, each => each)
      spread = Math.sqrt(meanOf(values, from, until, each => (each - mean) ** 2)) || SPREAD_MIN
    }
    return score
  })
}

const meanOf = (
  values: readonly number[],
  from: number,
  until: number,
  of: (value: number) => number,
): number => {
  let sum = 0
  for (let row = from; row < until; row++) sum += of(values[row]!)
  return sum / (until - from)
}
