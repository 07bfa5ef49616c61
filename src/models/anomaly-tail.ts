/**
 * How rare a magnitude is among those before it. Most are counted, in buckets that grow by a fifth; beyond
 * the 98th percentile a generalised Pareto tail with ξ = .2 takes over, so that what never was has a chance
 * too (Pickands 1975; as in Siffer et al., "Anomaly Detection in Streams with Extreme Value Theory", KDD
 * 2017, with the shape held and the scale by the mean excess).
 */
import { BUCKETS, COUNT_MAX, counts, TAIL, tailAt, tails } from './anomaly-state.ts'

const BUCKET_LOG = Math.log(1.2)
/** The lower end of the lowest bucket, as a logarithm. */
const LOWEST_LOG = -3
const TAIL_SHARE = 0.02
const SHAPE = 0.2
const EXCESS_DECAY = 0.998
/** One excess counts as no more than so many mean ones. */
const EXCESS_MAX = 12

const bucketOf = (magnitude: number): number => {
  if (!(magnitude > 0)) return 0
  const bucket = Math.floor((Math.log(magnitude) - LOWEST_LOG) / BUCKET_LOG)
  return Math.min(BUCKETS - 1, Math.max(0, bucket))
}

const lowerEndOf = (bucket: number): number => Math.exp(LOWEST_LOG + bucket * BUCKET_LOG)

/** −log10 of the chance of as much as a magnitude, of 0 or more, or more. */
export const surprise = (tail: number, magnitude: number): number => {
  const from = tails[tailAt(tail) + TAIL.from]!
  if (from > 0 && magnitude > from) return beyond(tail, magnitude - from)
  const all = countedFrom(tail, 0)
  if (all === 0) return 0
  const atLeast = countedFrom(tail, bucketOf(magnitude))
  return -Math.log10(Math.max(atLeast / all, TAIL_SHARE))
}

const countedFrom = (tail: number, bucket: number): number => {
  let counted = 0
  for (let at = tail * BUCKETS + bucket; at < (tail + 1) * BUCKETS; at++) counted += counts[at]!
  return counted
}

const beyond = (tail: number, excess: number): number => {
  const scale = meanExcess(tail) * (1 - SHAPE)
  return -Math.log10(TAIL_SHARE) + Math.log10(1 + (SHAPE * excess) / scale) / SHAPE
}

const meanExcess = (tail: number): number => {
  const at = tailAt(tail)
  return tails[at + TAIL.excess]! / tails[at + TAIL.weight]!
}

/** The same magnitude, from now on as one of those before. */
export const learnMagnitude = (tail: number, magnitude: number): void => {
  const bucket = tail * BUCKETS + bucketOf(magnitude)
  if (counts[bucket] === COUNT_MAX) halve(tail)
  counts[bucket]! += 1
  const at = tailAt(tail)
  const from = tails[at + TAIL.from]!
  if (from === 0 || magnitude <= from) return
  const excess = Math.min(magnitude - from, EXCESS_MAX * meanExcess(tail))
  tails[at + TAIL.excess] = EXCESS_DECAY * tails[at + TAIL.excess]! + excess
  tails[at + TAIL.weight] = EXCESS_DECAY * tails[at + TAIL.weight]! + 1
}

/** A bucket is full: what is long ago counts half. */
const halve = (tail: number): void => {
  for (let at = tail * BUCKETS; at < (tail + 1) * BUCKETS; at++) counts[at]! >>= 1
}

/** Where the tail begins, of what is known by now. */
export const moveTail = (tail: number): void => {
  const at = tailAt(tail)
  const wanted = TAIL_SHARE * countedFrom(tail, 0)
  if (wanted === 0) return
  const first = tail * BUCKETS
  let above = 0
  let bucket = BUCKETS
  while (bucket > 0 && above < wanted) above += counts[first + --bucket]!
  const here = counts[first + bucket]!
  // Within the bucket as if it were filled evenly.
  const share = here === 0 ? 0 : (above - wanted) / here
  const from = lowerEndOf(bucket + share)
  if (tails[at + TAIL.from] === 0) {
    tails[at + TAIL.excess] = EXCESS_PRIOR * from
    tails[at + TAIL.weight] = 1
  }
  tails[at + TAIL.from] = from
}

/** A mean excess to begin with, as a share of where the tail begins. */
const EXCESS_PRIOR = 0.25
