import type { InPieces } from './in-pieces.ts'
import { type Cost, SEARCH_LIMITS, type Search, searchedOn, searchFrom } from './nelder-mead.ts'

/**
 * In logarithms, so that a parameter is known to a hundredth of a per cent, and as a rule to much less.
 * That is far within its error for any number of buyers; a tenth of it takes half as many guesses more.
 */
const LIMITS = { ...SEARCH_LIMITS, tolerance: 1e-4 }

/** A search with a break after each step: one or two guesses as a rule, and never more than six. */
export function* searchedInPieces(cost: Cost, start: readonly number[]): InPieces<Search> {
  yield
  let search = searchFrom(cost, start, LIMITS)
  while (search.state === 'SEARCHING') {
    yield
    search = searchedOn(cost, search, LIMITS)
  }
  return search
}
