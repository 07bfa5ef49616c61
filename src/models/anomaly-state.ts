/**
 * What the anomaly score knows of a series, as bytes: 1.1 KB however long the series is.
 *
 *     moments   of the series
 *     tails     of each of the eight where it begins, and the excesses beyond
 *     hours     of each hour of the day its moments, and how many values
 *     recent    the last 50 scores
 *     counts    of each tail a histogram
 *
 * Bytes since there may be a hundred thousand series, each changed by each of its readings: they are
 * taken over, laid out on one workbench, and copied off again, which is far less work than an object of
 * hundreds of numbers. Numbers are in the order of bytes of the machine, little-endian wherever this runs.
 */

export const HOURS = 24
export const TAILS = 8
export const RECENT_SCORES = 50
/**
 * Of a fifth more each, from e^-3 on, so up to 90. What is smaller is usual, and by the mean deviations that
 * magnitudes are counted in a fiftieth of them cannot be beyond 50.
 */
export const BUCKETS = 41

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

/** Of an hour of the day: mean, and mean deviation from it. */
export const HOUR = { mean: 0, deviation: 1 } as const
const HOUR_NUMBERS = 2

/** Of a tail: where it begins, and the excesses beyond that, decayed. */
export const TAIL = { from: 0, excess: 1, weight: 2 } as const
const TAIL_NUMBERS = 3

const AT = { moments: 0, tails: 0, hours: 0, hourCounts: 0, recent: 0, counts: 0 }
AT.tails = AT.moments + 8 * MOMENTS
AT.hours = AT.tails + 4 * TAILS * TAIL_NUMBERS
AT.hourCounts = AT.hours + 4 * HOURS * HOUR_NUMBERS
AT.recent = AT.hourCounts + 2 * HOURS
AT.counts = AT.recent + 2 * RECENT_SCORES
export const ANOMALY_STATE_BYTES = AT.counts + 2 * TAILS * BUCKETS

const bench = new ArrayBuffer(ANOMALY_STATE_BYTES)
const bytes = new Uint8Array(bench)

/** The series that is being worked on. */
export const moments = new Float64Array(bench, AT.moments, MOMENTS)
export const tails = new Float32Array(bench, AT.tails, TAILS * TAIL_NUMBERS)
export const hours = new Float32Array(bench, AT.hours, HOURS * HOUR_NUMBERS)
export const hourCounts = new Uint16Array(bench, AT.hourCounts, HOURS)
/** In steps of `SCORE_STEP`. */
export const recent = new Uint16Array(bench, AT.recent, RECENT_SCORES)
export const counts = new Uint16Array(bench, AT.counts, TAILS * BUCKETS)

export const COUNT_MAX = 65_535
export const SCORE_STEP = 1 / 256

export const hourAt = (hour: number): number => hour * HOUR_NUMBERS
export const tailAt = (tail: number): number => tail * TAIL_NUMBERS

/** Lays a series out; null: one of which nothing is known yet. */
export const layOut = (state: Uint8Array | null): void => {
  if (state?.length === ANOMALY_STATE_BYTES) bytes.set(state)
  else bytes.fill(0)
}

/** A copy of what is laid out. */
export const copyOff = (): Buffer => Buffer.from(bytes)
