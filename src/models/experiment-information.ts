/**
 * How soon prices drawn by chance tell an elasticity (reference, part 3.3).
 *
 * A deviation of the price, uniform on a·{−1, −½, 0, ½, 1} in logarithms, has variance a²/2. A bucket of
 * negative binomial demand, with mean μ and size φ, then tells with precision
 *
 *   I = μφ/(μ + φ) · a²/2
 *
 * so that after n buckets the standard deviation is 1/√(nI). With μ = 2 and φ = 4 a day, ±10 % come to .3
 * after 1,667 days, ±20 % after 417: articles that sell slowly are known through their category.
 */
import { HOURLY_FROM } from './demand-rhythm.ts'

/** Precision that one bucket adds. */
export const informationOf = (mean: number, size: number, amplitude: number): number =>
  mean > 0 ? (((mean * size) / (mean + size)) * amplitude * amplitude) / 2 : 0

export interface ExperimentDemand {
  readonly unitsPerDay: number
  /** φ of the negative binomial. */
  readonly size: number
}

/** Where much is sold, buckets are hours, each with a noise of its own. */
export const informationPerDay = (
  { unitsPerDay, size }: ExperimentDemand,
  amplitude: number,
): number => {
  const buckets = unitsPerDay > HOURLY_FROM ? 24 : 1
  return buckets * informationOf(unitsPerDay / buckets, size, amplitude)
}

/** Days until a precision is reached of which some is there already; Infinity where nothing sells. */
export const daysUntil = (
  precision: number,
  known: number,
  demand: ExperimentDemand,
  amplitude: number,
): number => (precision <= known ? 0 : (precision - known) / informationPerDay(demand, amplitude))
