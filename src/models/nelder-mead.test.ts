import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cost, searchedOn, searchFrom, searchMinimum } from './nelder-mead.ts'

/** Rosenbrock's banana: a curved valley with its lowest point at 1, 1. */
const valley: Cost = ([x, y]) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2

test('the lowest point of a curved valley is found', () => {
  const { corners, state } = searchMinimum(valley, [-1.2, 1])
  expect(state).toBe('CONVERGED')
  expect(corners[0]!.at[0]).toBeCloseTo(1, 4)
  expect(corners[0]!.at[1]).toBeCloseTo(1, 4)
})

test('the lowest point of a tilted bowl in four variables is found from anywhere near', () => {
  const coordinate = fc.double({ min: -2, max: 2, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(coordinate, coordinate, coordinate, coordinate), start => {
      const bowl: Cost = at =>
        at.reduce((sum, x, i) => sum + (i + 1) * (x - i) ** 2, 0) + 0.5 * at[0]! * (at[3]! - 3)
      const { corners, state } = searchMinimum(bowl, start)
      expect(state).toBe('CONVERGED')
      // Derivatives: 2x + 0.5(w − 3) = 0 and 8(w − 3) + 0.5x = 0.
      for (const [i, x] of corners[0]!.at.entries()) expect(x).toBeCloseTo(i, 3)
    }),
    { numRuns: 100 },
  )
})

test('a search cut into steps comes to the same bits', () => {
  let search = searchFrom(valley, [-1.2, 1])
  while (search.state === 'SEARCHING') {
    search = searchedOn(valley, JSON.parse(JSON.stringify(search)))
  }
  expect(search).toEqual(searchMinimum(valley, [-1.2, 1]))
  expect(searchedOn(valley, search)).toBe(search)
})

test('evaluations are counted, and a search that needs too many is given up', () => {
  let evaluations = 0
  const limits = { step: 0.3, tolerance: 1e-5, evaluationsMax: 40 }
  const search = searchMinimum(at => valley(at) + 0 * evaluations++, [-1.2, 1], limits)
  expect(search.state).toBe('GIVEN_UP')
  expect(search.evaluations).toBe(evaluations)
  expect(evaluations).toBeGreaterThanOrEqual(40)
  expect(evaluations).toBeLessThan(45)
})

test('where there is no value, the search goes elsewhere', () => {
  const rooted: Cost = ([x]) => Math.sqrt(x!) + 1 / x!
  const { corners } = searchMinimum(rooted, [0.1])
  expect(corners[0]!.at[0]).toBeCloseTo(2 ** (2 / 3), 4)
})
