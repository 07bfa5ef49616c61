/**
 * Orange juice through the whole product, in one pass: what its elasticities come to with what `prices`
 * and `orders` carry. `docs/elasticity-model.md` has the table of all 83 stores.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Order, Price, PriceElasticity } from '../../src/events.ts'
import { orangeJuice } from '../../src/sources/public-data/orange-juice.ts'
import { meanOf } from './least-squares.ts'
import { eventsIn, isWhole, type Told, toldOf } from './one-pass.ts'
import {
  apartFrom,
  BRANDS,
  batchByBrand,
  byAll,
  orangeJuiceData,
  shelvesOf,
} from './orange-juice-weeks.ts'

/** By brand; of all stores as in the docs, and of every fourth. */
const EXPECTED = isWhole
  ? [-3.03, -1.95, -3.87, -3.68, -3.47, -2.56, -4.15, -2.6, -4.44, -3.12, -1.26]
  : [-2.88, -1.84, -3.77, -3.6, -3.35, -2.48, -4.12, -2.67, -4.14, -3.13, -1.26]

describe.skipIf(orangeJuiceData.missing)(
  'orange juice in one pass (skipped where ../shared/data/orange-juice is missing)',
  () => {
    let told: Told
    let batch: readonly number[] = []
    let ours: readonly number[] = []

    beforeAll(async () => {
      const events = await eventsIn(orangeJuice, orangeJuiceData.path)
      const chosen = storesOf(events.map(({ record }) => (record as Order | Price).market!))
      told = await toldOf(events.filter(({ record }) => chosen.has((record as Price).market!)))
      const shelves = await shelvesOf(orangeJuiceData.path)
      batch = batchByBrand(
        shelves.filter(shelf => chosen.has(shelf[0]!.store)),
        byAll,
      )
      ours = BRANDS.map(brand => meanOf(elasticitiesOf(brand, told.elasticities)))
    }, 900_000)

    test('a higher price sells less of every brand in every store of which that is known', () => {
      const known = told.elasticities.filter(({ status }) => status === 'WEAK')
      expect([known.length, told.elasticities.length]).toEqual(isWhole ? [871, 913] : [228, 231])
      expect(Math.max(...known.map(({ elasticity }) => elasticity!))).toBeLessThan(0)
    })

    test('each brand is within .6 of regressions of all weeks at once, and all within .3', () => {
      const { most, mean } = apartFrom(batch, ours)
      expect(most).toBeLessThan(0.6)
      expect(mean).toBeLessThan(0.3)
    })

    test('each brand is what it was', () => {
      ours.forEach((own, at) => {
        expect(Math.abs(own - EXPECTED[at]!), `brand ${BRANDS[at]}`).toBeLessThan(0.05)
      })
    })

    test('nothing is identified, as no price was drawn by chance', () => {
      for (const { status, method } of told.elasticities) {
        expect(status).not.toBe('IDENTIFIED')
        expect(method).toBe('OBSERVATIONAL')
      }
    })
  },
)

/** Every fourth, in the order of their numbers. */
const storesOf = (markets: readonly string[]): ReadonlySet<string> => {
  const stores = [...new Set(markets)].sort((one, other) => Number(one) - Number(other))
  return new Set(stores.filter((_, at) => isWhole || at % 4 === 0))
}

const elasticitiesOf = (brand: number, told: readonly PriceElasticity[]): readonly number[] =>
  told.filter(({ sku }) => sku === `${brand}`).flatMap(({ elasticity }) => elasticity ?? [])
