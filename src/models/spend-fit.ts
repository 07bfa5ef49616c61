import { inOneOrder } from './cells-in-one-order.ts'
import { GAMMA_GAMMA_SEED, type SpendParameters, spendLogLikelihood } from './gamma-gamma.ts'
import { logBeta } from './log-gamma.ts'
import { type Search, searchMinimum } from './nelder-mead.ts'

/**
 * The population's Gamma-Gamma parameters, by maximum likelihood on customers who came back. It looks
 * for a q above 1, as the population has no mean otherwise.
 */
export interface SpendCell {
  /** Purchases after the first; above 0. */
  readonly repeats: number
  /** Their mean amount; above 0. */
  readonly meanSpend: number
  /** How many customers. */
  readonly count: number
}

export interface SpendFit {
  readonly parameters: SpendParameters
  readonly logLikelihoodPerUser: number
  readonly users: number
  /** The mean of `meanSpend` over users. */
  readonly meanSpend: number
  /** Of repeats and mean amount, which the model takes to be 0: above 0.3 it says too little. */
  readonly correlation: number
  readonly evaluations: number
  readonly hasConverged: boolean
}

/** From `start`, or from the usual shapes around the mean of the data, whatever its currency. */
export const fitSpend = (cells: readonly SpendCell[], start?: SpendParameters): SpendFit => {
  const likelihood = spendLikelihood(cells)
  const from = start ?? usualSpend(likelihood.meanSpend)
  return spendFitOf(likelihood, searchMinimum(likelihood.cost, spendStartOf(from)))
}

/** What is to be searched: in the logarithms of p, q - 1 and v, less the likelihood per user. */
export interface SpendLikelihood {
  readonly cost: (logs: readonly number[]) => number
  readonly users: number
  readonly meanSpend: number
  readonly correlation: number
}

export const spendLikelihood = (cells: readonly SpendCell[]): SpendLikelihood =>
  spendLikelihoodInOrder(inOneOrder(cells, byRepeatsAndMean))

/** The same of cells that are in the order of repeats and mean, no two of them alike. */
export const spendLikelihoodInOrder = (ordered: readonly SpendCell[]): SpendLikelihood => {
  const moments = momentsOf(ordered)
  const cost = (logs: readonly number[]) =>
    -likelihoodPerUser(parametersOf(logs), ordered, moments.users)
  return { cost, ...moments }
}

/** Where a search begins, for one that is taken step by step. */
export const spendStartOf = ({ p, q, v }: SpendParameters): number[] => [p, q - 1, v].map(Math.log)

/** What a search has come to. */
export const spendFitOf = (
  { users, meanSpend, correlation }: SpendLikelihood,
  { corners, evaluations, state }: Search,
): SpendFit => ({
  parameters: parametersOf(corners[0]!.at),
  logLikelihoodPerUser: -corners[0]!.value,
  users,
  meanSpend,
  correlation,
  evaluations,
  hasConverged: state === 'CONVERGED',
})

/** The same measure for parameters that are given, for instance those in use. */
export const spendLikelihoodPerUser = (
  parameters: SpendParameters,
  cells: readonly SpendCell[],
): number => -spendLikelihood(cells).cost(spendStartOf(parameters))

const byRepeatsAndMean = (x: SpendCell, y: SpendCell): number =>
  x.repeats - y.repeats || x.meanSpend - y.meanSpend

/** The usual shapes, around a mean in whatever currency. */
export const usualSpend = (meanSpend: number): SpendParameters => {
  const { p, q } = GAMMA_GAMMA_SEED
  return { p, q, v: (meanSpend * (q - 1)) / p }
}

const parametersOf = (logs: readonly number[]): SpendParameters => {
  const [p, beyondOne, v] = logs.map(Math.exp) as [number, number, number]
  return { p, q: 1 + beyondOne, v }
}

const likelihoodPerUser = (
  parameters: SpendParameters,
  cells: readonly SpendCell[],
  users: number,
): number => {
  let sum = 0
  let level = 0
  let logNormaliser = 0
  for (const { repeats, meanSpend, count } of cells) {
    if (repeats !== level) logNormaliser = logBeta(parameters.p * repeats, parameters.q)
    level = repeats
    sum += count * spendLogLikelihood(parameters, repeats, meanSpend, logNormaliser)
  }
  return sum / users
}

const momentsOf = (cells: readonly SpendCell[]) => {
  const sumOf = (of: (cell: SpendCell) => number) =>
    cells.reduce((sum, cell) => sum + cell.count * of(cell), 0)
  const users = sumOf(() => 1)
  const repeats = sumOf(cell => cell.repeats) / users
  const meanSpend = sumOf(cell => cell.meanSpend) / users
  const together = sumOf(cell => (cell.repeats - repeats) * (cell.meanSpend - meanSpend))
  const ofRepeats = sumOf(cell => (cell.repeats - repeats) ** 2)
  const ofMeans = sumOf(cell => (cell.meanSpend - meanSpend) ** 2)
  const scale = Math.sqrt(ofRepeats * ofMeans)
  return { users, meanSpend, correlation: scale > 0 ? together / scale : 0 }
}
