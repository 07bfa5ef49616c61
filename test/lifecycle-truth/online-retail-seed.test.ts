/** What a British shop's buyers did, judged by the parameters of another shop. */
import { beforeAll, describe, expect, test } from 'vitest'
import { weeks } from '../../src/engine/time.ts'
import { type JudgedBuyer, judgedAt } from './buyers-at-cut.ts'
import {
  absoluteErrorOf,
  type Forecast,
  forecastsOf,
  meanOf,
  rankingOf,
  squareErrorOf,
} from './forecasts.ts'
import { CUT_AT, onlineRetailMissing, onlineRetailOrders } from './online-retail-shop.ts'
import { disorderIn, PEOPLE_MIN, returnSharesOf } from './return-shares.ts'

describe.skipIf(onlineRetailMissing)(
  'Online Retail by the seed (skipped where ../shared/data/online-retail is missing)',
  () => {
    let buyers: JudgedBuyer[] = []
    let forecasts: Forecast[] = []
    beforeAll(async () => {
      buyers = judgedAt(await onlineRetailOrders(), CUT_AT)
      forecasts = forecastsOf(buyers, CUT_AT)
    })

    test('within a stage, the longer the silence the fewer bought in the next 13 weeks', () => {
      const shares = returnSharesOf(buyers, CUT_AT, CUT_AT + weeks(13))
      expect(disorderIn(shares)).toEqual([])
      expect(shares).toEqual({
        FIRST_BUYER: { ACTIVE: [163, 83], AT_RISK: [412, 178], DORMANT: [842, 275] },
        REPEAT: {
          ACTIVE: [618, 418],
          AT_RISK: [291, 162],
          DORMANT: [121, 54],
          LOST: [27, 8],
          REACTIVATED: [84, 42],
        },
        LOYAL: { ACTIVE: [676, 604], AT_RISK: [136, 97] },
      })
      expect(shares.REPEAT!.LOST![0]).toBeLessThan(PEOPLE_MIN)
    })

    test('the churn risk ranks better than the time since the last purchase', () => {
      expect(rankingOf(forecasts, one => one.churnRisk)).toBeCloseTo(0.737, 3)
      expect(rankingOf(forecasts, one => one.recencyMs)).toBeCloseTo(0.683, 3)
    })

    test('half of the orders that came were expected', () => {
      expect(meanOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.683, 3)
      expect(meanOf(forecasts, one => one.orders)).toBeCloseTo(1.321, 3)
      expect(absoluteErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.953, 3)
      expect(absoluteErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(0.916, 3)
      expect(squareErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(1.625, 3)
    })
  },
)
