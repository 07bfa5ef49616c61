/** What comes back to the places that are asked for a score: outcomes, decisions, versions, policies. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minutes } from '../engine/time.ts'
import {
  type FraudOutcome,
  type FraudScore,
  type FraudWeights,
  fraudScores as scores,
} from '../events.ts'
import { fraudRows } from '../testing/fraud-rows.ts'
import { fraudScripts } from '../testing/fraud-scripts.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { isSend } from '../testing/script.ts'
import { fraudLearning } from './fraud-learning.ts'
import { fraudOutcomes } from './fraud-outcomes.ts'
import { fraudScores } from './fraud-scores.ts'

const circle = [fraudScores, fraudOutcomes, fraudLearning]

type Result = FraudScore | FraudOutcome | FraudWeights

const shown = (result: Result): string => {
  if ('parameters' in result) return `cut of ${result.outcomes}, frauds ${result.frauds}`
  if ('wasFraud' in result) return `${result.orderId} is ${result.isFraud ? 'fraud' : 'honest'}`
  const { subjectType, subjectId, userId, action, reasons } = result
  const subject = subjectType === 'LOGIN' ? `login of ${userId}` : subjectId
  return [subject, action, ...reasons.map(({ code }) => code)].join(' ')
}

const check = scenario([fraudScores, fraudOutcomes], { events: fraudRows, show: shown })

describe('what became of orders', () => {
  test('counts at all that the order belongs to, once it is known', () =>
    check(`
      0     order anna o1 50GBP card:visa device:phone ip:home address:a1 merchant:m1
      => o1 ALLOW NOTHING_KNOWN
      1d    order ben o2 50GBP card:visa
      => o2 ALLOW NOTHING_UNUSUAL
      9d    fraud o1
      9d    fraud o3                    # of an order that nobody knows
      tick  10d
      => o1 is fraud
      11d   order anna p1 50GBP
      => p1 STEP_UP CUSTOMER_FRAUDS
      11d   order cleo p2 50GBP card:visa
      => p2 STEP_UP INSTRUMENT_FRAUDS
      11d   order cleo p3 50GBP device:phone
      => p3 STEP_UP DEVICE_FRAUDS
      11d   order dora p4 50GBP ip:home
      => p4 ALLOW IP_FRAUDS
      11d   order emil p5 50GBP address:a1
      => p5 ALLOW ADDRESS_FRAUDS
      11d   order fred p6 50GBP merchant:m1
      => p6 ALLOW MERCHANT_FRAUDS
    `))
  test('counts for whoever is linked by what is shared, two steps from the fraud', () =>
    check(`
      0     order anna o1 50GBP card:visa device:phone
      => o1 ALLOW NOTHING_KNOWN
      1d    order anna o2 50GBP device:laptop
      => o2 ALLOW NEW_DEVICE
      9d    fraud o1
      tick  10d
      => o1 is fraud
      11d   order ben p1 50GBP device:laptop
      => p1 ALLOW LINKED_FRAUDS
      11d   order cleo p2 50GBP device:tablet
      => p2 ALLOW NOTHING_KNOWN
    `))
  test('is taken back where it turns out otherwise', () =>
    check(`
      0     order anna o1 50GBP card:visa merchant:m1
      => o1 ALLOW NOTHING_KNOWN
      9d    fraud o1
      10d   honest o1 ANALYST
      => o1 is fraud
      tick  11d
      => o1 is honest
      11d   order anna p1 50GBP merchant:m1
      => p1 ALLOW NOTHING_UNUSUAL
      11d   order ben p2 50GBP card:visa
      => p2 ALLOW NOTHING_UNUSUAL
    `))
  test('counts on the side of honesty where nobody complained', () =>
    check(`
      0     order anna o1 50GBP card:visa
      => o1 ALLOW NOTHING_KNOWN
      1d    order ben  o2 50GBP card:visa
      => o2 ALLOW NOTHING_UNUSUAL
      2d    order cleo o3 50GBP card:visa
      => o3 ALLOW NOTHING_UNUSUAL
      3d    order ben  o4 50GBP card:visa
      => o4 ALLOW NOTHING_UNUSUAL
      tick  60d
      => o1 is honest
      => o2 is honest
      => o3 is honest
      => o4 is honest
      61d   fraud o4
      tick  62d
      => o4 is fraud
      63d   order dora o5 50GBP card:visa
      => o5 ALLOW INSTRUMENT_FRAUDS
    `))
  test('that much was given back is known of the customer', () =>
    check(`
      0     order anna o1 50GBP
      => o1 ALLOW NOTHING_KNOWN
      1d    order anna o2 50GBP
      => o2 ALLOW NOTHING_UNUSUAL
      2d    order anna o3 50GBP
      => o3 ALLOW NOTHING_UNUSUAL
      3d    return anna o1 50GBP
      3d    return anna o2 50GBP
      4d    order anna o4 50GBP
      => o4 ALLOW NOTHING_UNUSUAL
      5d    refund anna o2 50GBP        # the same once more
      5d    order anna o5 50GBP
      => o5 ALLOW NOTHING_UNUSUAL
      6d    return anna o3 50GBP
      6d    return anna o4 50GBP
      7d    order anna o6 50GBP
      => o6 STEP_UP REFUND_HABIT
    `))
})

/** No costs are known in this currency, so the policy's borders choose. */
const ALWAYS_HOLD = '"borders":[{"from":0,"action":"HOLD"}]'

describe('what was decided', () => {
  test('a market is stopped no more often in an hour than the policy lets it', () =>
    check(`
      0     policy 1 {${ALWAYS_HOLD},"limits":{"stopsFreePerHour":2,"stopSharePct":0}}
      1m    order anna o1 50KRW market:KR
      => o1 HOLD NOT_WEIGHED NOTHING_KNOWN
      2m    order ben o2 50KRW market:KR
      => o2 HOLD NOT_WEIGHED NOTHING_KNOWN
      3m    order cleo o3 50KRW market:KR
      => o3 ALLOW STOP_LIMIT NOT_WEIGHED NOTHING_KNOWN
      4m    order dora o4 50KRW market:JP
      => o4 HOLD NOT_WEIGHED NOTHING_KNOWN
      5m    order emil o5 50KRW
      => o5 HOLD NOT_WEIGHED NOTHING_KNOWN
      2h    order fred o6 50KRW market:KR
      => o6 HOLD NOT_WEIGHED NOTHING_KNOWN
    `))
  test('and analysts are given no more in a day than they can look at', () =>
    check(`
      0     policy 1 {${ALWAYS_HOLD},"limits":{"alertsPerDay":1}}
      1h    order anna o1 50KRW market:KR
      => o1 HOLD NOT_WEIGHED NOTHING_KNOWN
      9h    order ben o2 50KRW market:KR
      => o2 ALLOW ALERT_BUDGET NOT_WEIGHED NOTHING_KNOWN
      1d1h  order cleo o3 50KRW market:KR
      => o3 HOLD NOT_WEIGHED NOTHING_KNOWN
    `))
  test('an account is frozen at the second score of 90 % within a day', () =>
    check(`
      0     model 9 {"w:base":9,"v:base":0.1}
      1h    order anna o1 50GBP
      => o1 DECLINE NOTHING_KNOWN
      2h    order ben o2 50GBP
      => o2 DECLINE NOTHING_KNOWN
      9h    order anna o3 50GBP
      => o3 FREEZE REPEATED_HIGH_SCORE NOTHING_UNUSUAL
      2d    order anna o4 50GBP
      => o4 DECLINE NOTHING_UNUSUAL
    `))
  test('the policy and the weights are those that were last published and are some', () =>
    check(`
      0     order anna o1 50GBP
      => o1 ALLOW NOTHING_KNOWN
      1h    policy 1 {"blocked":{"user":["anna"]}}
      2h    order anna o2 50GBP
      => o2 DECLINE BLOCKED NOTHING_UNUSUAL
      3h    policy 2 {"blocked":{"user":"anna"}}
      4h    order anna o3 50GBP        # version 1 stays in force
      => o3 DECLINE BLOCKED POLICY_INVALID NOTHING_UNUSUAL
      5h    model 1 {"w:base":9,"v:base":0.1}
      6h    order ben p1 50GBP
      => p1 DECLINE POLICY_INVALID NOTHING_KNOWN
      7h    login ben                   # of logins no version knows anything
      => login of ben ALLOW POLICY_INVALID NOTHING_UNUSUAL
      8h    model 2 {"w:base":99,"v:base":0.1}
      9h    order cleo p2 50GBP
      => p2 ALLOW POLICY_INVALID NOTHING_KNOWN
    `))
  test('versions stand in the score', () => {
    const mill = new Harness(circle, { mode: 'history' })
    playStep(mill, fraudRows.order(0, 'anna', 'o1', '50GBP'))
    playStep(mill, fraudRows.policy(minutes(1), '3', '{}'))
    playStep(mill, fraudRows.model(minutes(1), '7', '{}'))
    playStep(mill, fraudRows.order(minutes(2), 'anna', 'o2', '50GBP'))
    playStep(mill, fraudRows.login(minutes(3), 'anna'))
    mill.finish()
    const versions = mill
      .resultsOf(scores)
      .map(({ modelVersion, policyId, policyVersion }) => [modelVersion, policyId, policyVersion])
    expect(versions).toEqual([
      ['fraud-2026-11-23', 'default', 2],
      ['fraud-2026-11-23 fraud@7', 'fraud', 3],
      ['fraud-2026-11-23', 'fraud', 3],
    ])
  })
})

describe('the laws of pipelines', () => {
  // That keys do not touch each other is checked of each pipeline alone.
  const laws = pipelineLaws(circle, fraudScripts, { partitions: 3, runs: 60 })
  for (const law of laws) if (!law.name.startsWith('keys')) test(law.name, law.check)
})

test('in a circle, too, each order placed and each login has exactly one score, crash or not', () => {
  fc.assert(
    fc.property(
      fraudScripts,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(40),
      (script, batchSize, at) => {
        const known = script.map(step => {
          if (!isSend(step) || step.record.type !== 'PLACED') return step
          return { ...step, record: { ...step.record, orderId: step.record.eventId } }
        })
        let mill = new Harness(circle, { partitions: 3, batchSize })
        known.forEach((step, index) => {
          playStep(mill, step)
          if (index !== at) return
          mill.commit()
          mill = mill.crash()
        })
        mill.finish()
        const scored = mill.resultsOf(scores).map(({ subjectId }) => subjectId)
        const expected = known.flatMap(step =>
          isSend(step) && (step.record.type === 'PLACED' || step.record.type === 'LOGIN')
            ? [step.record.eventId]
            : [],
        )
        expect(scored.toSorted()).toEqual([...new Set(expected)].toSorted())
      },
    ),
  )
})
