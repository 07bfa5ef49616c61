import type { Cost } from './nelder-mead.ts'

/**
 * Keeps a search by likelihood where parameters mean something, if the data do not say enough.
 *
 * In the first year of a shop, those who left cannot be told from those who come seldom, and the
 * likelihood is highest where nobody ever leaves: a towards 0, b towards infinity, and as likely all
 * the way. So each parameter is held to be log-normal around what is usual, one in twenty more than
 * fifty times away, which counts as much as one customer does. The search then has one end, the same
 * from wherever it starts, and next month's is near this month's. Where there are enough data it is
 * moved by much less than its own error.
 *
 * Beyond the bounds the cost is that at the bounds, and the prior's goes on rising.
 */
export interface WeakPrior {
  /** What is usual, in logarithms. */
  readonly usual: readonly number[]
  /** Of each parameter, in logarithms. */
  readonly min: readonly number[]
  readonly max: readonly number[]
}

/** In logarithms: a factor of 7. */
export const PRIOR_DEVIATION = 2

/** A cost per customer under the prior, of so many customers. */
export const costUnder = (prior: WeakPrior, cost: Cost, customers: number): Cost => {
  const scale = 2 * PRIOR_DEVIATION ** 2 * customers
  return logs => cost(boundedBy(prior, logs)) + squaresOff(prior.usual, logs) / scale
}

export const boundedBy = ({ min, max }: WeakPrior, logs: readonly number[]): number[] =>
  logs.map((log, at) => Math.min(Math.max(log, min[at]!), max[at]!))

const squaresOff = (usual: readonly number[], logs: readonly number[]): number =>
  logs.reduce((sum, log, at) => sum + (log - usual[at]!) ** 2, 0)
