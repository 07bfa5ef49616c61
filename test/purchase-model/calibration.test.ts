/** Where the truth is known: do things come as often as the model says that they will? */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  churnRisk,
  expectedPurchases,
  MBG_NBD_SEED,
  type PurchaseParameters,
  probabilityAlive,
} from '../../src/models/mbg-nbd.ts'
import { fitPurchases } from '../../src/models/purchase-fit.ts'
import { purchaseDraws, quantileOf } from '../../src/models/purchase-intervals.ts'
import { Random } from '../../src/testing/simulation/random.ts'
import { type SimulatedCustomer, simulatedCustomers } from './simulated-customers.ts'

interface Forecast {
  readonly chance: number
  readonly came: boolean
}

/** Expected calibration error: in ten bins of chances, how far what came was from what was said. */
const calibrationError = (forecasts: readonly Forecast[]): number => {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, came: 0 }))
  for (const { chance, came } of forecasts) {
    const bin = bins[Math.min(9, Math.floor(10 * chance))]!
    bin.said += chance
    bin.came += Number(came)
  }
  return bins.reduce((sum, { said, came }) => sum + Math.abs(said - came), 0) / forecasts.length
}

const riskErrorOf = (
  customers: readonly SimulatedCustomer[],
  parameters: PurchaseParameters,
  weeks: number,
): number =>
  calibrationError(
    customers.map(({ summary, purchasesAhead }) => ({
      chance: churnRisk(parameters, summary, weeks),
      came: purchasesAhead(weeks) === 0,
    })),
  )

describe('of 200,000 simulated customers', () => {
  let customers: SimulatedCustomer[] = []
  beforeAll(() => {
    customers = simulatedCustomers(MBG_NBD_SEED, 200_000, 1)
  })

  test('as many are alive as are said to be', () => {
    const forecasts = customers.map(({ summary, isAlive }) => ({
      chance: probabilityAlive(MBG_NBD_SEED, summary),
      came: isAlive,
    }))
    expect(calibrationError(forecasts)).toBeLessThan(0.005)
  })

  test.each([30 / 7, 90 / 7, 39])('as many stay away for %d weeks as are said to', weeks => {
    expect(riskErrorOf(customers, MBG_NBD_SEED, weeks)).toBeLessThan(0.01)
  })

  test('the purchases to come are as many as expected, of who bought little and of who bought much', () => {
    for (const [from, to] of [
      [0, 0],
      [1, 2],
      [3, 9],
      [10, 1e9],
    ] as const) {
      const group = customers.filter(
        ({ summary }) => summary.repeats >= from && summary.repeats <= to,
      )
      const expected = group.reduce(
        (sum, { summary }) => sum + expectedPurchases(MBG_NBD_SEED, summary, 13),
        0,
      )
      const came = group.reduce((sum, { purchasesAhead }) => sum + purchasesAhead(13), 0)
      expect(Math.abs(came / expected - 1)).toBeLessThan(0.03)
    }
  })

  test('the error is seen where the parameters are wrong', () => {
    const wrong = { ...MBG_NBD_SEED, b: 2 * MBG_NBD_SEED.b }
    expect(riskErrorOf(customers, wrong, 13)).toBeGreaterThan(0.01)
  })
})

describe('fitted on 20,000 simulated customers', () => {
  let fitted: PurchaseParameters = MBG_NBD_SEED
  const truth = { r: 0.8, alpha: 9, a: 0.7, b: 2.2 }
  beforeAll(() => {
    const customers = simulatedCustomers(truth, 20_000, 2)
    fitted = fitPurchases(customers.map(({ summary }) => ({ summary, count: 1 }))).parameters
  })

  test('parameters come near the truth', () => {
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(Math.abs(fitted[name] / truth[name] - 1)).toBeLessThan(0.1)
    }
  })

  test('the risk of 20,000 others is calibrated', () => {
    const others = simulatedCustomers(truth, 20_000, 3)
    for (const weeks of [30 / 7, 90 / 7, 39]) {
      expect(riskErrorOf(others, fitted, weeks)).toBeLessThan(0.01)
    }
  })
})

describe('the draws for 1,000 simulated customers', () => {
  const weeks = 39
  // Who came back once or never will not as a rule, and tells little of the draws: some are enough.
  const customers = simulatedCustomers(MBG_NBD_SEED, 4_000, 4)
    .filter(({ summary }, i) => i < 400 || summary.repeats >= 2)
    .slice(0, 1_000)
    .map(({ summary, purchasesAhead }) => ({ summary, came: purchasesAhead(weeks) }))

  const drawsUnder = (parameters: PurchaseParameters): (readonly number[])[] =>
    customers.map(
      ({ summary }, i) => purchaseDraws(parameters, summary, weeks, `customer ${i}`).purchases,
    )

  /**
   * Where what came lies among the draws, as a share of them, at random among equal ones: even between 0
   * and 1 if the draws are right (the randomised probability integral transform).
   */
  const placesAmong = (draws: readonly (readonly number[])[]): number[] => {
    const random = new Random(5)
    return customers.map(({ came }, i) => {
      const fewer = draws[i]!.filter(count => count < came).length
      const asMany = draws[i]!.filter(count => count === came).length
      return (fewer + random.next() * (asMany + 1)) / (draws[i]!.length + 1)
    })
  }

  /** Kolmogorov & Smirnov's distance of these places from an even spread. */
  const unevenness = (places: readonly number[]): number => {
    const sorted = [...places].sort((x, y) => x - y)
    const offs = sorted.map((place, i) =>
      Math.max((i + 1) / sorted.length - place, place - i / sorted.length),
    )
    return Math.max(...offs)
  }

  /** Above it in one of a hundred samples that are even. */
  const UNEVENNESS_MAX = 1.628 / Math.sqrt(customers.length)

  test('are spread as what came is, and hold it below their 95 % quantile', () => {
    const draws = drawsUnder(MBG_NBD_SEED)
    expect(unevenness(placesAmong(draws))).toBeLessThan(UNEVENNESS_MAX)
    const held = customers.filter(({ came }, i) => came <= quantileOf(draws[i]!, 0.95))
    expect(held.length / customers.length).toBeGreaterThan(0.94)
  })

  test('are not where the parameters are wrong', () => {
    const wrong = { ...MBG_NBD_SEED, b: 3 * MBG_NBD_SEED.b }
    expect(unevenness(placesAmong(drawsUnder(wrong)))).toBeGreaterThan(UNEVENNESS_MAX)
  })
})
