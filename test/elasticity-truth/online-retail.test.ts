/**
 * Elasticities of a British shop's 500 best-selling articles, beside what others published of the same data,
 * and what such numbers are made of there. `docs/elasticity-model.md` has the tables.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { days } from '../../src/engine/time.ts'
import { intervalOf } from '../../src/models/elasticity-pooling.ts'
import { type BestSellers, bestSellersOf, ofArticles, retailData } from './best-sellers.ts'
import { isWhole, type Told, toldOf } from './one-pass.ts'
import { cutAtSales, cutBetweenSales, cutEvery, levelOf } from './retail-buckets.ts'
import { byArticleAndDay, slopesOf, withinDays } from './retail-regressions.ts'
import { changesIn, listsIn, ofLines, type Sales, salesOf } from './retail-sales.ts'

describe.skipIf(retailData.missing)(
  'Online Retail (skipped where ../shared/data/online-retail is missing)',
  () => {
    let best: BestSellers
    let sales: Sales

    beforeAll(async () => {
      best = await bestSellersOf(retailData.path)
      sales = salesOf(best.events)
    }, 120_000)

    describe('through the whole product', () => {
      let told: Told

      beforeAll(async () => {
        const chosen = new Set(best.skus.filter((_, at) => isWhole || at % 4 === 0))
        told = await toldOf(best.events.flatMap(event => ofArticles(chosen, event)))
      }, 900_000)

      test('most articles have a weak elasticity, and none is identified', () => {
        expect(countsOf(told)).toEqual(
          isWhole
            ? { P_ELASTIC: 464, P_LOW_EVIDENCE: 32, P_NEVER_MOVED: 4 }
            : { P_ELASTIC: 114, P_LOW_EVIDENCE: 7, P_NEVER_MOVED: 4 },
        )
        expect(new Set(told.elasticities.map(({ status }) => status))).toEqual(
          new Set(['WEAK', 'NOT_IDENTIFIED']),
        )
      })

      test('their mean is between the two that were published', () => {
        const { observationalMean: mean, observationalVariance: variance } =
          told.parameters.parameters
        const { p05, p95 } = intervalOf({ mean: mean!, sd: Math.sqrt(variance!) })
        expect(mean).toBeCloseTo(isWhole ? -2.18 : -2.2, 1)
        expect(p95 - p05).toBeCloseTo(isWhole ? 0.14 : 0.26, 1)
        expect(p05).toBeGreaterThan(-2.9)
        expect(p95).toBeLessThan(-1.8)
      })
    })

    test('when a price begins, which nobody tells, moves the mean by more than one', () => {
      expect(levelOf(sales, cutAtSales).mean).toBeCloseTo(-2.09, 1)
      expect(levelOf(sales, cutBetweenSales).mean).toBeCloseTo(-1.6, 1)
      expect(levelOf(sales, cutEvery(days(1))).mean).toBeCloseTo(-2.11, 1)
      expect(levelOf(sales, cutEvery(days(7))).mean).toBeCloseTo(-3.13, 1)
    })

    test('it is the size of orders that goes with the price, hardly their number', () => {
      const lines = ofLines(sales)
      expect(levelOf(lines, cutAtSales).mean).toBeCloseTo(-0.5, 1)
      expect(levelOf(lines, cutBetweenSales).mean).toBeCloseTo(-0.19, 1)
    })

    test('regressions find what was published, and the same of the size of orders', () => {
      const units = slopesOf(byArticleAndDay(sales))
      const lines = slopesOf(byArticleAndDay(ofLines(sales)))
      expect(units.leastSquares).toBeCloseTo(-1.97, 1)
      expect(units.poisson).toBeCloseTo(-2.93, 1)
      expect(lines.leastSquares).toBeCloseTo(-0.11, 1)
      expect(lines.poisson).toBeCloseTo(-0.17, 1)
    })

    test('most of it is seen within an article and a day, where both prices are asked', () => {
      const { leastSquares, poisson } = slopesOf(withinDays(sales))
      expect(leastSquares).toBeCloseTo(-1.46, 1)
      expect(poisson).toBeCloseTo(-2.19, 1)
    })

    test('there are two price lists, which take turns', () => {
      const { numbered, others, ratio } = listsIn(sales)
      expect(ratio).toBeCloseTo(1.99, 1)
      expect(numbered.units / numbered.lines).toBeCloseTo(16.8, 1)
      expect(others.units / others.lines).toBeCloseTo(4.6, 1)
      const { moves, back } = changesIn(sales)
      expect(moves).toBe(79_993)
      expect(back).toBe(53_864)
    })

    test('half of the days between first and last sale of an article have none', () => {
      const ofArticle = [...sales.values()].map(cutEvery(days(1)))
      const sold = ofArticle.flatMap(each => each.filter(({ units }) => units > 0))
      expect(sold).toHaveLength(86_052)
      expect(ofArticle.flat()).toHaveLength(166_942)
    })
  },
)

/** By what is said first. */
const countsOf = ({ elasticities }: Told): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { reasons } of elasticities) {
    counts[reasons[0]!.code] = (counts[reasons[0]!.code] ?? 0) + 1
  }
  return counts
}
