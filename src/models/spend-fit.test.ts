import { describe, expect, test } from 'vitest'
import { spendLogLikelihood } from './gamma-gamma.ts'
import { fitSpend, type SpendCell, spendLikelihoodPerUser } from './spend-fit.ts'

const cell = (repeats: number, meanSpend: number, count: number): SpendCell => ({
  repeats,
  meanSpend,
  count,
})

const SHOP: readonly SpendCell[] = [
  cell(1, 12, 60),
  cell(1, 25, 80),
  cell(1, 40, 50),
  cell(1, 120, 12),
  cell(2, 15, 30),
  cell(2, 30, 45),
  cell(2, 70, 15),
  cell(5, 22, 20),
  cell(5, 45, 14),
]

describe('a fit of amounts', () => {
  const fit = fitSpend(SHOP)

  test('counts what it was made on, and is better than its neighbours', () => {
    expect(fit).toMatchObject({ users: 326, hasConverged: true })
    for (const name of ['p', 'q', 'v'] as const) {
      for (const factor of [0.99, 1.01]) {
        const near = { ...fit.parameters, [name]: fit.parameters[name] * factor }
        expect(spendLikelihoodPerUser(near, SHOP)).toBeLessThan(fit.logLikelihoodPerUser)
      }
    }
  })

  test('sums the likelihood of its customers', () => {
    const total = SHOP.reduce(
      (sum, { repeats, meanSpend, count }) =>
        sum + count * spendLogLikelihood(fit.parameters, repeats, meanSpend),
      0,
    )
    expect(fit.logLikelihoodPerUser).toBeCloseTo(total / 326, 12)
  })

  test('has the same bits in any order of the customers, and however they are split', () => {
    const [first, ...others] = SHOP
    const split = [...others.reverse(), { ...first!, count: 1 }, { ...first!, count: 59 }]
    expect(fitSpend(split)).toEqual(fit)
  })

  test('is the same in another currency, but for the unit', () => {
    const inCents = fitSpend(SHOP.map(one => ({ ...one, meanSpend: 100 * one.meanSpend })))
    expect(inCents.parameters.p).toBeCloseTo(fit.parameters.p, 3)
    expect(inCents.parameters.q).toBeCloseTo(fit.parameters.q, 3)
    expect(inCents.parameters.v / 100).toBeCloseTo(fit.parameters.v, 2)
  })

  test('says how far amounts depend on the number of purchases', () => {
    expect(fitSpend([cell(1, 10, 50), cell(2, 20, 50), cell(3, 30, 50)]).correlation).toBeCloseTo(1)
    expect(fitSpend([cell(1, 10, 50), cell(1, 30, 50), cell(2, 20, 50)]).correlation).toBeCloseTo(0)
    expect(Math.abs(fit.correlation)).toBeLessThan(0.3)
  })
})
