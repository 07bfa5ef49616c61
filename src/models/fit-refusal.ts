import type { SpendParameters } from './gamma-gamma.ts'
import type { PurchaseParameters } from './mbg-nbd.ts'
import type { PurchaseFit } from './purchase-fit.ts'
import type { SpendFit } from './spend-fit.ts'

/**
 * Whether a refit may take the place of the parameters in use. Where it may not, those stay, and the
 * reason says what a person is to look at.
 *
 * `NOT_BETTER` guards against a search that ended on worse ground than what is in use. One that starts at
 * what is in use, as those of `population-rhythm.ts` and `population-spend.ts` do, keeps the best point it
 * has seen, and never does: there it can only come where what is in use lies beyond the bounds of the
 * search, as parameters that were published by hand may. It does not hold back what moved far for want of
 * data: that is done by the least numbers of people, and by the prior (`weak-prior.ts`).
 */
export const FIT_REFUSALS = {
  TOO_FEW_USERS: 'Fewer than 500 customers to fit a population on.',
  TOO_FEW_REPEATS: 'Fewer than 100 purchases after the first: too few to tell rates from drop-out.',
  NOT_CONVERGED: 'The search for the best parameters was given up before it came to rest.',
  OUT_OF_BOUNDS: 'A parameter is beyond what a population can plausibly have.',
  NOT_BETTER: 'The parameters moved by 30 % or more, and fit no better than those in use.',
} as const

export type FitRefusal = keyof typeof FIT_REFUSALS

export const FIT_GUARDS = {
  usersMin: 500,
  repeatsMin: 100,
  parameterMin: 1e-3,
  parameterMax: 1e3,
  /** As a share of what they are. */
  moveMax: 0.3,
} as const

/** What is in use, and how likely it makes the data that the fit was made on. */
export interface InUse<Parameters> {
  readonly parameters: Parameters
  readonly logLikelihoodPerUser: number
}

/** Null where the fit may be published. */
export const purchaseFitRefusal = (
  fit: PurchaseFit,
  inUse: InUse<PurchaseParameters>,
): FitRefusal | null => {
  const { r, alpha, a, b } = fit.parameters
  const tooFew = tooFewPurchases(fit)
  if (tooFew !== null) return tooFew
  if (!fit.hasConverged) return 'NOT_CONVERGED'
  if (![r, alpha, a, b].every(isPlausible)) return 'OUT_OF_BOUNDS'
  const { parameters: former } = inUse
  const ratios = [r / former.r, alpha / former.alpha, a / former.a, b / former.b]
  return isBetter(fit, inUse) || ratios.every(isNear) ? null : 'NOT_BETTER'
}

/** Whether there is too little to fit anything to, which is known before. */
export const tooFewPurchases = ({
  users,
  repeats,
}: Pick<PurchaseFit, 'users' | 'repeats'>): FitRefusal | null => {
  if (users < FIT_GUARDS.usersMin) return 'TOO_FEW_USERS'
  return repeats < FIT_GUARDS.repeatsMin ? 'TOO_FEW_REPEATS' : null
}

/**
 * The same for amounts, of at least 100 customers who came back. Their unit is taken out by their mean,
 * and q is above 1, as the population has no mean otherwise.
 */
export const spendFitRefusal = (
  fit: SpendFit,
  inUse: InUse<SpendParameters>,
): FitRefusal | null => {
  const { p, q, v } = fit.parameters
  if (fit.users < FIT_GUARDS.repeatsMin) return 'TOO_FEW_REPEATS'
  if (!fit.hasConverged) return 'NOT_CONVERGED'
  if (![p, q - 1, v / fit.meanSpend].every(isPlausible)) return 'OUT_OF_BOUNDS'
  const { parameters: former } = inUse
  const ratios = [p / former.p, q / former.q, v / former.v]
  return isBetter(fit, inUse) || ratios.every(isNear) ? null : 'NOT_BETTER'
}

const isPlausible = (parameter: number): boolean =>
  parameter >= FIT_GUARDS.parameterMin && parameter <= FIT_GUARDS.parameterMax

const isNear = (ratio: number): boolean => Math.abs(ratio - 1) < FIT_GUARDS.moveMax

const isBetter = (
  fit: { readonly logLikelihoodPerUser: number },
  inUse: { readonly logLikelihoodPerUser: number },
): boolean => fit.logLikelihoodPerUser > inUse.logLikelihoodPerUser
