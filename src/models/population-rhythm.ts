import { type FitRefusal, purchaseFitRefusal, tooFewPurchases } from './fit-refusal.ts'
import type { InPieces } from './in-pieces.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import type { PopulationCells } from './population-cells.ts'
import { searchedInPieces } from './population-search.ts'
import { likelihoodOfTable, type PurchaseFit, purchaseFitOf, startOf } from './purchase-fit.ts'
import { boundedBy, costUnder, type WeakPrior } from './weak-prior.ts'

/** A hair within what `fit-refusal.ts` takes, as a power and its logarithm may not meet again. */
const [LOG_MIN, LOG_MAX] = [Math.log(1e-3) + 1e-9, Math.log(1e3) - 1e-9]

/** Around the shop that everybody begins with. */
export const RHYTHM_PRIOR: WeakPrior = {
  usual: startOf(MBG_NBD_SEED),
  min: [LOG_MIN, LOG_MIN, LOG_MIN, LOG_MIN],
  max: [LOG_MAX, LOG_MAX, LOG_MAX, LOG_MAX],
}

/**
 * How often the people of a population buy, and leave; or why that cannot be said.
 *
 * From what is in use, or from the seed. What is in use is compared under the same prior: there, fits
 * that are as likely are told apart.
 */
export function* fittedRhythm(
  { table, buyers, repeats }: PopulationCells,
  inUse: PurchaseParameters | null,
): InPieces<PurchaseParameters | FitRefusal> {
  const former = inUse ?? MBG_NBD_SEED
  const tooFew = tooFewPurchases({ users: buyers, repeats })
  if (tooFew !== null) return tooFew
  const likelihood = likelihoodOfTable(table)
  const cost = costUnder(RHYTHM_PRIOR, likelihood.cost, table.users)
  const formerLikelihood = -cost(startOf(former))
  const search = yield* searchedInPieces(cost, boundedBy(RHYTHM_PRIOR, startOf(former)))
  const [best, ...others] = search.corners
  const within = { ...best!, at: boundedBy(RHYTHM_PRIOR, best!.at) }
  const found = purchaseFitOf(likelihood, { ...search, corners: [within, ...others] })
  // People, and not their weights, say whether they are enough.
  const fit: PurchaseFit = { ...found, users: buyers, repeats }
  const held = { parameters: former, logLikelihoodPerUser: formerLikelihood }
  return purchaseFitRefusal(fit, held) ?? fit.parameters
}
