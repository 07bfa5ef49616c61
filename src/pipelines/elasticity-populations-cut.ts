/** All pairs of a category side by side, in one order: what a fit reads. */
import { days, type Instant } from '../engine/time.ts'
import type { ElasticityPopulation, Reason } from '../events.ts'
import { PAIRS_MAX } from './elasticity-evidence-state.ts'
import type { ElasticityPopulationContext, Part } from './elasticity-populations-state.ts'

export type Columns = Pick<ElasticityPopulation, Exclude<keyof Part, 'toldAt'>>

/** Of pairs that are not heard of for so long, nothing is told any more; of a part neither. */
const KEPT_MS = days(401)

/** Those that still count; the others are forgotten. */
export const partsAt = (cutAt: Instant, { state }: ElasticityPopulationContext): Part[] => {
  for (const [name, { toldAt }] of state.parts.entries()) {
    if (toldAt < cutAt - KEPT_MS) state.parts.delete(name)
  }
  return state.parts.entries().map(([, part]) => part)
}

/** Sorted by article and market, so that sums over them are the same bits in every run. */
export const columnsOf = (parts: readonly Part[]): Columns => {
  const pairs = parts.flatMap(part => part.sku.map((_, at) => ({ part, at }))).sort(inOrder)
  const column = <Name extends PairColumn>(name: Name): Part[Name][number][] =>
    pairs.map(({ part, at }) => part[name][at]!)
  return {
    sku: column('sku'),
    market: column('market'),
    deviationMean: column('deviationMean'),
    deviationVariance: column('deviationVariance'),
    priceMean: column('priceMean'),
    priceVariance: column('priceVariance'),
    covariance: column('covariance'),
    excess: column('excess'),
    weight: column('weight'),
    experimentChanges: column('experimentChanges'),
    priceChanges: column('priceChanges'),
    weekdayUnits: summed(parts.map(({ weekdayUnits }) => weekdayUnits)),
    weekdayExpected: summed(parts.map(({ weekdayExpected }) => weekdayExpected)),
  }
}

type PairColumn = Exclude<keyof Columns, 'weekdayUnits' | 'weekdayExpected'>
interface Place {
  readonly part: Part
  readonly at: number
}

const inOrder = (one: Place, other: Place): number =>
  compared(one.part.sku[one.at]!, other.part.sku[other.at]!) ||
  compared(one.part.market[one.at]!, other.part.market[other.at]!)

const compared = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const summed = (weeks: readonly (readonly number[])[]): number[] =>
  Array.from({ length: 7 }, (_, day) => weeks.reduce((sum, week) => sum + (week[day] ?? 0), 0))

/** What a reader of the cut is to know of it. */
export const reasonsOf = (parts: readonly Part[]): Reason[] => {
  const full = parts.filter(({ sku }) => sku.length >= PAIRS_MAX).length
  if (full === 0) return []
  return [
    {
      code: 'PARTS_FULL',
      detail:
        `Of the category's 64 parts, ${full} hold ${PAIRS_MAX} pairs, which is all that they can: ` +
        'beyond that, pairs told of longest ago are left out.',
      weight: full,
    },
  ]
}
