/**
 * Every fraud of the simulated shop is seen through by the real pipelines, for what it is: by the rules alone
 * before there are labels, and no later, nor with more false alarms, once weights are learnt.
 * `npm run bench -- --only fraud-scenarios` prints the figures of more shops.
 */
import { describe, expect, test } from 'vitest'
import { runScenarios } from '../src/testing/fraud-scenarios.ts'
import { FRAUD_KINDS, type FraudKind } from '../src/testing/shop/order-plan.ts'

const DAYS = 75
/** Two months of a shop, also on a machine that has other things to do. */
const TIMEOUT_MS = 300_000
const rules = runScenarios({ seed: 1, days: DAYS, isLearning: false })

/** Of how many orders, on average, one is let through before something is done. */
const AT_MOST: Readonly<Record<FraudKind, number>> = {
  CARD_TESTING: 5,
  SPREE: 6,
  TAKEOVER: 1,
  RING: 4,
  REFUND_ABUSE: 9,
  SLOW_BURN: 3,
}

describe('by the rules alone', () => {
  test.each(FRAUD_KINDS)('each %s is caught, with the right reason first, and soon', kind => {
    const { incidents, caught, rightReason, ordersUntilCaught } = rules.byKind[kind]
    expect(incidents).toBeGreaterThan(0)
    expect(caught).toBe(incidents)
    expect(rightReason).toBe(incidents)
    expect(ordersUntilCaught / caught).toBeLessThanOrEqual(AT_MOST[kind])
  })

  test('few honest customers are asked for a second proof, and hardly one is stopped', () => {
    expect(rules.falseAlarms / rules.honest).toBeLessThan(0.05)
    expect(rules.falseStops / rules.honest).toBeLessThan(0.001)
  })
})

test(
  'with young weights every fraud is caught, no more of it let through, and no more customers are asked',
  () => {
    const learnt = runScenarios({ seed: 1, days: DAYS, isLearning: true })
    const allowedBy = (run: typeof rules) =>
      FRAUD_KINDS.reduce((sum, kind) => sum + run.byKind[kind].ordersAllowed, 0)
    for (const kind of FRAUD_KINDS) {
      const { incidents, caught } = learnt.byKind[kind]
      expect(caught).toBe(incidents)
    }
    expect(allowedBy(learnt)).toBeLessThanOrEqual(1.02 * allowedBy(rules))
    expect(learnt.falseAlarms).toBeLessThanOrEqual(1.1 * rules.falseAlarms)
    expect(learnt.falseStops / learnt.honest).toBeLessThan(0.002)
  },
  TIMEOUT_MS,
)
