import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Beliefs,
  covarianceAt,
  type FilterPrior,
  filterDrifted,
  filterLearnt,
  filterPredicted,
  filterStart,
} from './elasticity-filter.ts'
import { digamma, inverseTrigamma, trigamma } from './elasticity-gamma-functions.ts'

/** Another way of saying the same: whole matrices, and the formulas of the reference line by line. */
interface Whole {
  readonly m: number[]
  readonly C: number[][]
}

const wholeOf = (beliefs: Beliefs, size: number): Whole => ({
  m: beliefs.slice(0, size),
  C: Array.from({ length: size }, (_, i) =>
    Array.from(
      { length: size },
      (_, j) => beliefs[covarianceAt(size, Math.max(i, j), Math.min(i, j))]!,
    ),
  ),
})

const driftedWhole = ({ m, C }: Whole, { means, sds }: FilterPrior, days: number): Whole => {
  const g = sds.map((s, i) => (i === 0 ? 1 : Math.exp(-days / ((2 * s * s) / 2.5e-4))))
  return {
    m: m.map((x, i) => (i === 0 ? x : means[i]! + g[i]! * (x - means[i]!))),
    C: C.map((row, i) =>
      row.map((c, j) => {
        const added = i === 0 ? 4e-4 * days : (1 - g[i]! ** 2) * sds[i]! ** 2
        return g[i]! * g[j]! * c + (i === j ? added : 0)
      }),
    ),
  }
}

const learntWhole = ({ m, C }: Whole, F: number[], y: number, lnE: number, phi: number): Whole => {
  const CF = C.map(row => row.reduce((sum, c, j) => sum + c * F[j]!, 0))
  const dot = (a: readonly number[]) => a.reduce((sum, x, i) => sum + x * F[i]!, 0)
  const f = lnE + dot(m) + digamma(phi) - Math.log(phi)
  const Q = dot(CF) + trigamma(phi)
  const al = inverseTrigamma(Q)
  const be = Math.exp(digamma(al) - f)
  const fAfter = Math.min(f + 4 * Math.sqrt(Q), digamma(al + y) - Math.log(be + 1))
  const QAfter = trigamma(al + y)
  return {
    m: m.map((x, i) => x + (CF[i]! * (fAfter - f)) / Q),
    C: C.map((row, i) => row.map((c, j) => c - (CF[i]! * CF[j]! * (1 - QAfter / Q)) / Q)),
  }
}

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })

/** A prior, and buckets with as many regressors as it has. */
const worlds = fc.integer({ min: 1, max: 14 }).chain(size =>
  fc.record({
    means: fc.array(number(-2, 2), { minLength: size, maxLength: size }),
    sds: fc.array(number(0.2, 1), { minLength: size, maxLength: size }),
    buckets: fc.array(
      fc.record({
        days: number(0, 60),
        units: fc.nat(40),
        logExposure: number(-2, 2),
        noise: number(0.4, 200),
        others: fc.array(number(-0.8, 0.8), { minLength: size - 1, maxLength: size - 1 }),
      }),
      { maxLength: 12 },
    ),
  }),
)

test('a triangle and one pass give what whole matrices give, whatever the dimension', () => {
  fc.assert(
    fc.property(worlds, ({ means, sds, buckets }) => {
      const size = means.length
      const prior = { means, sds }
      let beliefs = filterStart(prior, 0.5)
      let whole = wholeOf(beliefs, size)
      expect(whole.m).toEqual([0.5, ...means.slice(1)])
      for (const { days, others, units, logExposure, noise } of buckets) {
        const F = [1, ...others]
        beliefs = filterDrifted(beliefs, prior, days)
        whole = driftedWhole(whole, prior, days)
        beliefs = filterLearnt(beliefs, F, { units, logExposure }, noise).beliefs
        whole = learntWhole(whole, F, units, logExposure, noise)
      }
      const { m, C } = wholeOf(beliefs, size)
      for (let i = 0; i < size; i++) {
        expect(m[i]).toBeCloseTo(whole.m[i]!, 8)
        for (let j = 0; j < size; j++) expect(C[i]![j]).toBeCloseTo(whole.C[i]![j]!, 8)
      }
    }),
    { numRuns: 200 },
  )
})

describe('what is expected', () => {
  const prior = { means: [0, -1, 0.5], sds: [1, 0.7, 0.3] }
  const beliefs = filterStart(prior, 1)
  const F = [1, 0.4, 1]

  test('is a Gamma variate whose logarithm has the mean and variance of the prior', () => {
    const { shape, rate } = filterPredicted(beliefs, F, 0.2, 5)
    const scatterMean = digamma(5) - Math.log(5)
    expect(digamma(shape) - Math.log(rate)).toBeCloseTo(0.2 + 1 - 0.4 + 0.5 + scatterMean, 9)
    expect(trigamma(shape)).toBeCloseTo(1 + 0.16 * 0.49 + 0.09 + trigamma(5), 9)
  })

  test('is in proportion to exposure, as surely as before', () => {
    const once = filterPredicted(beliefs, F, 0, 5)
    const thrice = filterPredicted(beliefs, F, Math.log(3), 5)
    expect(thrice.shape).toBe(once.shape)
    expect(once.rate / thrice.rate).toBeCloseTo(3, 12)
  })
})

test('a coefficient whose regressor is 0 changes nothing, however many of them there are', () => {
  const few = { means: [0, -1.5], sds: [2, 2] }
  const many = { means: [0, -1.5, 0.3, 0], sds: [2, 2, 0.5, 0.3] }
  let [a, b] = [filterStart(few, 1), filterStart(many, 1)]
  for (let i = 0; i < 50; i++) {
    const price = i % 2 === 0 ? 0.2 : -0.2
    const counted = { units: i % 5, logExposure: 0 }
    a = filterLearnt(filterDrifted(a, few, 1), [1, price], counted, 4).beliefs
    b = filterLearnt(filterDrifted(b, many, 1), [1, price, 0, 0], counted, 4).beliefs
  }
  expect(b.slice(0, 2)).toEqual(a.slice(0, 2))
  expect(b.slice(4, 7)).toEqual(a.slice(2, 5))
})
