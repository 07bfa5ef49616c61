import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import { type Evidence, NO_EVIDENCE } from './elasticity-evidence.ts'
import { fitLevel } from './elasticity-level.ts'
import { pooledIn } from './elasticity-pooling.ts'
import { inOneGo } from './in-pieces.ts'

const fitted = (articles: readonly (readonly Evidence[])[]) => inOneGo(fitLevel(articles))

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const told: fc.Arbitrary<Evidence> = fc.record({
  estimate: number(-6, 2),
  precision: number(0.01, 100),
})

/** A category drawn by chance: truths and the evidence of them. */
const category = (
  seed: number,
  articles: number,
  markets: number,
  spreads: { readonly sku: number; readonly market: number },
) => {
  const random = new Random(seed)
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  return Array.from({ length: articles }, () => {
    const article = -2.4 + spreads.sku * normal()
    return Array.from({ length: markets }, () => {
      const truth = article + spreads.market * normal()
      // From next to nothing to plenty.
      const precision = 0.3 * 60 ** random.next()
      return { truth, estimate: truth + normal() / Math.sqrt(precision), precision }
    })
  })
}

/** The formulas of the header, word by word, of articles in one market. */
const byTheFormulas = (all: readonly Evidence[], steps: number) => {
  const sum = (of: (one: Evidence) => number) => all.reduce((total, one) => total + of(one), 0)
  let spread = 0.16
  const meanAt = () => {
    const v = (one: Evidence) => 1 / (1 / one.precision + spread)
    const precision = sum(v) + 1
    return { mean: (sum(one => v(one) * one.estimate) - 2) / precision, variance: 1 / precision }
  }
  for (let step = 0; step < steps; step++) {
    const { mean, variance } = meanAt()
    const share = ({ precision }: Evidence) => precision / (precision + 1)
    const squares = sum(one => {
      const shrunk = spread / (spread + 1 / one.precision)
      return (
        share(one) *
        ((shrunk * (one.estimate - mean)) ** 2 +
          spread * (1 - shrunk) +
          (1 - shrunk) ** 2 * variance)
      )
    })
    spread = (squares + 4 * 0.4 ** 2) / (sum(share) + 4)
  }
  return { ...meanAt(), skuVariance: spread }
}

describe('the level of a category', () => {
  test('is where the formulas come to rest, wherever they start', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 5, maxLength: 40 }), all => {
        const fit = fitted(all.map(one => [one]))
        const exact = byTheFormulas(all, 2_000)
        expect(fit.hasConverged).toBe(true)
        expect(fit.mean).toBeCloseTo(exact.mean, 3)
        expect(fit.variance).toBeCloseTo(exact.variance, 3)
        expect(fit.skuVariance).toBeCloseTo(exact.skuVariance, 3)
        expect(fit.marketVariance).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  test('is near the truth, of articles as of their markets', () => {
    const seeds = [1, 2, 3, 4, 5, 6]
    const fits = seeds.map(seed => fitted(category(seed, 200, 3, { sku: 0.5, market: 0.3 })))
    for (const { mean, variance } of fits) {
      expect(Math.abs(mean + 2.4)).toBeLessThan(3 * Math.sqrt(variance))
      expect(Math.sqrt(variance)).toBeLessThan(0.06)
    }
    const usual = (of: (fit: (typeof fits)[number]) => number) =>
      fits.reduce((sum, fit) => sum + Math.sqrt(of(fit)), 0) / fits.length
    expect(Math.abs(usual(fit => fit.skuVariance) - 0.5)).toBeLessThan(0.04)
    expect(Math.abs(usual(fit => fit.marketVariance) - 0.3)).toBeLessThan(0.03)
  })

  test('makes nine intervals in ten hold the truth', () => {
    let [within, all] = [0, 0]
    for (const seed of [1, 2, 3, 4]) {
      const articles = category(seed, 100, 2, { sku: 0.45, market: 0.2 })
      const fit = fitted(articles)
      for (const markets of articles) {
        for (const [at, { mean, sd }] of pooledIn(markets, fit).entries()) {
          all += 1
          within += Math.abs(mean - markets[at]!.truth) <= 1.645 * sd ? 1 : 0
        }
      }
    }
    expect(within / all).toBeGreaterThan(0.87)
    expect(within / all).toBeLessThan(0.94)
  })

  test('hardly moves for articles that tell next to nothing, and not a bit for those that tell nothing', () => {
    const articles = category(5, 40, 1, { sku: 0.45, market: 0 })
    const fit = fitted(articles)
    const nothing = Array.from({ length: 1_000 }, () => [NO_EVIDENCE])
    expect(fitted([...articles, ...nothing])).toEqual(fit)
    const hardly = Array.from({ length: 100 }, () => [{ estimate: -1.5, precision: 2e-3 }])
    const beside = fitted([...articles, ...hardly])
    expect(Math.abs(beside.mean - fit.mean)).toBeLessThan(0.02)
    expect(beside.skuVariance / fit.skuVariance).toBeCloseTo(1, 1)
  })

  test('is the hyperprior where nobody tells anything', () => {
    const { mean, variance, skuVariance, pairs } = fitted([[NO_EVIDENCE]])
    expect({ mean, variance, pairs }).toEqual({ mean: -2, variance: 1, pairs: 0 })
    expect(skuVariance).toBeCloseTo(0.16, 12)
    expect(fitted([]).mean).toBe(-2)
  })

  test('tells how markets differ from ten articles on that are known in two', () => {
    const ten = category(8, 10, 2, { sku: 0.4, market: 0.6 }).map(markets =>
      markets.map(one => ({ ...one, precision: 20 })),
    )
    expect(fitted(ten).marketVariance).not.toBe(0.04)
    expect(fitted(ten.slice(1)).marketVariance).toBeCloseTo(0.04, 12)
    // In one of its two markets the tenth tells too little.
    const half = [...ten.slice(1), [ten[0]![0]!, { estimate: -2, precision: 0.7 }]]
    expect(fitted(half).marketVariance).toBeCloseTo(0.04, 12)
    expect(fitted(ten.map(markets => markets.slice(1))).marketVariance).toBe(0)
  })

  test('counts the pairs that tell something', () => {
    const [enough, tooLittle] = [0.75, 0.74].map(precision => ({ estimate: -2, precision }))
    expect(fitted([[enough!, tooLittle!], [enough!], [NO_EVIDENCE]]).pairs).toBe(2)
  })

  test('comes to numbers, and to rest, for any evidence', () => {
    const any = fc.record({
      estimate: fc.oneof(number(-1e4, 1e4), number(-3, 0)),
      precision: fc.oneof(fc.constant(0), number(1e-3, 1), number(1, 1e8)),
    })
    const articles = fc.array(fc.array(any, { minLength: 1, maxLength: 3 }), { maxLength: 15 })
    fc.assert(
      fc.property(articles, all => {
        const { hasConverged, pairs, steps, ...level } = fitted(all)
        expect(Object.values(level).every(Number.isFinite)).toBe(true)
        expect(level.skuVariance).toBeGreaterThan(0)
        expect(level.marketVariance).toBeGreaterThanOrEqual(0)
        expect(steps).toBeLessThanOrEqual(1_000)
      }),
    )
  })
})
