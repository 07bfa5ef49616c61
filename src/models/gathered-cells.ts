import { type InPieces, STEPS_OF_A_PIECE } from './in-pieces.ts'

/**
 * Counts of people, brought together until they are few enough to be read some hundred times: a search
 * reads all of them for each guess.
 *
 * What is joined into one cell keeps its mean, and not the middle of the cell, so that the error is
 * of second order. Only whole numbers are added up, and the cells come in the order of their keys: the
 * same people give the same bits, however they were counted before.
 */
export interface CountedPeople {
  /** How many counts there are. */
  readonly length: number
  readonly countAt: (at: number) => number
  /** A whole number; the same for counts that may be joined in cells of this width. */
  readonly keyAt: (at: number, width: number) => number
  /** Whole numbers of which the means are kept. */
  readonly xAt: (at: number) => number
  readonly yAt: (at: number) => number
  /** To be tried one after another; the last one is taken in any case. */
  readonly widths: readonly number[]
}

/** Columns, in the order of the keys. */
export interface GatheredCells {
  readonly keys: Float64Array
  readonly counts: Float64Array
  readonly x: Float64Array
  readonly y: Float64Array
}

/** So many cells are read in about a millisecond. */
export const GATHERED_CELLS_MAX = 16_384

export function* gatheredCells(people: CountedPeople): InPieces<GatheredCells> {
  const widest = people.widths.at(-1)!
  for (const width of people.widths) {
    const sums = yield* sumsAt(people, width, width === widest ? Infinity : GATHERED_CELLS_MAX)
    if (sums !== null) return yield* inOrder(sums)
  }
  throw new RangeError('People are gathered in cells of some width: at least one is to be named.')
}

interface Sums {
  readonly placeOf: Map<number, number>
  readonly counts: number[]
  readonly x: number[]
  readonly y: number[]
}

/** Null where they are more than `cellsMax`. */
function* sumsAt(people: CountedPeople, width: number, cellsMax: number): InPieces<Sums | null> {
  const { countAt, keyAt, xAt, yAt } = people
  const placeOf = new Map<number, number>()
  const [counts, x, y]: [number[], number[], number[]] = [[], [], []]
  for (let at = 0; at < people.length; at++) {
    if (at % STEPS_OF_A_PIECE === 0) yield
    const count = countAt(at)
    if (count === 0) continue
    const key = keyAt(at, width)
    const place = placeOf.get(key)
    if (place === undefined) {
      if (counts.length >= cellsMax) return null
      placeOf.set(key, counts.length)
      counts.push(count)
      x.push(count * xAt(at))
      y.push(count * yAt(at))
    } else {
      counts[place]! += count
      x[place]! += count * xAt(at)
      y[place]! += count * yAt(at)
    }
  }
  return { placeOf, counts, x, y }
}

function* inOrder({ placeOf, counts, x, y }: Sums): InPieces<GatheredCells> {
  const keys = Float64Array.from(placeOf.keys()).sort()
  yield
  const columns = [0, 1, 2].map(() => new Float64Array(keys.length)) as Columns
  for (let at = 0; at < keys.length; at++) {
    if (at % STEPS_OF_A_PIECE === 0) yield
    const place = placeOf.get(keys[at]!)!
    const count = counts[place]!
    columns[0][at] = count
    columns[1][at] = x[place]! / count
    columns[2][at] = y[place]! / count
  }
  return { keys, counts: columns[0], x: columns[1], y: columns[2] }
}

type Columns = [Float64Array, Float64Array, Float64Array]
