import { bucketOf, LOWEST_BUCKET, middleOf, type ReadonlySketch } from './quantile-sketch.ts'

/**
 * Where values stand in the population that a sketch counts.
 *
 * Many people share one value: most have bought exactly once. So the share of rank of a value is the
 * share of people below it and half of those who have it too ("mid-rank"), which treats all of them
 * alike and puts them in the middle of the places that they take.
 */

/** The value at rank `floor(q * (count - 1))` for q in 0 to 1; null where there is none. */
export const quantileOf = ({ count, buckets }: ReadonlySketch, q: number): number | null => {
  if (count === 0) return null
  const rank = Math.floor(Math.min(Math.max(q, 0), 1) * (count - 1))
  let at = 0
  for (let before = buckets[1]!; before <= rank; before += buckets[at + 1]!) at += 2
  return middleOf(buckets[at]!)
}

/** The share of people with less, and half of those with as much, from 0 to 1; null without people. */
export const rankShareOf = ({ count, buckets }: ReadonlySketch, value: number): number | null => {
  if (count === 0) return null
  const bucket = bucketOf(value)
  let below = 0
  for (let at = 0; at < buckets.length && buckets[at]! <= bucket; at += 2) {
    below += buckets[at]! < bucket ? buckets[at + 1]! : buckets[at + 1]! / 2
  }
  return below / count
}

/**
 * The lowest bucket whose values have a rank of `share` or more; one above all that are in use where
 * there is no other. So `bucketOf(value) >= bucketAtShare(sketch, share)` says what
 * `rankShareOf(sketch, value) >= share` says, and needs no sketch: a whole number is published.
 */
export const bucketAtShare = ({ count, buckets }: ReadonlySketch, share: number): number => {
  const wanted = share * count
  let below = 0
  let free = LOWEST_BUCKET
  for (let at = 0; at < buckets.length && below < wanted; at += 2) {
    if (below + buckets[at + 1]! / 2 >= wanted) return buckets[at]!
    below += buckets[at + 1]!
    free = buckets[at]! + 1
  }
  return free
}
