/**
 * The price that earns most where demand follows price^ε, and nothing else is in the way (Lerner 1934):
 * (p − c)/p = −1/ε, so p = cε/(1 + ε). Part 3.6 of the reference.
 */
import { normalCdf } from './normal-distribution.ts'

/**
 * From here on demand gives way too little: at ε = −1 revenue is the same at all prices, and the best
 * price runs to infinity on the way there.
 */
export const ELASTIC_BELOW = -1.05

/** An elasticity as it is believed to be: normal, with this mean and standard deviation. */
export interface ElasticityBelief {
  readonly mean: number
  readonly sd: number
}

/**
 * Null where there is no best price, as a higher one earns ever more. 0 where a unit costs nothing, or
 * brings more by what is bought with it than it costs: then it can hardly be too cheap.
 *
 * @param costMinor what one more unit costs
 */
export const lernerPrice = (costMinor: number, elasticity: number): number | null =>
  elasticity < ELASTIC_BELOW ? Math.max(0, (costMinor * elasticity) / (1 + elasticity)) : null

/** The chance that there is a best price at all. */
export const elasticShareOf = ({ mean, sd }: ElasticityBelief): number =>
  sd > 0 ? normalCdf((ELASTIC_BELOW - mean) / sd) : mean < ELASTIC_BELOW ? 1 : 0

/** What another article brings in when one unit more of this one is sold. */
export interface CrossEffect {
  readonly sku: string
  /** Units of the other that go with one unit of this. */
  readonly attach: number
  /** Price less cost of the other, in minor units. */
  readonly marginMinor: number
}

/**
 * That two articles are bought together does not say that one is bought because of the other: who buys
 * tea buys biscuits, and would buy those without it. So only a half of what baskets show is counted. The
 * share is a guess, and wants an experiment with two prices to be better than that.
 */
export const CROSS_SHARE = 0.5

/** What one more unit earns by what is bought with it, in minor units; below 0: it costs. */
export const crossProfitMinor = (cross: readonly CrossEffect[]): number =>
  cross.reduce((sum, { attach, marginMinor }) => sum + CROSS_SHARE * attach * marginMinor, 0)
