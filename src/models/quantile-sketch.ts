/**
 * Quantiles of a population that people join, move within and leave: a DDSketch (Masson, Rim & Lee,
 * "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", PVLDB 2019).
 *
 *     bucket    -512            0          1            2                1535
 *     values    [0, 0.00004]    (…, 1]     (1, 1.02]    (1.02, 1.041]    above 21,000,000,000,000
 *
 * Bucket i counts the values in (g^(i-1), g^i], g = (1 + e) / (1 - e), and answers with the one in the
 * middle, which is within e = 1 % of all of them. Of the cell kind `quantiles` of the engine it has
 * the numbering of buckets. That cell is one key's, and only grows; it collapses its lowest buckets
 * where too many are in use. Which those are depends on what came before, so that nothing can be
 * taken out of it again. Here the ends are fixed: what is smaller than the lowest bucket is counted
 * there and answered as 0, what is larger than the highest is counted there. So a sketch is the sum
 * of its people, whichever way they came: adding and removing in any order, and merging parts in any
 * order, give the same numbers to the last bit.
 *
 * Bound: `SKETCH_BUCKETS_MAX` = 2,048 buckets, of which only those that are not empty are kept. A
 * sketch is changed in place, since a population changes with every purchase.
 */
export interface QuantileSketch {
  /** How many values are in it. */
  count: number
  /** Pairs of bucket and count, lowest bucket first, no count of 0. */
  buckets: number[]
}

/** A sketch that is only read. */
export interface ReadonlySketch {
  readonly count: number
  readonly buckets: readonly number[]
}

export const SKETCH_RELATIVE_ERROR = 0.01
export const LOWEST_BUCKET = -512
export const HIGHEST_BUCKET = 1535
export const SKETCH_BUCKETS_MAX = HIGHEST_BUCKET - LOWEST_BUCKET + 1

/** A bucket reaches from one power of this to the next. */
export const SKETCH_BASE = (1 + SKETCH_RELATIVE_ERROR) / (1 - SKETCH_RELATIVE_ERROR)
const LOG_BASE = Math.log(SKETCH_BASE)

export const emptySketch = (): QuantileSketch => ({ count: 0, buckets: [] })

/** The bucket of a finite value of 0 or more. */
export const bucketOf = (value: number): number => {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(
      `A sketch takes finite values of 0 or more, not ${value}. Leave such values out before adding.`,
    )
  }
  // Rounded up, a little below 1 gives -0, which is no other bucket than 0.
  const bucket = Math.ceil(Math.log(value) / LOG_BASE) + 0
  return Math.min(Math.max(bucket, LOWEST_BUCKET), HIGHEST_BUCKET)
}

/** The value that stands for a bucket: 0 for the lowest. */
export const middleOf = (bucket: number): number =>
  bucket === LOWEST_BUCKET ? 0 : (2 * Math.exp(bucket * LOG_BASE)) / (SKETCH_BASE + 1)

export const addValue = (sketch: QuantileSketch, value: number, count = 1): void =>
  changeBucket(sketch, bucketOf(value), checkedCount(count))

/** Takes a value out that was added before. Throws where the sketch has none such. */
export const removeValue = (sketch: QuantileSketch, value: number, count = 1): void =>
  changeBucket(sketch, bucketOf(value), -checkedCount(count))

/** Adds what `other` counts. */
export const mergeSketch = (sketch: QuantileSketch, other: ReadonlySketch): void => {
  const { buckets } = other
  for (let at = 0; at < buckets.length; at += 2) {
    changeBucket(sketch, buckets[at]!, buckets[at + 1]!)
  }
}

const checkedCount = (count: number): number => {
  if (count >= 1 && Number.isSafeInteger(count)) return count
  throw new RangeError(`A sketch counts whole times from 1 on, not ${count}.`)
}

const changeBucket = (sketch: QuantileSketch, bucket: number, by: number): void => {
  const { buckets } = sketch
  const at = placeOf(buckets, bucket)
  const before = buckets[at] === bucket ? buckets[at + 1]! : 0
  const after = before + by
  if (after < 0) throw neverAdded(bucket, before, -by)
  // An emptied bucket is not kept: the same people give the same sketch, whoever left meanwhile.
  if (after === 0) buckets.splice(at, 2)
  else if (before === 0) buckets.splice(at, 0, bucket, after)
  else buckets[at + 1] = after
  sketch.count += by
}

const neverAdded = (bucket: number, held: number, removed: number): RangeError =>
  new RangeError(
    `A sketch that counts ${held} values near ${middleOf(bucket)} cannot lose ${removed} of them. ` +
      'Remove only what was added.',
  )

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

/** The counts by bucket, as a map of numbers such as an event carries. */
export const countsOf = ({ buckets }: ReadonlySketch): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (let at = 0; at < buckets.length; at += 2) counts[buckets[at]!] = buckets[at + 1]!
  return counts
}

/** The sketch of such counts, in whichever order they are. Throws for what is no bucket or count. */
export const sketchOf = (counts: Readonly<Record<string, number>>): QuantileSketch => {
  const sketch = emptySketch()
  for (const [name, count] of Object.entries(counts)) {
    changeBucket(sketch, namedBucket(name), checkedCount(count))
  }
  return sketch
}

const namedBucket = (name: string): number => {
  const bucket = Number(name)
  if (String(bucket) === name && Number.isInteger(bucket)) {
    if (bucket >= LOWEST_BUCKET && bucket <= HIGHEST_BUCKET) return bucket
  }
  throw new RangeError(
    `"${name}" is no bucket of a sketch: a whole number from ${LOWEST_BUCKET} to ${HIGHEST_BUCKET}.`,
  )
}
