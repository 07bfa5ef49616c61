import type { IdentityHistory } from './identity-history.ts'

/**
 * A person as the population counts people: by the day of the first purchase, the days with another
 * one, and the day of the last. It is all that the purchase model asks of anybody, so the counts of
 * such cells are what its parameters are fitted to.
 */
export interface PersonCell {
  /** Days (UTC) since 1970. */
  readonly cohortDay: number
  readonly repeats: number
  readonly lastDay: number
}

/** People who leave cells and join others. Sums of changes mean the same in whichever order. */
export interface CellChange {
  readonly cell: PersonCell
  readonly by: 1 | -1
}

const DAY_MS = 86_400_000

/** The cell of a person; null for somebody who never bought, who is in none. */
export const personCellOf = ({
  firstAt,
  lastAt,
  days,
  olderDays,
}: Pick<IdentityHistory, 'firstAt' | 'lastAt' | 'days' | 'olderDays'>): PersonCell | null => {
  if (firstAt === null || lastAt === null) return null
  return {
    cohortDay: Math.floor(firstAt / DAY_MS),
    repeats: Math.max(0, days.length + olderDays - 1),
    lastDay: Math.floor(lastAt / DAY_MS),
  }
}

/**
 * What changes where one person was counted as `before` and is now counted as `after`. A purchase, a
 * refund and a merge are of this form; null is no person. So a visitor who is merged leaves, and the
 * user moves from the cell of before the merge to the one after it: two people have become one. An
 * erased person only leaves.
 */
export const cellChanges = (
  before: PersonCell | null,
  after: PersonCell | null,
): readonly CellChange[] => {
  if (before !== null && after !== null && isSameCell(before, after)) return []
  const changes: CellChange[] = []
  if (before !== null) changes.push({ cell: before, by: -1 })
  if (after !== null) changes.push({ cell: after, by: 1 })
  return changes
}

const isSameCell = (x: PersonCell, y: PersonCell): boolean =>
  x.cohortDay === y.cohortDay && x.repeats === y.repeats && x.lastDay === y.lastDay
