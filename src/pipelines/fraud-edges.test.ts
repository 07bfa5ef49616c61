/** Scores at the edges: corrections, limits that lists do not use up, ids that are too long, what must be said. */
import { describe, expect, test } from 'vitest'
import { days, minutes } from '../engine/time.ts'
import { type FraudScore, fraudScores as scores } from '../events.ts'
import { fraudRows } from '../testing/fraud-rows.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { fraudOutcomes } from './fraud-outcomes.ts'
import { fraudScores } from './fraud-scores.ts'

type Row = Parameters<typeof playStep>[1]

const scoresOf = (...rows: readonly Row[]): readonly FraudScore[] => {
  const mill = new Harness([fraudScores, fraudOutcomes], { mode: 'history' })
  for (const row of rows) playStep(mill, row)
  mill.finish()
  return mill.resultsOf(scores)
}

const scoreOf = (id: string, ...rows: readonly Row[]): FraudScore | undefined =>
  scoresOf(...rows).find(({ subjectId }) => subjectId === id)

const check = scenario([fraudScores], {
  events: fraudRows,
  show: (result: FraudScore) =>
    [result.subjectId, result.action, ...result.reasons.map(({ code }) => code)].join(' '),
})

const ALWAYS_HOLD = '"borders":[{"from":0,"action":"HOLD"}]'
const { order, fraud, honest } = fraudRows

describe('limits', () => {
  test('what a list stops does not use up what the score may stop', () =>
    check(`
      0     policy 1 {${ALWAYS_HOLD},"blocked":{"device":["farm"]},"limits":{"stopsFreePerHour":2,"stopSharePct":0}}
      1m    order anna o1 50KRW market:KR device:farm
      => o1 DECLINE BLOCKED NOTHING_KNOWN
      2m    order ben o2 50KRW market:KR device:farm
      => o2 DECLINE BLOCKED NOTHING_KNOWN
      3m    order cleo o3 50KRW market:KR
      => o3 HOLD NOT_WEIGHED NOTHING_KNOWN
    `))
})

describe('outcomes', () => {
  test('an honest order placed in the same instant leaves the fraud of the customer known', () => {
    const last = scoreOf(
      'o9',
      order(0, 'anna', 'o1', '50GBP'),
      order(0, 'anna', 'o2', '50GBP'),
      fraud(days(1), 'o1'),
      honest(days(2), 'o2'),
      order(days(3), 'anna', 'o9', '50GBP'),
    )
    expect(last?.features).toMatchObject({ userFraudAgeDays: 3 })
  })
  test('a correction is not one more of the last three orders at the merchant', () => {
    const at = (id: string, day: number) => order(days(day), 'anna', id, '50GBP', 'merchant:m1')
    const last = scoreOf(
      'o9',
      at('o1', 0),
      fraud(days(1), 'o1'),
      honest(days(2), 'o1'),
      at('o9', 3),
    )
    expect(last?.features).toMatchObject({ merchantLastFrauds: 0 })
  })
})

describe('what is scored', () => {
  test('an order with an id longer than a key may be has a score', () =>
    expect(
      scoreOf('o1', order(0, 'anna', 'o1', '50GBP', `device:${'x'.repeat(1_100)}`)),
    ).toBeDefined())
  test('a customer who moved to another currency is compared in it before long', () => {
    const rows = Array.from({ length: 100 }, (_, i) =>
      order(days(i + 1), 'anna', `o${i}`, `${50 + (i % 3)}EUR`),
    )
    expect(scoreOf('o99', order(0, 'anna', 'first', '50GBP'), ...rows)?.features).toMatchObject({
      otherCurrency: 0,
    })
  })
  test('a broken policy is told with four signs, too', () => {
    const tried = Array.from({ length: 12 }, (_, i) =>
      order(minutes(i), `u${i % 6}`, `o${i}`, '50GBP', 'card:visa', 'device:d', 'ip:home'),
    )
    const declined = [0, 1, 2, 3].map(i =>
      fraudRows.decline(minutes(i) + 1, 'anna', `d${i}`, '50GBP', 'card:visa'),
    )
    const last = scoreOf(
      'o99',
      fraudRows.policy(0, '1', '{"typo":1}'),
      ...tried,
      ...declined,
      order(minutes(13), 'anna', 'o99', '5000GBP', 'card:visa', 'device:d', 'ip:home'),
    )
    expect(last?.reasons.map(({ code }) => code)).toContain('POLICY_INVALID')
  })
})
