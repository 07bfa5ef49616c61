import { inOneOrder } from './cells-in-one-order.ts'
import { GAMMA_GAMMA_SEED, type SpendParameters, spendLogLikelihood } from './gamma-gamma.ts'
import { logBeta } from './log-gamma.ts'
import { searchMinimum } from './nelder-mead.ts'

/** The population's Gamma-Gamma parameters, by maximum likelihood on customers who came back. */
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
  const ordered = inOneOrder(cells, byRepeatsAndMean)
  const { users, meanSpend, correlation } = momentsOf(ordered)
  const { p, q, v } = start ?? around(meanSpend)
  const { corners, evaluations, state } = searchMinimum(
    logs => -likelihoodPerUser(parametersOf(logs), ordered, users),
    [p, q, v].map(Math.log),
  )
  return {
    parameters: parametersOf(corners[0]!.at),
    logLikelihoodPerUser: -corners[0]!.value,
    users,
    meanSpend,
    correlation,
    evaluations,
    hasConverged: state === 'CONVERGED',
  }
}

/** The same measure for parameters that are given, for instance those in use. */
export const spendLikelihoodPerUser = (
  parameters: SpendParameters,
  cells: readonly SpendCell[],
): number => {
  const ordered = inOneOrder(cells, byRepeatsAndMean)
  return likelihoodPerUser(parameters, ordered, momentsOf(ordered).users)
}

const byRepeatsAndMean = (x: SpendCell, y: SpendCell): number =>
  x.repeats - y.repeats || x.meanSpend - y.meanSpend

const around = (meanSpend: number): SpendParameters => {
  const { p, q } = GAMMA_GAMMA_SEED
  return { p, q, v: (meanSpend * (q - 1)) / p }
}

const parametersOf = (logs: readonly number[]): SpendParameters => {
  const [p, q, v] = logs.map(Math.exp) as [number, number, number]
  return { p, q, v }
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
