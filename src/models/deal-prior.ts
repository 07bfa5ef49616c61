import { type Band, bandsIn, type DealPopulation } from './deal-population.ts'

/**
 * What is expected of somebody whose purchases are not known yet: an empirical-Bayes prior, fitted to
 * the sums of a population. Who was shown deals in a share e of views buys on a deal with a chance
 * that is the person's own, drawn from
 *
 *     Beta(s m, s (1 - m)),     logit m = logit e + lift
 *
 * - lift: how much likelier a purchase is on a deal than a view is, in log-odds; the same for all.
 * - s, the strength: how alike people are who are shown as many deals. s purchases of one's own count
 *   as much as what others do.
 *
 * What somebody was shown is itself known from few views, so the strength comes out a little low, and
 * people a little less alike than they are.
 */
export interface DealPrior {
  readonly lift: number
  readonly strength: number
}

/** Below so many people with two purchases or more, nothing is fitted. */
export const DEAL_PEOPLE_MIN = 200
/** Until then people are held to buy what they are shown, and to be alike as ten purchases say. */
export const FIRST_DEAL_PRIOR: DealPrior = { lift: 0, strength: 10 }
export const LIFT_MAX = 3
export const STRENGTH_BOUNDS = { min: 1, max: 200 } as const

/** Lift and strength of the population, within their bounds; the first prior where it is too small. */
export const dealPriorOf = (population: Readonly<DealPopulation>): DealPrior => {
  const bands = bandsIn(population)
  if (sumOf(bands, band => band.people) < DEAL_PEOPLE_MIN) return FIRST_DEAL_PRIOR
  const lift = liftOf(bands)
  return { lift, strength: strengthOf(bands, lift) }
}

const HALVINGS = 50

/** At which lift as many purchases are expected on a deal as there were; by bisection. */
const liftOf = (bands: readonly Band[]): number => {
  const bought = sumOf(bands, band => band.dealPurchases)
  let [low, high] = [-LIFT_MAX, LIFT_MAX]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const lift = (low + high) / 2
    const expected = sumOf(bands, band => band.purchases * logistic(band.exposure + lift))
    if (expected < bought) low = lift
    else high = lift
  }
  return (low + high) / 2
}

/**
 * By moments. For two purchases of one person, each 1 on a deal and 0 otherwise, the mean of
 * (first - m) (second - m) is the variance of the chance, m (1 - m) / (s + 1).
 */
const strengthOf = (bands: readonly Band[], lift: number): number => {
  let [alike, spread] = [0, 0]
  for (const { exposure, pairs, halfDealPairs, dealPairs } of bands) {
    const chance = logistic(exposure + lift)
    alike += dealPairs - 2 * chance * halfDealPairs + chance * chance * pairs
    spread += chance * (1 - chance) * pairs
  }
  const { min, max } = STRENGTH_BOUNDS
  return alike * (max + 1) <= spread ? max : Math.max(min, spread / alike - 1)
}

const sumOf = (bands: readonly Band[], of: (band: Band) => number): number =>
  bands.reduce((sum, band) => sum + of(band), 0)

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
