/**
 * Dominick's orange juice as the data has it: all eleven prices of each week and the store's advertising,
 * of which `prices` and `orders` carry the brand's own part alone. And what a regression of all weeks at
 * once finds in it, which is what the results of one pass are compared with.
 */

import { readTable } from '../../src/sources/public-data/csv-table.ts'
import { dataFile } from '../../src/sources/public-data/data-files.ts'
import { orangeJuice } from '../../src/sources/public-data/orange-juice.ts'
import { realData } from '../temporary-folder.ts'
import { centred, leastSquares, meanOf } from './least-squares.ts'

export const orangeJuiceData = realData(orangeJuice.format)

export const BRANDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const

export interface Week {
  readonly brand: number
  readonly store: string
  /** From 1. */
  readonly week: number
  /** ln of the ounces sold. */
  readonly logOunces: number
  /** ln of the dollars an ounce of each brand. */
  readonly logPrices: readonly number[]
  readonly deal: number
  readonly feature: number
}

/** What one store sold of one brand, in the order of time. */
export type Shelf = readonly Week[]

const COLUMNS = [
  ['store'],
  ['brand'],
  ['week'],
  ['logmove'],
  ['deal'],
  ['feat'],
  ...BRANDS.map((brand): [string] => [`price${brand}`]),
] as const

/** In the order in which the data has them. */
export const shelvesOf = async (path: string): Promise<readonly Shelf[]> => {
  const shelves = new Map<string, Week[]>()
  for await (const rows of readTable(await dataFile(path, ['.csv']), { columns: COLUMNS })) {
    for (const { fields } of rows) {
      const [store, brand, week, logOunces, deal, feature, ...prices] = fields
      const name = `${brand}|${store}`
      const shelf = shelves.get(name) ?? []
      shelves.set(name, shelf)
      shelf.push({
        brand: Number(brand),
        store,
        week: Number(week),
        logOunces: Number(logOunces),
        logPrices: prices.map(price => Math.log(Number(price))),
        deal: Number(deal),
        feature: Number(feature),
      })
    }
  }
  for (const shelf of shelves.values()) shelf.sort((one, other) => one.week - other.week)
  return [...shelves.values()]
}

/** Ounces in a pack of each brand, from 1. */
const PACK_OUNCES = [64, 96, 64, 64, 64, 96, 64, 64, 64, 64, 128] as const

export const packsOf = ({ brand, logOunces }: Week): number =>
  Math.round(Math.exp(logOunces) / PACK_OUNCES[brand - 1]!)

/**
 * What a week's packs are explained by, without the level: eleven prices, deal and feature.
 *
 * @param reference ln of the prices that they are compared with
 */
export const regressorsOf = (
  { logPrices, deal, feature }: Week,
  reference: readonly number[],
): readonly number[] => [...logPrices.map((price, at) => price - reference[at]!), deal, feature]

/** What a regression explains the weeks of a brand by; the coefficient of the first is its elasticity. */
export type Explained = (week: Week) => readonly number[]

/** All eleven prices, the brand's own first, and the store's advertising. */
export const byAll: Explained = ({ brand, logPrices, deal, feature }) => [
  logPrices[brand - 1]!,
  ...logPrices.filter((_, at) => at !== brand - 1),
  deal,
  feature,
]

/** What `prices` and `orders` carry. */
export const byOwnPriceAndPromotion: Explained = week => [
  packPriceOf(week),
  week.deal > 0 || week.feature > 0 ? 1 : 0,
]
export const byOwnPrice: Explained = week => [packPriceOf(week)]

/** Without the store's advertising, and without the other brands. */
export const byPrices: Explained = week => byAll(week).slice(0, BRANDS.length)
export const byOwnPriceAndAdvertising: Explained = week => [
  byAll(week)[0]!,
  week.deal,
  week.feature,
]

/** ln of whole cents. */
const packPriceOf = ({ brand, logPrices }: Week): number =>
  Math.log(Math.round(100 * PACK_OUNCES[brand - 1]! * Math.exp(logPrices[brand - 1]!)))

/** By brand, from 1: of its stores' own regressions, the mean of the elasticities. */
export const batchByBrand = (shelves: readonly Shelf[], by: Explained): readonly number[] =>
  BRANDS.map(brand => {
    const own = shelves.filter(shelf => shelf[0]!.brand === brand)
    const told = own.map(shelf => ownCoefficient(shelf, by))
    return meanOf(told.filter(coefficient => coefficient !== null))
  })

const ownCoefficient = (shelf: Shelf, by: Explained): number | null => {
  const ounces = shelf.map(({ logOunces }) => logOunces)
  return leastSquares(centred(shelf.map(by)), ounces)?.[0] ?? null
}

/** How far elasticities of brands are from others of them. */
export const apartFrom = (others: readonly number[], ours: readonly number[]) => {
  const apart = ours.map((own, at) => Math.abs(own - others[at]!))
  return { most: Math.max(...apart), mean: meanOf(apart) }
}
