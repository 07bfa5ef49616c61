import { FIT_GUARDS, type FitRefusal, spendFitRefusal } from './fit-refusal.ts'
import type { SpendParameters } from './gamma-gamma.ts'
import { type GatheredCells, gatheredCells } from './gathered-cells.ts'
import type { InPieces } from './in-pieces.ts'
import type { PopulationCut } from './population-cut.ts'
import { searchedInPieces } from './population-search.ts'
import { LOWEST_BUCKET, middleOf, SKETCH_BUCKETS_MAX } from './quantile-sketch.ts'
import {
  type SpendCell,
  spendFitOf,
  spendLikelihoodInOrder,
  spendStartOf,
  usualSpend,
} from './spend-fit.ts'
import { boundedBy, costUnder, type WeakPrior } from './weak-prior.ts'

const WIDTHS_BUCKETS = [1, 2, 4, 8, 16, 64]

/**
 * Amounts by number of purchase days. All days count, the first one too, as in `orderValueOf`: so
 * `repeats` of these cells are days, from 1 on.
 */
export function* populationAmounts(cut: PopulationCut): InPieces<SpendCell[]> {
  const { spendRepeats, spendBucket, spendBuyers } = cut
  const cells = yield* gatheredCells({
    length: spendBuyers.length,
    widths: WIDTHS_BUCKETS,
    countAt: at => spendBuyers[at]!,
    keyAt: (at, width) =>
      spendRepeats[at]! * SKETCH_BUCKETS_MAX +
      Math.floor((spendBucket[at]! - LOWEST_BUCKET) / width),
    xAt: at => spendBucket[at]!,
    yAt: () => 0,
  })
  return amountsOf(cells)
}

/** Who paid next to nothing is not in them: an amount of 0 has no likelihood. */
const amountsOf = ({ keys, counts, x }: GatheredCells): SpendCell[] => {
  const amounts: SpendCell[] = []
  for (let at = 0; at < keys.length; at++) {
    const repeats = Math.floor(keys[at]! / SKETCH_BUCKETS_MAX) + 1
    const meanSpend = middleOf(x[at]!)
    if (meanSpend > 0) amounts.push({ repeats, meanSpend, count: counts[at]! })
  }
  return amounts
}

/**
 * Of purchase days and their mean amount: see `population-parameters.ts`. Null where too few came back
 * to tell. Rounding may take it past 1 by a hair.
 */
export const spendCorrelationOf = (amounts: readonly SpendCell[]): number | null =>
  returningIn(amounts) < FIT_GUARDS.repeatsMin
    ? null
    : Math.min(1, Math.max(-1, spendLikelihoodInOrder(amounts).correlation))

/**
 * What the people of a population spend on a purchase day; or why that cannot be said. From what is in
 * use, or from the usual shapes.
 */
export function* fittedSpend(
  amounts: readonly SpendCell[],
  inUse: SpendParameters | null,
): InPieces<SpendParameters | FitRefusal> {
  const returning = returningIn(amounts)
  const likelihood = spendLikelihoodInOrder(amounts)
  const { users, meanSpend } = likelihood
  const former = inUse ?? usualSpend(meanSpend)
  if (returning < FIT_GUARDS.repeatsMin) return 'TOO_FEW_REPEATS'
  const prior = priorAround(meanSpend)
  const cost = costUnder(prior, likelihood.cost, users)
  const formerLikelihood = -cost(spendStartOf(former))
  const search = yield* searchedInPieces(cost, boundedBy(prior, spendStartOf(former)))
  const [best, ...others] = search.corners
  const within = { ...best!, at: boundedBy(prior, best!.at) }
  const found = spendFitOf(likelihood, { ...search, corners: [within, ...others] })
  // How much amounts of one person differ is known from those who came back.
  const fit = { ...found, users: returning }
  const held = { parameters: former, logLikelihoodPerUser: formerLikelihood }
  return spendFitRefusal(fit, held) ?? fit.parameters
}

const returningIn = (amounts: readonly SpendCell[]): number =>
  amounts.reduce((sum, { repeats, count }) => sum + (repeats > 1 ? count : 0), 0)

const [LOG_MIN, LOG_MAX] = [Math.log(1e-3) + 1e-9, Math.log(1e3) - 1e-9]

const priorAround = (meanSpend: number): WeakPrior => ({
  usual: spendStartOf(usualSpend(meanSpend)),
  min: [LOG_MIN, LOG_MIN, LOG_MIN + Math.log(meanSpend)],
  max: [LOG_MAX, LOG_MAX, LOG_MAX + Math.log(meanSpend)],
})
