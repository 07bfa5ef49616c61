/** What a British shop's buyers did, judged by parameters fitted on what they did before. */
import { beforeAll, describe, expect, test } from 'vitest'
import { days, type Instant, weeks } from '../../src/engine/time.ts'
import type { Order } from '../../src/events.ts'
import { purchaseFitRefusal } from '../../src/models/fit-refusal.ts'
import { inOneGo } from '../../src/models/in-pieces.ts'
import {
  expectedPurchases,
  MBG_NBD_SEED,
  type PurchaseParameters,
} from '../../src/models/mbg-nbd.ts'
import { fitAllMarkets } from '../../src/models/population-fit.ts'
import type { PurchaseCell } from '../../src/models/purchase-cells.ts'
import {
  fitPurchases,
  logLikelihoodPerUser,
  type PurchaseFit,
} from '../../src/models/purchase-fit.ts'
import { populationOf } from '../../src/testing/population-of-buyers.ts'
import { countedAt } from '../purchase-model/counted-buyers.ts'
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
    let learnt: PurchaseParameters
    let buyers: JudgedBuyer[] = []
    let forecasts: Forecast[] = []
    beforeAll(async () => {
      history = await onlineRetailOrders()
      fit = fitPurchases(cellsAt(CUT_AT))
      learnt = learntAt(CUT_AT)
      buyers = judgedAt(history, CUT_AT, learnt)
      forecasts = forecastsOf(buyers, CUT_AT)
    })

    const cellsAt = (cutAt: Instant): PurchaseCell[] =>
      buyersAt(history, cutAt).map(({ summary }) => ({ summary, count: 1 }))

    /** By the learner, from the cut of that midnight. */
    const learntAt = (cutAt: Instant): PurchaseParameters => {
      const cutDay = cutAt / days(1)
      const cut = populationOf(countedAt(history, cutDay), cutDay)
      return inOneGo(fitAllMarkets(cut)).parameters.rhythm!
    }

    test('by likelihood alone nobody drops out, and the guard refuses it', () => {
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

    test('what the learner finds is plausible, and as likely to three digits', () => {
      expect(learnt.a / (learnt.a + learnt.b)).toBeCloseTo(0.0015, 4)
      expect(logLikelihoodPerUser(learnt, cellsAt(CUT_AT))).toBeCloseTo(-6.798, 3)
    })

    test('all 3,370 buyers are judged by the parameters that were published', () => {
      expect(buyers).toHaveLength(3_370)
      const versions = buyers.map(({ said }) => said.modelVersion.split(' ')[1])
      expect(new Set(versions)).toEqual(new Set(['purchases@1']))
    })

    test('within a stage, the longer the silence the fewer came back, but for one', () => {
      const shares = returnSharesOf(buyers, CUT_AT, CUT_AT + weeks(13))
      expect(shares).toEqual({
        FIRST_BUYER: { ACTIVE: [331, 152], AT_RISK: [983, 343], DORMANT: [103, 41] },
        REPEAT: { ACTIVE: [984, 619], AT_RISK: [138, 60], DORMANT: [1, 0] },
        LOYAL: { ACTIVE: [786, 685], AT_RISK: [44, 21] },
      })
      expect(disorderIn(shares)).toEqual(['FIRST_BUYER: AT_RISK, DORMANT'])
    })

    test('that one is of people who bought before Christmas, and a year later do so again', () => {
      const once = buyers.filter(({ said }) => said.stage === 'FIRST_BUYER')
      const dormant = once.filter(({ said }) => said.activity === 'DORMANT')
      expect(Math.max(...dormant.map(({ lastAt }) => lastAt))).toBeLessThan(Date.UTC(2010, 11, 10))
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
        0.217, 0.295, 0.395, 0.504, 0.647, 0.795, 0.974, 1.229, 1.706, 3.643,
      ])
      expect(tenths.map(tenth => round(meanOf(tenth, one => one.orders)))).toEqual([
        0.493, 0.451, 0.579, 0.789, 0.745, 1.027, 1.065, 1.43, 1.852, 4.777,
      ])
      expect(meanOf(forecasts, one => one.expectedOrders)).toBeCloseTo(1.041, 3)
      expect(meanOf(forecasts, one => one.orders)).toBeCloseTo(1.321, 3)
    })

    test('what was said last is 7 % above what is so at the cut', () => {
      const expected = expectedAt(CUT_AT, learnt)
      const said = forecasts.map(one => one.expectedOrders)
      expect([sum(said), expected].map(Math.round)).toEqual([3_507, 3_278])
    })

    test('13 weeks earlier, with no Christmas ahead, 6 % too many were expected', () => {
      const cutAt = CUT_AT - weeks(13)
      const expected = expectedAt(cutAt, learntAt(cutAt))
      const came = buyersAt(history, cutAt).map(one => one.purchaseDays(cutAt, cutAt + days(90)))
      expect([Math.round(expected), sum(came)]).toEqual([3_002, 2_841])
    })

    /** Orders of all buyers within 90 days, by the formula. */
    const expectedAt = (cutAt: Instant, parameters: PurchaseParameters): number =>
      sum(buyersAt(history, cutAt).map(one => expectedPurchases(parameters, one.summary, 90 / 7)))

    test('who stays away is told better than by the time since the last purchase', () => {
      expect(rankingOf(forecasts, one => one.churnRisk)).toBeCloseTo(0.733, 3)
      expect(rankingOf(forecasts, one => one.recencyMs)).toBeCloseTo(0.683, 3)
      expect(rankingOf(forecasts, one => -one.rateSoFar)).toBeCloseTo(0.72, 3)
      expect(rankingOf(forecasts, one => -one.sameAgain)).toBeCloseTo(0.682, 3)
    })

    test('the rate so far has the smaller mean error, and the larger mean square', () => {
      expect(absoluteErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(0.936, 3)
      expect(absoluteErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(0.916, 3)
      expect(absoluteErrorOf(forecasts, one => one.sameAgain)).toBeCloseTo(0.942, 3)
      expect(squareErrorOf(forecasts, one => one.expectedOrders)).toBeCloseTo(1.507, 3)
      expect(squareErrorOf(forecasts, one => one.rateSoFar)).toBeCloseTo(1.591, 3)
      expect(squareErrorOf(forecasts, one => one.sameAgain)).toBeCloseTo(1.479, 3)
    })

    test('of those who bought before, it errs less than the rate so far', () => {
      const cameBack = forecastsOf(
        buyers.filter(({ summary }) => summary.repeats > 0),
        CUT_AT,
      )
      expect(cameBack).toHaveLength(1_956)
      expect(absoluteErrorOf(cameBack, one => one.expectedOrders)).toBeCloseTo(1.138, 3)
      expect(absoluteErrorOf(cameBack, one => one.rateSoFar)).toBeCloseTo(1.16, 3)
    })
  },
)

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0)
const round = (value: number): number => Math.round(1_000 * value) / 1_000
