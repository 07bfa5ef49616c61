import { expect, test } from 'vitest'
import { searchMinimum } from './nelder-mead.ts'
import { boundedBy, costUnder, PRIOR_DEVIATION, type WeakPrior } from './weak-prior.ts'

const prior: WeakPrior = { usual: [0, 1], min: [-7, -7], max: [7, 7] }

test('where the data say nothing of a parameter, it is the usual one', () => {
  const cost = costUnder(prior, ([x]) => (x! - 3) ** 2, 1_000)
  const { at } = searchMinimum(cost, [0, 5]).corners[0]!
  expect(at[0]).toBeCloseTo(3, 2)
  expect(at[1]).toBeCloseTo(1, 3)
})

test('it counts as one customer: against a thousand it is nearly not felt', () => {
  const own = 4
  const least = (customers: number) =>
    searchMinimum(
      costUnder(prior, ([x]) => (x! - own) ** 2 / 2, customers),
      [0, 1],
    ).corners[0]!.at[0]!
  const share = (customers: number) => 1 / (1 + PRIOR_DEVIATION ** 2 * customers)
  expect(least(1)).toBeCloseTo(own * (1 - share(1)), 3)
  expect(least(1_000)).toBeCloseTo(own * (1 - share(1_000)), 3)
})

test('a cost that falls for ever ends at the bound', () => {
  const cost = costUnder(prior, ([x]) => -x!, 1_000_000)
  const { at } = searchMinimum(cost, [0, 1]).corners[0]!
  expect(boundedBy(prior, at)[0]).toBeCloseTo(7, 3)
  expect(at[0]).toBeCloseTo(7, 3)
})
