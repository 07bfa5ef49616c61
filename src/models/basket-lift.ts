/**
 * What is bought together more often than by chance (part 2 of the reference), from four counts of
 * baskets: all of them `n`, with the one article `ci`, with the other `cj`, with both `cij`. All are
 * symmetric in the two, but for what one brings the other. Counts may have faded, so they need not be
 * whole, and be estimates, so they need not agree.
 */

/** How many times as often as by chance. */
export const liftOf = (n: number, ci: number, cj: number, cij: number): number =>
  cij / expectedTogether(n, ci, cj)

/**
 * The same, with baskets added of which as many as by chance hold both: a pair that was seen together once
 * and expected a thousandth of a time is no better known for that.
 */
export const shrunkLiftOf = (n: number, ci: number, cj: number, cij: number): number =>
  (cij + ADDED) / (expectedTogether(n, ci, cj) + ADDED)

/** Whether the two are bought together more often than by chance, and that is hardly chance itself. */
export const isShown = (n: number, ci: number, cj: number, cij: number): boolean =>
  cij >= BASKETS_MIN &&
  cij > expectedTogether(n, ci, cj) &&
  independenceOf(n, ci, cj, cij) > SIGNIFICANT

/**
 * How many baskets more with the other each one more with the first brings, from 0 to 1, if they are
 * bought together because of each other; what chance alone brings is taken off.
 */
export const attachOf = (n: number, ci: number, cj: number, cij: number): number =>
  Math.min(1, Math.max(0, (cij - expectedTogether(n, ci, cj)) / ci))

/**
 * G², twice the log of how much likelier the counts are than if the two were independent (Dunning 1993,
 * "Accurate methods for the statistics of surprise and coincidence").
 */
export const independenceOf = (n: number, ci: number, cj: number, cij: number): number => {
  const cells = [cij, ci - cij, cj - cij, n - ci - cj + cij].map(cell => Math.max(0, cell))
  const [both, first, second, none] = cells as [number, number, number, number]
  const total = both + first + second + none
  return (
    2 *
    (surprise(both, both + first, both + second, total) +
      surprise(first, both + first, first + none, total) +
      surprise(second, second + none, both + second, total) +
      surprise(none, second + none, first + none, total))
  )
}

const surprise = (cell: number, row: number, column: number, total: number): number =>
  cell > 0 ? cell * Math.log((cell * total) / (row * column)) : 0

const expectedTogether = (n: number, ci: number, cj: number): number => (ci * cj) / n

const ADDED = 5
const BASKETS_MIN = 5
/** χ² of one degree of freedom: one chance in a thousand. */
const SIGNIFICANT = 10.83
