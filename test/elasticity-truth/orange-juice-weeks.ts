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

/** By brand, from 1: of its stores' own regressions, the mean of the coefficients of its price. */
export const batchByBrand = (shelves: readonly Shelf[]): readonly number[] =>
  BRANDS.map(brand => {
    const own = shelves.filter(shelf => shelf[0]!.brand === brand).map(ownCoefficient)
    return meanOf(own.filter(coefficient => coefficient !== null))
  })

const ownCoefficient = (shelf: Shelf): number | null => {
  const rows = centred(shelf.map(week => regressorsOf(week, shelf[0]!.logPrices)))
  const coefficients = leastSquares(
    rows,
    shelf.map(({ logOunces }) => logOunces),
  )
  return coefficients?.[shelf[0]!.brand - 1] ?? null
}
