/** What a British shop's buyers did, judged by parameters fitted on what they did before. */
import { beforeAll, describe, expect, test } from 'vitest'
import { days, type Instant, weeks } from '../../src/engine/time.ts'
import type { Order } from '../../src/events.ts'
import { purchaseFitRefusal } from '../../src/models/fit-refusal.ts'
import { expectedPurchases, MBG_NBD_SEED } from '../../src/models/mbg-nbd.ts'
import type { PurchaseCell } from '../../src/models/purchase-cells.ts'
import {
  fitPurchases,
  logLikelihoodPerUser,
  type PurchaseFit,
} from '../../src/models/purchase-fit.ts'
import { buyersAt, type JudgedBuyer, judgedAt } from './buyers-at-cut.ts'
import {
  absoluteErrorOf,
  type Forecast,
  forecastsOf,
  meanOf,
  rankingOf,
  squareErrorOf,
  tenthsOf,
} from './forecasts.ts'
import { CUT_AT, onlineRetailMissing, onlineRetailOrders } from './online-retail-shop.ts'
import { type Cell, disorderIn, returnSharesOf, shareOf } from './return-shares.ts'

describe.skipIf(onlineRetailMissing)(
  'Online Retail by its own fit (skipped where ../shared/data/online-retail is missing)',
  () => {
    let history: Order[] = []
    let fit: PurchaseFit
    let buyers: JudgedBuyer[] = []
    let forecasts: Forecast[] = []
    beforeAll(async () => {
      history = await onlineRetailOrders()
      fit = fitPurchases(cellsAt(CUT_AT))
      buyers = judgedAt(history, CUT_AT, fit.parameters)
      forecasts = forecastsOf(buyers, CUT_AT)
    })

    const cellsAt = (cutAt: Instant): PurchaseCell[] =>
      buyersAt(history, cutAt).map(({ summary }) => ({ summary, count: 1 }))

    test('the fit finds nobody who drops out, and the guard refuses it', () => {
      const { r, alpha, a, b } = fit.parameters
      expect(fit).toMatchObject({ users: 3_370, repeats: 7_438, hasConverged: true })
      expect(r).toBeCloseTo(0.723, 3)
      expect(alpha).toBeCloseTo(9.386, 2)
      expect(a / (a + b)).toBeLessThan(1e-6)
      const ofSeed = logLikelihoodPerUser(MBG_NBD_SEED, cellsAt(CUT_AT))
      const inUse = { parameters: MBG_NBD_SEED, logLikelihoodPerUser: ofSeed }
      expect(purchaseFitRefusal(fit, inUse)).toBe('OUT_OF_BOUNDS')
      expect(fit.logLikelihoodPerUser).toBeCloseTo(-6.797, 3)
      expect(ofSeed).toBeCloseTo(-7.052, 3)
    })

    test('held within the bounds of the guard, the same rates are as likely', () => {
      const bounded = { ...fit.parameters, a: 1e-3, b: 1e3 }
      const perUser = logLikelihoodPerUser(bounded, cellsAt(CUT_AT))
      expect(perUser).toBeCloseTo(fit.logLikelihoodPerUser, 5)
    })

    test('all 3,370 buyers are judged by the parameters that were published', () => {
      expect(buyers).toHaveLength(3_370)
      const versions = buyers.map(({ said }) => said.modelVersion.split(' ')[1])
      expect(new Set(versions)).toEqual(new Set(['purchases@1']))
    })

    test('within a stage, the longer the silence the fewer came back, but for one', () => {
      const shares = returnSharesOf(buyers, CUT_AT, CUT_AT + weeks(13))
      expect(shares).toEqual({
        FIRST_BUYER: { ACTIVE: [315, 146], AT_RISK: [928, 323], DORMANT: [174, 67] },
        REPEAT: { ACTIVE: [964, 604], AT_RISK: [140, 61], DORMANT: [2, 0], REACTIVATED: [2, 1] },
        LOYAL: { ACTIVE: [800, 697], AT_RISK: [45, 22] },
      })
      expect(disorderIn(shares)).toEqual(['FIRST_BUYER: AT_RISK, DORMANT'])
    })

    test('that one is of people who bought before Christmas, and a year later do so again', () => {
      const once = buyers.filter(({ said }) => said.stage === 'FIRST_BUYER')
      const dormant = once.filter(({ said }) => said.activity === 'DORMANT')
      expect(Math.max(...dormant.map(({ lastAt }) => lastAt))).toBeLessThan(Date.UTC(2010, 11, 22))
      const boughtWithin = (fromMonth: number, untilMonth: number): Cell => {
        const [from, until] = [Date.UTC(2010, fromMonth, 1), Date.UTC(2010, untilMonth, 1)]
        const those = once.filter(({ lastAt }) => lastAt >= from && lastAt < until)
        const back = those.filter(one => one.purchaseDays(CUT_AT, CUT_AT + weeks(13)) > 0)
        return [those.length, back.length]
      }
      const [december, fromJanuary, fromMay] = [
        boughtWithin(11, 12),
        boughtWithin(12, 16),
        boughtWithin(16, 21),
      ]
      expect([december, fromJanuary, fromMay]).toEqual([
        [182, 69],
        [576, 174],
        [659, 293],
      ])
      expect(shareOf(fromJanuary)).toBeLessThan(shareOf(december))
      expect(shareOf(december)).toBeLessThan(shareOf(fromMay))
    })

    test('in every tenth of the buyers more orders came than were expected, from .5 of them to 4.8', () => {
      const tenths = tenthsOf(forecasts)
      expect(tenths.map(tenth => tenth.length)).toEqual(Array.from({ length: 10 }, () => 337))
      expect(tenths.map(tenth => round(meanOf(tenth, one => one.expectedOrders)))).toEqual([
        0.224, 0.297, 0.399, 0.517, 0.661, 0.813, 1, 1.254, 1.738, 3.699,
      ])
      expect(tenths.map(tenth => round(meanOf(tenth, one => one.orders)))).toEqual([
        0.496, 0.457, 0.567, 0.783, 0.76, 1.018, 1.062, 1.421, 1.861, 4.783,
      ])
      expect(meanOf(forecasts, one => one.expectedOrders)).toBeCloseTo(1.06, 3)
      expect(meanOf(forecasts, one => one.orders)).toBeCloseTo(1.321, 3)
    })

    test('what was said last is 7 % above what is so at the cut', () => {
      const expected = expectedAt(CUT_AT, fit)
      const said = forecasts.map(one => one.expectedOrders)
      expect([sum(said), expected].map(Math.round)).toEqual([3_572, 3_338])
    })

    test('13 weeks earlier, with no Christmas ahead, 7 % too many were expected', () => {
      const cutAt = CUT_AT - weeks(13)
      const expected = expectedAt(cutAt, fitPurchases(cellsAt(cutAt)))
      const came = buyersAt(history, cutAt).map(one => one.purchaseDays(cutAt, cutAt + days(90)))
      expect([Math.round(expected), sum(came)]).toEqual([3_050, 2_841])
    })

    /** Orders of all buyers within 90 days, by the formula. */
    const expectedAt = (cutAt: Instant, { parameters }: PurchaseFit): number =>
      sum(buyersAt(history, cutAt).map(one => expectedPurchases(parameters, one.summary, 90 / 7)))

    test('who stays away is told better than by the time since the last purchase', () => {
      expect(rankingOf(forecasts, one => one.churnRisk)).toBeCloseTo(0.732, 3)
      expect(rankingOf(forecasts, one => one.recencyMs)).toBeCloseTo(0.683, 3)
      expect(rankingOf(forecasts, one => -one.rateSoFar)).toBeCloseTo(0.72, 3)
      expect(rankingOf(forecasts, one => -one.sameAgain)).toBeCloseTo(0.682, 3)
    })

    test('the rate so far has the smaller mean error, and the larger mean square', () => {
      expect(absoluteErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.936, 3)
      expect(absoluteErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(0.916, 3)
      expect(absoluteErrorOf(forecasts, one => one.sameAgain)).toBeCloseTo(0.942, 3)
      expect(squareErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(1.499, 3)
      expect(squareErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(1.591, 3)
      expect(squareErrorOf(forecasts, one => one.sameAgain)).toBeCloseTo(1.479, 3)
    })

    test('of those who bought before, it errs less than the rate so far', () => {
      const cameBack = forecastsOf(
        buyers.filter(({ summary }) => summary.repeats > 0),
        CUT_AT,
      )
      expect(cameBack).toHaveLength(1_956)
      expect(absoluteErrorOf(cameBack, one => one.expectedOrders)).toBeCloseTo(1.136, 3)
      expect(absoluteErrorOf(cameBack, one => one.rateSoFar)).toBeCloseTo(1.16, 3)
    })
  },
)

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0)
const round = (value: number): number => Math.round(1_000 * value) / 1_000
