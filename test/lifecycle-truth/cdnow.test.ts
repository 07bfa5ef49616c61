/** What silence means to lifecycle-segments, and what it meant to the customers of a CD shop. */
import { beforeAll, describe, expect, test } from 'vitest'
import { weeks } from '../../src/engine/time.ts'
import { cdnow } from '../../src/sources/public-data/cdnow.ts'
import { realData } from '../temporary-folder.ts'
import { type JudgedBuyer, judgedAt, ordersOf } from './buyers-at-cut.ts'
import { absoluteErrorOf, type Forecast, forecastsOf, meanOf, rankingOf } from './forecasts.ts'
import { disorderIn, returnSharesOf } from './return-shares.ts'

const data = realData('cdnow')
/** 39 of the 78 weeks. */
const CUT_AT = Date.UTC(1997, 9, 1)

describe.skipIf(data.missing)('CDNOW (skipped where ../shared/data/cdnow is missing)', () => {
  let buyers: JudgedBuyer[] = []
  let forecasts: Forecast[] = []
  beforeAll(async () => {
    buyers = judgedAt(await ordersOf(cdnow, data.path), CUT_AT)
    forecasts = forecastsOf(buyers, CUT_AT)
  })

  test('all 2,357 customers are judged, by the parameters that everybody begins with', () => {
    expect(buyers).toHaveLength(2_357)
    expect(new Set(buyers.map(({ said }) => said.modelVersion.split(' ')[1]))).toEqual(
      new Set(['purchases@seed']),
    )
  })

  test('within a stage, the longer the silence the fewer bought in the next 39 weeks', () => {
    const shares = returnSharesOf(buyers, CUT_AT, CUT_AT + weeks(39))
    expect(disorderIn(shares)).toEqual([])
    expect(shares).toEqual({
      FIRST_BUYER: { DORMANT: [1_411, 193] },
      REPEAT: {
        ACTIVE: [218, 120],
        AT_RISK: [121, 60],
        DORMANT: [228, 76],
        LOST: [96, 27],
        REACTIVATED: [71, 48],
      },
      LOYAL: { ACTIVE: [136, 114], AT_RISK: [76, 46] },
    })
  })

  test('the churn risk ranks no better than the time since the last purchase', () => {
    expect(rankingOf(forecasts, one => one.churnRisk)).toBeCloseTo(0.782, 3)
    expect(rankingOf(forecasts, one => one.recencyMs)).toBeCloseTo(0.784, 3)
  })

  test('the orders of the next 90 days are forecast better than by the rate so far', () => {
    expect(absoluteErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.349, 3)
    expect(absoluteErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(0.405, 3)
    expect(meanOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.274, 3)
    expect(meanOf(forecasts, one => one.orders)).toBeCloseTo(0.305, 3)
  })
})
