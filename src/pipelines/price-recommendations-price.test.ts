import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looseSlot } from '../engine/state/cell.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import { POLICY_PRICES_MAX, setPrice, stepBaseOf } from './price-recommendations-price.ts'
import { recommendationState } from './price-recommendations-state.ts'

const emptyState = () => ({
  price: recommendationState.price.view(looseSlot()),
  policyPrices: recommendationState.policyPrices.view(looseSlot()),
  told: recommendationState.told.view(looseSlot()),
})

const set = (shownPriceMinor: number) => ({
  currency: 'GBP',
  policyPriceMinor: 1,
  shownPriceMinor,
  reason: 'LIST' as const,
  promotionId: null,
})

const changes = (most: number) =>
  fc.array(
    fc.record({ afterMs: fc.integer({ min: 1, max: hours(20) }), minor: fc.integer({ min: 1 }) }),
    { minLength: 1, maxLength: most },
  )

/** All that was ever set, and what of it was in force a day before; the first where nothing was. */
const inForce = (all: readonly (readonly [Instant, number])[], at: Instant): number =>
  (all.findLast(([setAt]) => setAt <= at - days(1)) ?? all[0]!)[1]

test('a step is counted from the price that was in force a day before', () => {
  fc.assert(
    fc.property(changes(POLICY_PRICES_MAX), fc.nat(days(2)), (some, laterMs) => {
      const state = emptyState()
      const all: [Instant, number][] = []
      let now = 0
      for (const { afterMs, minor } of some) {
        now += afterMs
        setPrice(set(minor), now, state)
        all.push([now, minor])
      }
      const at = now + laterMs
      expect(stepBaseOf(state.policyPrices.get(), at)).toBe(inForce(all, at))
    }),
  )
})

test('of more changes within a day than are kept, it is counted from an older price', () => {
  const state = emptyState()
  for (let i = 0; i < 50; i++) setPrice(set(1_000 + i), hours(30) + i, state)
  const prices = state.policyPrices.get()
  expect(prices).toHaveLength(POLICY_PRICES_MAX)
  expect(stepBaseOf(prices, hours(30) + 49)).toBe(1_000)
  expect(stepBaseOf(prices, hours(80))).toBe(1_049)
})

test("an experiment's deviation and a promotion are not the policy's price", () => {
  const state = emptyState()
  setPrice(set(1_000), 0, state)
  setPrice({ ...set(1_100), reason: 'EXPERIMENT', policyPriceMinor: 1_000 }, 1, state)
  setPrice({ ...set(700), reason: 'PROMOTION', policyPriceMinor: 900 }, 2, state)
  expect(state.policyPrices.get()).toEqual([{ policyMinor: 1_000, setAt: 0 }])
  expect(state.price.get()).toMatchObject({ shownMinor: 700, isPromoted: true })
})
