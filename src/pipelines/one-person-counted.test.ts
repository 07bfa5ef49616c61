/** People who merge and people who are erased, as the population counts them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, type Instant } from '../engine/time.ts'
import { populationChanges as changes } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import type { Send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { identityMerges } from './identity-merges.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'
import { populationChanges } from './population-changes.ts'

/** How many are in each cell: first day, repeat days and last day. Those with nobody are left out. */
const cellsAfter = (steps: readonly Send[]): Record<string, number> => {
  const mill = new Harness([identityMerges, lifecycleSegments, populationChanges], {
    mode: 'history',
  })
  for (const step of steps) playStep(mill, step)
  mill.finish(false)
  const counts = new Map<string, number>()
  for (const { change, cohortDay, repeats, lastDay } of mill.resultsOf(changes)) {
    if (change !== 'JOINED' && change !== 'LEFT') continue
    const cell = `${cohortDay} ${repeats} ${lastDay}`
    counts.set(cell, (counts.get(cell) ?? 0) + (change === 'JOINED' ? 1 : -1))
  }
  return Object.fromEntries([...counts].filter(([, count]) => count !== 0))
}

test('a merge makes one person of two', () => {
  const bought = [
    shopRows.order(days(1), 'visitor:v', 'o1', '10GBP'),
    shopRows.order(days(3), 'anna', 'o2', '10GBP'),
  ]
  expect(cellsAfter(bought)).toEqual({ '1 0 1': 1, '3 0 3': 1 })
  const login = shopRows.login(days(4), 'anna', 'browser:v')
  expect(cellsAfter([...bought, login])).toEqual({ '1 1 3': 1 })
  const cancel = shopRows.cancel(days(5), 'visitor:v', 'o1', '10GBP')
  expect(cellsAfter([...bought, login, cancel])).toEqual({ '3 0 3': 1 })
})

const steps = fc
  .array(
    fc.record({
      what: fc.constantFrom('order', 'order', 'cancel', 'refund', 'login', 'erase'),
      user: fc.constantFrom('anna', 'ben'),
      visitor: fc.constantFrom('v', 'w'),
      asGuest: fc.boolean(),
      order: fc.nat(5),
      at: fc.integer({ min: 1, max: days(20) }),
    }),
    { minLength: 5, maxLength: 25 },
  )
  .map(drawn =>
    drawn.map(({ what, user, visitor, asGuest, order, at }): Send => {
      if (what === 'login') return shopRows.login(at, user, `browser:${visitor}`)
      if (what === 'erase') return shopRows.erase(at, user, visitor)
      const who = asGuest ? `visitor:${visitor}` : user
      const orderId = `${who} ${order}`
      return shopRows[what as 'order'](at, who, orderId, '10GBP')
    }),
  )

const eraseAll = (at: Instant): Send[] => [
  shopRows.erase(at, 'anna', 'v', 'w'),
  shopRows.erase(at + 1, 'ben', 'v', 'w'),
]

test('nobody is left in a cell when all are erased, in whichever order all came', () => {
  let counted = 0
  fc.assert(
    fc.property(steps, story => {
      counted += Object.keys(cellsAfter(story)).length
      expect(cellsAfter([...story, ...eraseAll(days(30))])).toEqual({})
    }),
    { numRuns: 60 },
  )
  expect(counted).toBeGreaterThan(20)
})

test('nobody is in two cells', () => {
  fc.assert(
    fc.property(steps, story => {
      const everybody = Object.values(cellsAfter(story))
      for (const count of everybody) expect(count).toBeGreaterThan(0)
      const all = everybody.reduce((sum, count) => sum + count, 0)
      // Two users, and two visitors who have not logged in.
      expect(all).toBeLessThanOrEqual(4)
    }),
    { numRuns: 60 },
  )
})
