import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logLikelihood, MBG_NBD_SEED } from './mbg-nbd.ts'
import { searchedOn, searchFrom } from './nelder-mead.ts'
import type { PurchaseCell } from './purchase-cells.ts'
import {
  fitPurchases,
  logLikelihoodPerUser,
  purchaseFitOf,
  purchaseLikelihood,
  startOf,
} from './purchase-fit.ts'

const cellsAny: fc.Arbitrary<PurchaseCell[]> = fc.array(
  fc.record({
    summary: fc.tuple(fc.nat(6), fc.nat(30), fc.nat(20)).map(([repeats, last, silence]) => ({
      repeats,
      lastWeeks: repeats === 0 ? 0 : last,
      ageWeeks: silence + (repeats === 0 ? 0 : last),
    })),
    count: fc.integer({ min: 1, max: 500 }),
  }),
  { minLength: 1, maxLength: 40 },
)

const cell = (
  repeats: number,
  lastWeeks: number,
  ageWeeks: number,
  count: number,
): PurchaseCell => ({ summary: { repeats, lastWeeks, ageWeeks }, count })

/** A shop where most never come back, and some do for long. */
const SHOP: readonly PurchaseCell[] = [
  cell(0, 0, 10, 310),
  cell(0, 0, 39, 590),
  cell(1, 3, 10, 60),
  cell(1, 9, 39, 130),
  cell(1, 30, 39, 50),
  cell(2, 8, 10, 25),
  cell(2, 14, 39, 60),
  cell(2, 34, 39, 55),
  cell(5, 25, 39, 40),
  cell(5, 36, 39, 45),
  cell(12, 37, 39, 20),
]

describe('the likelihood of a population', () => {
  test('is the sum over its customers', () => {
    const parametersAny = fc.record({
      r: fc.double({ min: 0.01, max: 20, noNaN: true }),
      alpha: fc.double({ min: 0.1, max: 100, noNaN: true }),
      a: fc.double({ min: 0.01, max: 20, noNaN: true }),
      b: fc.double({ min: 0.01, max: 20, noNaN: true }),
    })
    fc.assert(
      fc.property(cellsAny, parametersAny, (cells, parameters) => {
        const users = cells.reduce((sum, { count }) => sum + count, 0)
        const total = cells.reduce(
          (sum, { summary, count }) => sum + count * logLikelihood(parameters, summary),
          0,
        )
        const perUser = logLikelihoodPerUser(parameters, cells)
        expect(Math.abs(perUser - total / users)).toBeLessThan(1e-11 * Math.max(1, -perUser))
      }),
    )
  })

  test('has the same bits in any order of the customers, and however they are split', () => {
    const shuffled = cellsAny.chain(cells =>
      fc.tuple(
        fc.constant(cells),
        fc.shuffledSubarray(cells, { minLength: cells.length }),
        fc.nat(cells.length - 1),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([cells, others, at]) => {
        const { summary, count } = others[at]!
        const split = [...others.with(at, { summary, count: count - 1 }), { summary, count: 1 }]
        expect(purchaseLikelihood(split).cost([0.1, 1.2, -0.3, 0.4])).toBe(
          purchaseLikelihood(cells).cost([0.1, 1.2, -0.3, 0.4]),
        )
      }),
    )
  })
})

describe('a fit', () => {
  const fit = fitPurchases(SHOP)

  test('counts what it was made on, and comes to rest', () => {
    expect(fit).toMatchObject({ users: 1385, repeats: 1185, hasConverged: true })
  })

  test('is better than its neighbours in every parameter', () => {
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.99, 1.01]) {
        const near = { ...fit.parameters, [name]: fit.parameters[name] * factor }
        expect(logLikelihoodPerUser(near, SHOP)).toBeLessThan(fit.logLikelihoodPerUser)
      }
    }
  })

  test('comes to the same parameters from elsewhere', () => {
    const other = fitPurchases(SHOP, { r: 3, alpha: 2, a: 0.2, b: 8 })
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(other.parameters[name] / fit.parameters[name]).toBeCloseTo(1, 3)
    }
  })

  test('may be made in steps', () => {
    const likelihood = purchaseLikelihood(SHOP)
    let search = searchFrom(likelihood.cost, startOf(MBG_NBD_SEED))
    while (search.state === 'SEARCHING') search = searchedOn(likelihood.cost, search)
    expect(purchaseFitOf(likelihood, search)).toEqual(fit)
  })
})
