import { MillraceError } from '../errors.ts'
import { array, long, record, type ValueOf } from '../form.ts'
import type { Cell } from './cell.ts'
import { declaredWhole } from './limits.ts'

export interface Quantiles {
  /** Adds a value of 0 or more, `count` times. */
  add(value: number, count?: number): void
  /** The value at rank `floor(q * (count - 1))` for q in 0 to 1; null where there is none. */
  quantile(q: number): number | null
  readonly count: number
}

const form = record({ count: long, zeros: long, buckets: array(long) })
type Form = ValueOf<typeof form>

/**
 * Quantiles of values of 0 or more, within a relative error.
 *
 * Shape: how many values were 0, and pairs of bucket and count, lowest first. Bucket i holds the
 * values in (g^(i-1), g^i], g = (1 + e) / (1 - e), and answers with the one in its middle, which is
 * within `relativeError` (default 0.01) of all of them. Counts are integers: two sketches merge by
 * adding, and the order of values changes nothing.
 *
 * Bound: `bucketsMax` (default 512) buckets that are not empty; beyond it the lowest fall together
 * into the next, so that low quantiles lose precision first. 512 at 1 % hold values over a range of
 * 28,000 to 1 exactly as promised. Bytes per key: about 5, and 4 for each bucket.
 */
export const quantiles = ({
  relativeError = 0.01,
  bucketsMax = 512,
}: {
  readonly relativeError?: number
  readonly bucketsMax?: number
} = {}): Cell<Form, Quantiles> => {
  declaredError(relativeError)
  declaredWhole('quantiles', 'bucketsMax', bucketsMax)
  const base = (1 + relativeError) / (1 - relativeError)
  const logBase = Math.log(base)
  const middle = (bucket: number): number => (2 * Math.exp(bucket * logBase)) / (base + 1)
  return {
    kind: 'quantiles',
    bounds: { relativeError, bucketsMax },
    form,
    view: slot => ({
      add(value, count = 1) {
        checkAdded(value, count)
        let held = slot.get()
        if (held === undefined) {
          held = { count: 0, zeros: 0, buckets: [] }
          slot.set(held)
        }
        held.count += count
        if (value === 0) held.zeros += count
        else addTo(held.buckets, Math.ceil(Math.log(value) / logBase), count, bucketsMax)
      },
      quantile(q) {
        const held = slot.read()
        if (held === undefined) return null
        const rank = Math.floor(Math.min(Math.max(q, 0), 1) * (held.count - 1))
        return rank < held.zeros ? 0 : middle(bucketAt(held, rank))
      },
      get count() {
        return slot.read()?.count ?? 0
      },
    }),
  }
}

const declaredError = (relativeError: number): void => {
  if (relativeError >= 0.001 && relativeError <= 0.5) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `quantiles: relativeError is ${relativeError}, but must be from 0.001 to 0.5.`,
  )
}

const checkAdded = (value: number, count: number): void => {
  if (value >= 0 && value < Number.POSITIVE_INFINITY && count >= 1 && Number.isSafeInteger(count)) {
    return
  }
  throw new MillraceError(
    'OUT_OF_RANGE',
    `A quantiles cell takes finite values of 0 or more, each once or more often, not ${value} ` +
      `counted ${count} times. Leave such values out before adding.`,
  )
}

const addTo = (buckets: number[], bucket: number, count: number, bucketsMax: number): void => {
  const at = placeOf(buckets, bucket)
  if (buckets[at] === bucket) {
    buckets[at + 1]! += count
    return
  }
  buckets.splice(at, 0, bucket, count)
  if (buckets.length > 2 * bucketsMax) {
    buckets[3]! += buckets[1]!
    buckets.splice(0, 2)
  }
}

/** Where the bucket is among the pairs, or belongs. */
const placeOf = (buckets: readonly number[], bucket: number): number => {
  let low = 0
  let high = buckets.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    if (buckets[2 * middle]! < bucket) low = middle + 1
    else high = middle
  }
  return 2 * low
}

const bucketAt = ({ zeros, buckets }: Form, rank: number): number => {
  let before = zeros
  let at = -2
  do {
    at += 2
    before += buckets[at + 1]!
  } while (before <= rank)
  return buckets[at]!
}
