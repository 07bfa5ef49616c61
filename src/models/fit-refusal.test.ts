import { describe, expect, test } from 'vitest'
import { purchaseFitRefusal, spendFitRefusal } from './fit-refusal.ts'
import { GAMMA_GAMMA_SEED } from './gamma-gamma.ts'
import { MBG_NBD_SEED } from './mbg-nbd.ts'
import { fitPurchases, type PurchaseFit } from './purchase-fit.ts'
import { fitSpend, type SpendFit } from './spend-fit.ts'

const fit: PurchaseFit = {
  parameters: MBG_NBD_SEED,
  logLikelihoodPerUser: -4,
  users: 500,
  repeats: 100,
  evaluations: 300,
  hasConverged: true,
}
const seed = { parameters: MBG_NBD_SEED, logLikelihoodPerUser: -4 }

describe('a fit of purchases', () => {
  test('takes the place of the parameters in use where nothing speaks against it', () => {
    expect(purchaseFitRefusal(fit, seed)).toBeNull()
  })

  test.each([
    [{ users: 499 }, 'TOO_FEW_USERS'],
    [{ repeats: 99 }, 'TOO_FEW_REPEATS'],
    [{ hasConverged: false }, 'NOT_CONVERGED'],
    [{ parameters: { ...MBG_NBD_SEED, r: 0.0009 } }, 'OUT_OF_BOUNDS'],
    [{ parameters: { ...MBG_NBD_SEED, alpha: 1001 } }, 'OUT_OF_BOUNDS'],
    [{ parameters: { ...MBG_NBD_SEED, a: Number.NaN } }, 'OUT_OF_BOUNDS'],
    [{ parameters: { ...MBG_NBD_SEED, b: 1.614 * 1.31 } }, 'NOT_BETTER'],
    [{ parameters: { ...MBG_NBD_SEED, b: 1.614 * 0.69 } }, 'NOT_BETTER'],
  ] as const)('with %o is refused as %s', (change, refusal) => {
    expect(purchaseFitRefusal({ ...fit, ...change }, seed)).toBe(refusal)
  })

  test('may move far where it is better, and a little where it is not', () => {
    const far = { ...fit, parameters: { ...MBG_NBD_SEED, b: 9 }, logLikelihoodPerUser: -3.9 }
    expect(purchaseFitRefusal(far, seed)).toBeNull()
    const near = { ...fit, parameters: { ...MBG_NBD_SEED, b: 1.9 }, logLikelihoodPerUser: -4.1 }
    expect(purchaseFitRefusal(near, seed)).toBeNull()
  })
})

test('a population of nobody, or of customers who never came back, is refused', () => {
  const once = { summary: { repeats: 0, lastWeeks: 0, ageWeeks: 30 }, count: 1000 }
  expect(purchaseFitRefusal(fitPurchases([]), seed)).toBe('TOO_FEW_USERS')
  expect(purchaseFitRefusal(fitPurchases([once]), seed)).toBe('TOO_FEW_REPEATS')
  const inUse = { parameters: GAMMA_GAMMA_SEED, logLikelihoodPerUser: -4 }
  expect(spendFitRefusal(fitSpend([]), inUse)).toBe('TOO_FEW_REPEATS')
})

describe('a fit of amounts', () => {
  const spend: SpendFit = {
    parameters: GAMMA_GAMMA_SEED,
    logLikelihoodPerUser: -4,
    users: 100,
    meanSpend: 35,
    correlation: 0.1,
    evaluations: 200,
    hasConverged: true,
  }
  const inUse = { parameters: GAMMA_GAMMA_SEED, logLikelihoodPerUser: -4 }

  test('takes the place of the parameters in use where nothing speaks against it', () => {
    expect(spendFitRefusal(spend, inUse)).toBeNull()
  })

  test.each([
    [{ users: 99 }, 'TOO_FEW_REPEATS'],
    [{ hasConverged: false }, 'NOT_CONVERGED'],
    [{ parameters: { ...GAMMA_GAMMA_SEED, q: 1 } }, 'OUT_OF_BOUNDS'],
    [{ parameters: { ...GAMMA_GAMMA_SEED, v: 35_001 } }, 'OUT_OF_BOUNDS'],
    [{ parameters: { ...GAMMA_GAMMA_SEED, p: 10 } }, 'NOT_BETTER'],
  ] as const)('with %o is refused as %s', (change, refusal) => {
    expect(spendFitRefusal({ ...spend, ...change }, inUse)).toBe(refusal)
  })

  test('is judged in whatever unit the amounts are', () => {
    const inCents = { ...spend, meanSpend: 3500, parameters: { ...GAMMA_GAMMA_SEED, v: 1544 } }
    expect(spendFitRefusal({ ...inCents, logLikelihoodPerUser: -3 }, inUse)).toBeNull()
  })
})
