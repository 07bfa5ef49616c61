import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crossProfitMinor, elasticShareOf, lernerPrice } from './lerner-price.ts'

const elastic = fc.double({ min: -8, max: -1.06, noNaN: true })
const cost = fc.integer({ min: 1, max: 100_000 })

test('no other price earns more than the best one', () => {
  const earned = (price: number, cost: number, elasticity: number) =>
    (price - cost) * price ** elasticity
  fc.assert(
    fc.property(
      cost,
      elastic,
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      (cost, elasticity, ratio) => {
        const best = lernerPrice(cost, elasticity)!
        const most = earned(best, cost, elasticity)
        expect(earned(best * ratio, cost, elasticity)).toBeLessThanOrEqual(most * (1 + 1e-9))
      },
    ),
  )
})

test('the margin is the inverse of the elasticity', () => {
  fc.assert(
    fc.property(cost, elastic, (cost, elasticity) => {
      const price = lernerPrice(cost, elasticity)!
      expect((price - cost) / price).toBeCloseTo(-1 / elasticity, 9)
    }),
  )
})

test.each([-1.05, -1, 0, 2])('there is none at an elasticity of %d', elasticity => {
  expect(lernerPrice(1_000, elasticity)).toBeNull()
})

test('what earns more beside it than it costs cannot be too cheap', () => {
  expect(lernerPrice(0, -2)).toBe(0)
  expect(lernerPrice(-300, -2)).toBe(0)
})

test.each([
  [{ mean: -1.05, sd: 1 }, 0.5],
  [{ mean: -2.1, sd: 0.5 }, 0.98214],
  [{ mean: -1.2, sd: 0.2 }, 0.77337],
  [{ mean: -2, sd: 0 }, 1],
  [{ mean: -1, sd: 0 }, 0],
])('the chance that demand is elastic, of %j, is %d', (belief, chance) => {
  expect(elasticShareOf(belief)).toBeCloseTo(chance, 5)
})

test('half of what others bring in beside it counts, with what they cost as well', () => {
  const cross = [
    { sku: 'biscuits', attach: 0.5, marginMinor: 200 },
    { sku: 'sugar', attach: 0.1, marginMinor: -100 },
  ]
  expect(crossProfitMinor(cross)).toBe(45)
  expect(crossProfitMinor([])).toBe(0)
})
