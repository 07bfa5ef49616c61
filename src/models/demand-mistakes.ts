/**
 * What is counted of demand, when a bucket turns out to have had a mistake in it: else the one order would
 * be most of what is usual for months.
 */
import type { Demand } from './elasticity-demand.ts'
import type { Predicted } from './elasticity-filter.ts'
import { USUAL_NOISE } from './elasticity-noise.ts'

interface Sold {
  /** Those that can be believed. */
  readonly units: number
  readonly hours: number
}

/** Buckets until which the start may turn out to be wrong, and by how many times it must be too high. */
const START_WRONG_UNTIL = 14
const START_WRONG_TIMES = 100
const HOURS_OF_A_DAY = 24

/**
 * @param demand after the bucket
 * @param counted all of its units
 */
export const withoutMistakes = (
  demand: Demand,
  sold: Sold,
  counted: number,
  predicted: Predicted,
): Demand => {
  if (isStartWrong(demand, sold, predicted)) return startedAgain(demand, sold)
  if (counted === sold.units) return demand
  const { usual } = demand
  const units = Math.max(sold.units, usual.units - (counted - sold.units))
  return { ...demand, usual: { ...usual, units } }
}

/** A mistake among the buckets that told the level shows with a sale, once the level has come down. */
const isStartWrong = (
  { observations, usual }: Demand,
  { units, hours }: Sold,
  { shape, rate }: Predicted,
): boolean =>
  observations <= START_WRONG_UNTIL &&
  units > 0 &&
  usual.units * hours >
    START_WRONG_TIMES * HOURS_OF_A_DAY * usual.days * Math.max(units, shape / rate)

/** As though it had always sold as it does now. What scattered was the mistake. */
const startedAgain = (demand: Demand, { units, hours }: Sold): Demand => {
  const { usual } = demand
  const asNow = (units * HOURS_OF_A_DAY * usual.days) / hours
  return { ...demand, noise: USUAL_NOISE, usual: { ...usual, units: asNow } }
}
