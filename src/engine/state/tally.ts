import { MillraceError } from '../errors.ts'
import { array, int, record, type ValueOf } from '../form.ts'
import type { Cell } from './cell.ts'
import { declaredWhole } from './limits.ts'

export interface Tally {
  /**
   * Adds to the count of a key; a count may fall below 0. Throws `OUT_OF_RANGE` for what is no 32-bit
   * whole number, and `CELL_FULL` for one more key than there may be.
   */
  add(key: number, by: number): void
  /** 0 for a key that is not counted. */
  count(key: number): number
  /** Keys whose count is not 0, lowest first. Valid until the tally is changed. */
  keys(): readonly number[]
  /** Their counts, in the same order. Valid until the tally is changed. */
  counts(): readonly number[]
  clear(): void
  readonly size: number
}

const form = record({ keys: array(int), counts: array(int) })
type Form = ValueOf<typeof form>

/**
 * Counts by whole number, such as how many buyers each cell of a population has.
 *
 * Shape: keys and counts side by side, lowest key first, and no count of 0. So a tally is the sum of
 * what was added, whichever way it came: the same sums are the same bytes. For that a count may also
 * be below 0, as it is for a while where what is taken away comes before what is added.
 *
 * Bound: `max` keys; one more throws `CELL_FULL`, and the step is undone. Bytes per key of the
 * pipeline: 2 to 10 for each counted key, usually about 5. Adding to a counted key is a search by
 * halves; a new one moves those after it.
 */
export const tally = ({ max }: { readonly max: number }): Cell<Form, Tally> => {
  declaredWhole('tally', 'max', max)
  return {
    kind: 'tally',
    bounds: { max },
    form,
    view: slot => ({
      add(key, by) {
        checkAdded(key, by)
        if (by === 0) return
        const held = slot.get() ?? { keys: [], counts: [] }
        addTo(held, key, by, max)
        if (held.keys.length === 0) slot.set(undefined)
        else if (slot.get() === undefined) slot.set(held)
      },
      count(key) {
        const held = slot.read()
        if (held === undefined) return 0
        const at = placeOf(held.keys, key)
        return held.keys[at] === key ? held.counts[at]! : 0
      },
      keys: () => slot.read()?.keys ?? EMPTY,
      counts: () => slot.read()?.counts ?? EMPTY,
      clear: () => slot.set(undefined),
      get size() {
        return slot.read()?.keys.length ?? 0
      },
    }),
  }
}

const EMPTY: readonly never[] = Object.freeze([])

const isInt = (number: number): boolean => (number | 0) === number

const checkAdded = (key: number, by: number): void => {
  if (isInt(key) && isInt(by)) return
  throw new MillraceError(
    'OUT_OF_RANGE',
    `A tally counts by 32-bit whole numbers, and cannot add ${by} to ${key}. Round before adding.`,
  )
}

const addTo = ({ keys, counts }: Form, key: number, by: number, max: number): void => {
  const at = placeOf(keys, key)
  const isCounted = keys[at] === key
  const sum = (isCounted ? counts[at]! : 0) + by
  if (!isInt(sum)) throw beyond(key, sum)
  if (isCounted && sum !== 0) counts[at] = sum
  else if (isCounted) {
    keys.splice(at, 1)
    counts.splice(at, 1)
  } else if (keys.length >= max) throw full(max)
  else {
    keys.splice(at, 0, key)
    counts.splice(at, 0, by)
  }
}

/** Where the key is, or belongs. */
const placeOf = (keys: readonly number[], key: number): number => {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}

const beyond = (key: number, sum: number): MillraceError =>
  new MillraceError(
    'OUT_OF_RANGE',
    `The count of ${key} in a tally would be ${sum}, which is beyond 32 bits. Count by more keys.`,
  )

const full = (max: number): MillraceError =>
  new MillraceError(
    'CELL_FULL',
    `A tally counts by ${max} numbers at most, and has as many. Count by fewer, or declare the cell ` +
      'with a larger max.',
  )
