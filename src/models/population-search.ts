import type { InPieces } from './in-pieces.ts'
import { type Cost, type Search, searchedOn, searchFrom } from './nelder-mead.ts'

/** A search with a break after each step: one or two guesses as a rule, and never more than six. */
export function* searchedInPieces(cost: Cost, start: readonly number[]): InPieces<Search> {
  yield
  let search = searchFrom(cost, start)
  while (search.state === 'SEARCHING') {
    yield
    search = searchedOn(cost, search)
  }
  return search
}
