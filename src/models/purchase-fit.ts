import { logGamma } from './log-gamma.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import { type Search, searchMinimum } from './nelder-mead.ts'
import { type CellTable, type PurchaseCell, tableOf } from './purchase-cells.ts'

/**
 * The population's MBG/NBD parameters, by maximum likelihood on customers counted by what is known of
 * them.
 */
export interface PurchaseFit {
  readonly parameters: PurchaseParameters
  readonly logLikelihoodPerUser: number
  readonly users: number
  /** Purchases after the first, of all users. */
  readonly repeats: number
  readonly evaluations: number
  readonly hasConverged: boolean
}

/** From `start`, for instance the parameters in use. Of nobody, it is not a number. */
export const fitPurchases = (
  cells: readonly PurchaseCell[],
  start: PurchaseParameters = MBG_NBD_SEED,
): PurchaseFit => {
  const likelihood = purchaseLikelihood(cells)
  return purchaseFitOf(likelihood, searchMinimum(likelihood.cost, startOf(start)))
}

/** What is to be searched: in the logarithms of r, α, a and b, less the likelihood per user. */
export interface PurchaseLikelihood {
  readonly cost: (logs: readonly number[]) => number
  readonly users: number
  readonly repeats: number
}

export const purchaseLikelihood = (cells: readonly PurchaseCell[]): PurchaseLikelihood =>
  likelihoodOfTable(tableOf(cells))

/** The same of cells that are a table already. */
export const likelihoodOfTable = (table: CellTable): PurchaseLikelihood => {
  const cost = (logs: readonly number[]) =>
    -totalLogLikelihood(parametersOf(logs), table) / table.users
  return { cost, users: table.users, repeats: table.repeats }
}

/** Where a search begins, for one that is taken step by step. */
export const startOf = ({ r, alpha, a, b }: PurchaseParameters): number[] =>
  [r, alpha, a, b].map(Math.log)

/** What a search has come to. */
export const purchaseFitOf = (
  { users, repeats }: PurchaseLikelihood,
  { corners, evaluations, state }: Search,
): PurchaseFit => ({
  parameters: parametersOf(corners[0]!.at),
  logLikelihoodPerUser: -corners[0]!.value,
  users,
  repeats,
  evaluations,
  hasConverged: state === 'CONVERGED',
})

/** The same measure for parameters that are given, for instance those in use. */
export const logLikelihoodPerUser = (
  parameters: PurchaseParameters,
  cells: readonly PurchaseCell[],
): number => -purchaseLikelihood(cells).cost(startOf(parameters))

const parametersOf = (logs: readonly number[]): PurchaseParameters => {
  const [r, alpha, a, b] = logs.map(Math.exp) as [number, number, number, number]
  return { r, alpha, a, b }
}

/** The sum of `logLikelihood` over all users, with what cells of one level share taken once. */
const totalLogLikelihood = ({ r, alpha, a, b }: PurchaseParameters, table: CellTable): number => {
  const { levels, last, age, count } = table
  let sum = table.users * (r * Math.log(alpha) - logGamma(r) + logGamma(a + b) - logGamma(b))
  for (const { repeats, users, from, to } of levels) {
    const shape = r + repeats
    const stays = b + repeats
    const logOdds = Math.log(a / stays)
    sum += users * (logGamma(shape) + logGamma(stays + 1) - logGamma(a + stays + 1))
    for (let cell = from; cell < to; cell++) {
      const logAge = Math.log(alpha + age[cell]!)
      const logGone = logOdds + shape * (logAge - Math.log(alpha + last[cell]!))
      const logSum = Math.max(logGone, 0) + Math.log1p(Math.exp(-Math.abs(logGone)))
      sum += count[cell]! * (logSum - shape * logAge)
    }
  }
  return sum
}
