/**
 * The model alone on real sales: eleven brands of orange juice in 83 stores, given all eleven prices and the
 * store's advertising, in one pass over the weeks. `docs/elasticity-model.md` has the table.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { PRICE, PRIOR_MEANS, PRIOR_SDS } from '../../src/models/elasticity-beliefs.ts'
import { type Evidence, evidenceOf } from '../../src/models/elasticity-evidence.ts'
import {
  covarianceAt,
  type FilterPrior,
  filterDrifted,
  filterLearnt,
  filterStart,
} from '../../src/models/elasticity-filter.ts'
import { fitLevel } from '../../src/models/elasticity-level.ts'
import { noiseAfter, noiseSizeOf, USUAL_NOISE } from '../../src/models/elasticity-noise.ts'
import { inOneGo } from '../../src/models/in-pieces.ts'
import {
  apartFrom,
  BRANDS,
  batchByBrand,
  byAll,
  byOwnPrice,
  byOwnPriceAndAdvertising,
  byOwnPriceAndPromotion,
  byPrices,
  orangeJuiceData,
  packsOf,
  regressorsOf,
  type Shelf,
  shelvesOf,
} from './orange-juice-weeks.ts'

/** Levels and own prices as the pipeline's; of other brands' prices little is assumed. */
const LEVEL_SD = 2
const OWN = { mean: PRIOR_MEANS[PRICE], sd: PRIOR_SDS[PRICE] }
const CROSS = { mean: 0, sd: 1 }
const ADVERTISED = { mean: 0.2, sd: 0.5 }
const START_WEEKS = 3
const DAYS_OF_A_WEEK = 7

describe.skipIf(orangeJuiceData.missing)(
  'the model on orange juice (skipped where ../shared/data/orange-juice is missing)',
  () => {
    let shelves: readonly Shelf[] = []
    let batch: readonly number[] = []
    let online: readonly number[] = []

    beforeAll(async () => {
      shelves = await shelvesOf(orangeJuiceData.path)
      batch = batchByBrand(shelves, byAll)
      online = BRANDS.map(brand => levelOf(shelves.filter(shelf => shelf[0]!.brand === brand)))
    }, 120_000)

    test('is compared with the published regressions of each store', () => {
      expect(batch.map(rounded)).toEqual([
        -2.84, -1.84, -3.54, -3.96, -3, -2.46, -3.62, -2.82, -4.27, -2.87, -1.37,
      ])
    })

    test('finds the elasticity of every brand within .35 of them, and of all within .15', () => {
      const { most, mean } = apartFrom(batch, online)
      expect(most).toBeLessThan(0.35)
      expect(mean).toBeLessThan(0.15)
      expect(online.map(rounded)).toEqual([
        -2.83, -1.9, -3.42, -3.82, -3.08, -2.5, -3.61, -2.74, -4.24, -2.86, -1.34,
      ])
    })

    test('regressions on what a shop tells of a brand alone are further from them', () => {
      const byPrice = apartFrom(batch, batchByBrand(shelves, byOwnPrice))
      expect(byPrice.mean).toBeCloseTo(0.28, 2)
      expect(byPrice.most).toBeCloseTo(0.58, 2)
      const byBoth = apartFrom(batch, batchByBrand(shelves, byOwnPriceAndPromotion))
      expect(byBoth.mean).toBeCloseTo(0.41, 2)
      expect(byBoth.most).toBeCloseTo(0.8, 2)
    })

    test('other prices make every brand more elastic in them, and advertising less', () => {
      const withoutOthers = batchByBrand(shelves, byOwnPriceAndAdvertising)
      const less = withoutOthers.map((own, at) => own - batch[at]!)
      expect(Math.min(...less)).toBeCloseTo(0.09, 2)
      expect(Math.max(...less)).toBeCloseTo(1.41, 2)
      const withoutAdvertising = batchByBrand(shelves, byPrices)
      const more = withoutAdvertising.map((own, at) => batch[at]! - own)
      expect(Math.min(...more)).toBeCloseTo(0.18, 2)
      expect(Math.max(...more)).toBeCloseTo(1.46, 2)
    })
  },
)

/** A brand's elasticity in the mean of its stores, as a category's is told from its articles. */
const levelOf = (shelves: readonly Shelf[]): number =>
  inOneGo(fitLevel(shelves.map(shelf => [learntFrom(shelf)]))).mean

/** One pass over the weeks of a brand in a store. */
const learntFrom = (shelf: Shelf): Evidence => {
  const prior = priorOf(shelf[0]!.brand)
  const first = shelf.slice(0, START_WEEKS)
  let beliefs = filterStart(prior, Math.log((sum(first.map(packsOf)) + 0.5) / START_WEEKS))
  let noise = USUAL_NOISE
  let before = first.at(-1)!.week
  const reference = shelf[0]!.logPrices
  for (const week of shelf.slice(START_WEEKS)) {
    const regressors = [1, ...regressorsOf(week, reference)]
    beliefs = filterDrifted(beliefs, prior, DAYS_OF_A_WEEK * (week.week - before))
    before = week.week
    const counted = { units: packsOf(week), logExposure: 0 }
    const learnt = filterLearnt(beliefs, regressors, counted, noiseSizeOf(noise))
    const { shape, rate } = learnt.predicted
    beliefs = learnt.beliefs
    noise = noiseAfter(noise, counted.units, shape / rate)
  }
  const own = shelf[0]!.brand
  return evidenceOf(beliefs[own]!, beliefs[covarianceAt(prior.means.length, own, own)]!)
}

const priorOf = (brand: number): FilterPrior => {
  const prices = BRANDS.map(each => (each === brand ? OWN : CROSS))
  const all = [{ mean: 0, sd: LEVEL_SD }, ...prices, ADVERTISED, ADVERTISED]
  return { means: all.map(({ mean }) => mean), sds: all.map(({ sd }) => sd) }
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)
const rounded = (value: number): number => Math.round(100 * value) / 100
