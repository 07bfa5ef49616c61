/**
 * What the anomaly score knows of a series, as bytes: 2.8 KB however long the series is.
 *
 *     doubles   moments, then of each hour of the day its moments, then of each tail its numbers
 *     floats    the last 50 scores
 *     counts    of each of the eight tails a histogram
 *
 * Bytes since there may be a hundred thousand series, each changed by each of its readings: they are
 * taken over, laid out on one workbench, and copied off again, which is far less work than an object of a
 * thousand numbers. Numbers are in the order of bytes of the machine, little-endian wherever this runs.
 */

export const HOURS = 24
export const TAILS = 8
export const RECENT_SCORES = 50
/** From e^-10 on, of 1.2 each: up to e^9.7. */
export const BUCKETS = 108

/** Of the series: how many values, the last one, and how they go. */
export const MOMENT = {
  count: 0,
  last: 1,
  mean: 2,
  deviation: 3,
  change: 4,
  shortMean: 5,
} as const
const MOMENTS = 6

/** Of an hour of the day: how many values, their mean and their mean deviation from it. */
export const HOUR = { count: 0, mean: 1, deviation: 2 } as const
const HOUR_NUMBERS = 3

/** Of a tail: where it begins, the excesses beyond that, decayed, and how many magnitudes are counted. */
export const TAIL = { from: 0, excess: 1, weight: 2, counted: 3 } as const
const TAIL_NUMBERS = 4

const DOUBLES = MOMENTS + HOURS * HOUR_NUMBERS + TAILS * TAIL_NUMBERS
export const ANOMALY_STATE_BYTES = 8 * DOUBLES + 4 * RECENT_SCORES + 2 * TAILS * BUCKETS

const bench = new ArrayBuffer(ANOMALY_STATE_BYTES)
const bytes = new Uint8Array(bench)

/** The series that is being worked on. */
export const moments = new Float64Array(bench, 0, MOMENTS)
export const hours = new Float64Array(bench, 8 * MOMENTS, HOURS * HOUR_NUMBERS)
export const tails = new Float64Array(
  bench,
  8 * (MOMENTS + HOURS * HOUR_NUMBERS),
  TAILS * TAIL_NUMBERS,
)
export const recent = new Float32Array(bench, 8 * DOUBLES, RECENT_SCORES)
export const counts = new Uint16Array(bench, 8 * DOUBLES + 4 * RECENT_SCORES, TAILS * BUCKETS)

export const hourAt = (hour: number): number => hour * HOUR_NUMBERS
export const tailAt = (tail: number): number => tail * TAIL_NUMBERS

/** Lays a series out; null: one of which nothing is known yet. */
export const layOut = (state: Uint8Array | null): void => {
  if (state?.length === ANOMALY_STATE_BYTES) bytes.set(state)
  else bytes.fill(0)
}

/** A copy of what is laid out. */
export const copyOff = (): Buffer => Buffer.from(bytes)
