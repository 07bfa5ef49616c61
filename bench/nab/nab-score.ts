/**
 * The score of the Numenta Anomaly Benchmark (Lavin & Ahmad, "Evaluating Real-time Anomaly Detection
 * Algorithms – the Numenta Anomaly Benchmark", ICMLA 2015), version 1.1.
 *
 *     in a window, early -> late      1 .. 0       the best of each window counts; none: minus its weight
 *     after a window                  0 .. -1      each, times the weight of a false alarm
 *     before any window               -1           each, likewise
 *
 * The first 15 % of a file, 750 rows at most, are for the detector to learn and are not judged.
 */

/** What a benchmark's user cares for. */
export interface NabProfile {
  readonly hit: number
  readonly falseAlarm: number
  readonly miss: number
}

export const NAB_PROFILES = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  'few false alarms': { hit: 1, falseAlarm: 0.22, miss: 1 },
  'few misses': { hit: 1, falseAlarm: 0.11, miss: 2 },
} as const satisfies Record<string, NabProfile>
export type NabProfileName = keyof typeof NAB_PROFILES

/** One file with what a detector said of each row. */
export interface JudgedFile {
  readonly timestamps: readonly string[]
  /** The stamps of the first row and the last row of each window, in their order. */
  readonly windows: readonly (readonly [first: string, last: string])[]
  /** The higher, the more unusual. */
  readonly scores: ArrayLike<number>
}

/** A row that is judged, if it is told. */
export interface NabPoint {
  readonly score: number
  /** What telling it brings, weighted. */
  readonly gain: number
  /** A number that no other window of the corpus has; null: outside of all. */
  readonly window: number | null
}

const PROBATION_SHARE = 0.15
const PROBATION_ROWS_MAX = 750

export const probationRows = (rows: number): number =>
  Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_MAX)

/** From nearly 1 at -1, the left edge of a window, to 0 at its right edge, and to -1 far behind. */
export const scaledSigmoid = (position: number): number =>
  position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1

/** The rows of the files that are judged; `allWindows` of them are looked for. */
export const pointsOf = (files: readonly JudgedFile[], profile: NabProfile): NabPoint[] => {
  let windowsBefore = 0
  return files.flatMap(file => {
    const points = pointsOfFile(file, profile, windowsBefore)
    windowsBefore += file.windows.length
    return points
  })
}

const pointsOfFile = (
  { timestamps, windows, scores }: JudgedFile,
  { hit, falseAlarm }: NabProfile,
  windowsBefore: number,
): NabPoint[] => {
  const rowOf = new Map(
    timestamps.map((stamp, row) => [stamp, row]).reverse() as [string, number][],
  )
  const spans = windows.map(([first, last]) => [rowOf.get(first), rowOf.get(last)])
  if (spans.flat().includes(undefined)) throw new Error('A window begins or ends at no row.')
  const [points, probation] = [[] as NabPoint[], probationRows(timestamps.length)]
  let [next, width, right]: [number, number, number | null] = [0, 0, null]
  for (let row = 0; row < timestamps.length; row++) {
    const [first, last] = (spans[next] ?? [Infinity, Infinity]) as [number, number]
    const isInside = row >= first
    const gain = isInside
      ? (hit * scaledSigmoid(-(last - row + 1) / (last - first + 1))) / scaledSigmoid(-1)
      : falseAlarm * (right === null ? -1 : scaledSigmoid((row - right) / (width - 1)))
    if (row >= probation) {
      points.push({ score: scores[row]!, gain, window: isInside ? windowsBefore + next : null })
    }
    if (row !== last) continue
    right = last
    width = last - first + 1
    next++
  }
  return points
}

/** What telling every row of at least `threshold` is worth. */
export const rawScore = (
  points: readonly NabPoint[],
  { miss }: NabProfile,
  threshold: number,
): number => {
  const best = new Map<number, number>()
  let falseAlarms = 0
  for (const { score, gain, window } of points) {
    if (window === null) falseAlarms += score >= threshold ? gain : 0
    else best.set(window, Math.max(best.get(window) ?? -miss, score >= threshold ? gain : -miss))
  }
  return [...best.values()].reduce((sum, gain) => sum + gain, falseAlarms)
}

/** The threshold that is worth most, and what: the benchmark grants each detector one for all files. */
export const bestThreshold = (
  points: readonly NabPoint[],
  { miss }: NabProfile,
): { readonly threshold: number; readonly raw: number } => {
  const falling = [...points].sort((a, b) => b.score - a.score)
  const best = new Map<number, number>()
  for (const { window } of points) if (window !== null) best.set(window, -miss)
  let raw = -miss * best.size
  let found = { threshold: Infinity, raw }
  falling.forEach(({ score, gain, window }, at) => {
    const before = window === null ? 0 : best.get(window)!
    const after = window === null ? gain : Math.max(before, gain)
    if (window !== null) best.set(window, after)
    raw += after - before
    if (falling[at + 1]?.score !== score && raw > found.raw) found = { threshold: score, raw }
  })
  return found
}

/** 0 for a detector that tells nothing, 100 for one that tells each window at its first row. */
export const normalised = (raw: number, windows: number, { hit, miss }: NabProfile): number =>
  (100 * (raw + miss * windows)) / (windows * (hit + miss))
