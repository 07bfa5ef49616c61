/** The last word on an elasticity, as it is kept. */
import type { PriceElasticity } from '../events.ts'
import type { Known } from './price-recommendations-state.ts'

type Word = Pick<
  PriceElasticity,
  'elasticity' | 'sd' | 'status' | 'method' | 'unitsPerDay' | 'categoryElasticity' | 'categorySd'
>

/** @param shownMinor the price now, which the units are of; null: none is known */
export const knownOf = (word: Word, shownMinor: number | null): Known => {
  const isIdentified = word.status !== 'NOT_IDENTIFIED'
  const belief = isIdentified
    ? beliefOf(word.elasticity, word.sd)
    : beliefOf(word.categoryElasticity, word.categorySd)
  return {
    belief,
    status: word.status as Known['status'],
    method: word.method as Known['method'],
    unitsPerDay: word.unitsPerDay,
    atMinor: shownMinor,
  }
}

const beliefOf = (mean: number | null, sd: number | null): Known['belief'] =>
  mean === null || sd === null ? null : { mean, sd }
