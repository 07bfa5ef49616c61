/** The whole circle: orders, scores, labels, outcomes, weights, versions, and scores by them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import {
  type FraudScore,
  fraudLabels,
  type ModelParameters,
  modelParameters,
  orders,
  policies,
  fraudScores as scores,
  fraudWeights as weights,
} from '../events.ts'
import { expectSame, outputBytes } from '../testing/comparing.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { fraudLearner } from './fraud-learner.ts'
import { fraudLearning } from './fraud-learning.ts'
import { fraudOutcomes } from './fraud-outcomes.ts'
import { fraudScores } from './fraud-scores.ts'

const circle = [fraudScores, fraudOutcomes, fraudLearning]
const DAYS = 40
const ORDERS_PER_DAY = 48
const LABEL_AFTER = days(7)
const BEGINS_AT = days(20_000)

/** Two of three orders that a gift card pays are fraud, and else nothing tells. */
const isGift = (order: number): boolean => order % 16 === 5
const isFraud = (order: number): boolean => isGift(order) && order % 3 !== 0

function* eventsOf(): Generator<Send> {
  yield send(policies, {
    policyId: 'fraud',
    version: 1,
    occurredAt: BEGINS_AT - hours(1),
    document: '{"labelExpiryDays":7}',
  })
  for (let order = 0; order < DAYS * ORDERS_PER_DAY; order++) {
    const occurredAt = BEGINS_AT + order * (days(1) / ORDERS_PER_DAY)
    yield send(orders, {
      eventId: `o${order}`,
      orderId: `o${order}`,
      occurredAt,
      type: 'PLACED',
      userId: `u${(order * 7) % 500}`,
      merchantId: `m${order % 11}`,
      currency: 'GBP',
      totalMinor: 2_000 + ((order * 37) % 1_000),
      paymentMethod: isGift(order) ? 'GIFT_CARD' : 'CARD',
    })
  }
}

const labelsOf = function* (): Generator<Send> {
  for (let order = 0; order < DAYS * ORDERS_PER_DAY; order++) {
    if (!isFraud(order)) continue
    const occurredAt = BEGINS_AT + order * (days(1) / ORDERS_PER_DAY) + LABEL_AFTER - hours(1)
    yield send(fraudLabels, {
      eventId: `l${order}`,
      orderId: `o${order}`,
      occurredAt,
      isFraud: true,
      source: 'CHARGEBACK',
    })
  }
}

const timeOf = ({ record }: Send): number => record.occurredAt as number
const script = [...eventsOf(), ...labelsOf()]
  .filter(step => timeOf(step) < BEGINS_AT + days(DAYS))
  .sort((a, b) => timeOf(a) - timeOf(b))

/** Commits after so many records; crashes have the records since the last commit played again. */
const played = (partitions: number, commitEvery: number, crashesAt: readonly number[] = []) => {
  const options = { partitions, batchSize: 1e9, mode: 'history', learners: [fraudLearner] } as const
  let mill = new Harness(circle, options)
  let committed = 0
  const crashes = [...crashesAt]
  for (let next = 0; next < script.length; ) {
    playStep(mill, script[next]!)
    next++
    if (next % commitEvery === 0) {
      mill.commit()
      committed = next
    }
    if (next !== crashes[0]) continue
    crashes.shift()
    mill = mill.crash()
    next = committed
  }
  mill.finish()
  return mill
}

const mean = (of: readonly FraudScore[]): number =>
  of.reduce((sum, { score }) => sum + score, 0) / of.length

describe('a shop whose frauds are paid with gift cards', () => {
  let mill: Harness
  let all: readonly FraudScore[]
  let versions: readonly ModelParameters[]
  beforeAll(() => {
    mill = played(1, 100)
    all = mill.resultsOf(scores)
    versions = mill.resultsOf(modelParameters)
  })

  test('learns that from labels, and not before they come', () => {
    const byOrder = (is: (order: number) => boolean, from: number, to: number) =>
      all.filter(({ subjectId, occurredAt }) => {
        const day = (occurredAt - BEGINS_AT) / days(1)
        return is(Number(subjectId.slice(1))) && day >= from && day < to
      })
    const isHonest = (order: number) => !isGift(order)
    const [before, after] = [mean(byOrder(isGift, 0, 6.9)), mean(byOrder(isGift, 30, 40))]
    expect(before).toBeLessThan(0.01)
    // Of so few frauds, a seventh of what they taught is used.
    expect(after).toBeGreaterThan(2 * before)
    expect(mean(byOrder(isHonest, 30, 40))).toBeLessThan(0.005)
    const [reason] = byOrder(isFraud, 39, 40)[0]!.reasons
    expect(reason).toMatchObject({ code: 'GIFT_CARD' })
  })

  test('publishes a version each six hours, in effect a quarter of an hour later', () => {
    const cuts = mill.resultsOf(weights)
    expect(versions.map(({ version }) => version)).toEqual(cuts.map(cut => cut.cutAt / hours(1)))
    expect(new Set(versions.map(({ version }) => version % 6))).toEqual(new Set([0]))
    expect(versions.length).toBeGreaterThan(120)
    for (const { occurredAt, effectiveAt, trainedThrough } of versions) {
      expect(effectiveAt).toBe(occurredAt + minutes(15))
      expect(trainedThrough).toBe(occurredAt)
    }
    expect(cuts.at(-1)!.calibrationError).toBeLessThan(0.05)
    expect(cuts.at(-1)!.inUseVersion).toBe(versions.at(-2)!.version)
  })

  test('scores each order by the version in effect when it was placed', () => {
    for (const { occurredAt, modelVersion } of all) {
      const inEffect = versions.findLast(({ effectiveAt }) => effectiveAt! <= occurredAt)
      const name = inEffect ? ` fraud@${inEffect.version}` : ''
      expect(modelVersion).toBe(`fraud-2026-11-23${name}`)
    }
  })

  test('gives the same bytes in three partitions, in other commits, and after three crashes', () => {
    const crashed = played(3, 37, [333, 1_000, 1_750])
    expectSame(
      'results',
      outputBytes(mill.outputs).toSorted(),
      outputBytes(crashed.outputs).toSorted(),
    )
  })
})
