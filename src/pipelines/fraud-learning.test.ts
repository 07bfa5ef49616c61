import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import {
  type FraudOutcome,
  type FraudWeights,
  fraudOutcomes,
  type ModelParameters,
} from '../events.ts'
import { inOneGo } from '../models/in-pieces.ts'
import { fraudRows } from '../testing/fraud-rows.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { fraudLearner } from './fraud-learner.ts'
import { fraudLearning } from './fraud-learning.ts'

let count = 0
const outcome =
  (isFraud: boolean) =>
  (at: Instant, bins = '', was = ''): Send => {
    const known: Partial<FraudOutcome> = {
      resultId: `r${count++}`,
      orderId: `o${count}`,
      modelVersion: '1',
      placedAt: at - days(45),
      isFraud,
      wasFraud: was === '' ? null : was === 'fraud',
      source: 'CHARGEBACK',
      currency: 'GBP',
      amountMinor: 1,
      bins: bins.split(',').filter(name => name !== '-'),
      reasons: [],
    }
    return send(fraudOutcomes, { ...known, occurredAt: at })
  }

const sign = (weight = 0): string => (weight > 0 ? 'up' : weight < 0 ? 'down' : 'as it was')

const check = scenario([fraudLearning], {
  events: {
    fraud: outcome(true),
    honest: outcome(false),
    model: fraudRows.model,
    policy: fraudRows.policy,
  },
  show: ({ cutAt, outcomes, frauds, inUseVersion, parameters }: FraudWeights) =>
    `${cutAt / hours(1)}h ${outcomes} outcomes, ${frauds} frauds, v${inUseVersion}, ` +
    `ownBin ${sign(parameters['w:ownBin:1'])}`,
})

describe('weights', () => {
  test('are told each six hours in which anything was learnt', () =>
    check(`
      1h    fraud  base,ownBin:1
      2h    honest base
      3h    fraud  -                  # no score, so nothing to learn from
      tick  7h
      => 6h 2 outcomes, 1 frauds, v0, ownBin up
      tick  13h
      13h   fraud  -
      13h   model  9 {}
      tick  19h
      20h   honest base,ownBin:1
      tick  25h
      => 24h 3 outcomes, 1 frauds, v9, ownBin up
    `))
  test('are not learnt before honest orders expire: until then only frauds are known', () =>
    check(`
      0     policy 1 {"labelExpiryDays":47}
      1h    fraud  base,ownBin:1      # of an order of 45 days ago
      tick  7h
      48h   fraud  base,ownBin:1
      50h   honest base
      tick  55h
      => 54h 1 outcomes, 0 frauds, v0, ownBin as it was
    `))
  test('follow a correction', () =>
    check(`
      1h    honest base,ownBin:1
      2h    fraud  base,ownBin:1 honest
      3h    fraud  base,ownBin:1 fraud     # which says nothing new
      tick  7h
      => 6h 2 outcomes, 1 frauds, v0, ownBin up
    `))
})

const cutOf = (parameters: Record<string, number>): FraudWeights => ({
  resultId: 'r',
  occurredAt: days(20_000) + hours(6),
  causeEventId: null,
  modelVersion: '1',
  reasons: [],
  modelId: 'fraud',
  cutAt: days(20_000) + hours(6),
  outcomes: 9,
  frauds: 1,
  calibrationError: 0,
  logLoss: 0,
  inUseVersion: 7,
  parameters,
})

test('a version has the number of the hour of its cut, and holds from a quarter of an hour after it', () => {
  const weights = { a: 1, b: 0, base: -6, 'w:base': 1, 'v:base': 0.1 }
  const cut = cutOf(weights)
  const { publish } = inOneGo(fraudLearner.learn(cut)) as { publish: ModelParameters }
  expect(publish).toEqual({
    modelId: 'fraud',
    version: 480_006,
    occurredAt: cut.cutAt,
    effectiveAt: cut.cutAt + minutes(15),
    trainedThrough: cut.cutAt,
    parameters: weights,
  })
})

test('numbers that are no weights are not published, and it is said what stays in use', () => {
  expect(inOneGo(fraudLearner.learn(cutOf({ a: 1, b: 0 })))).toEqual({
    refused:
      'fraud: version 7 stays in use after the cut of 2024-10-04T06:00. Its numbers are no weights.',
  })
  const first: FraudWeights = { ...cutOf({}), inUseVersion: 0 }
  expect(inOneGo(fraudLearner.learn(first))).toMatchObject({
    refused: expect.stringContaining('the rules score'),
  })
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(fraudLearning)).toMatchInlineSnapshot(`
    "fraud-learning fraud-learning-2026-11-23, generation 1, event-time order
    inputs
      outcome <- fraud-outcomes (placedAt, isFraud, wasFraud, score, bins)
        keyed by orderId, exchange, filtered
        late handle, disorder 5s
    references
      modelParameters <- model-parameters (control)
      policies <- policies (control), those accepted
    state
      bins: tableOf, max 1024
      said: tableOf, max 32
      progress: value
    timers
      forgotten 400d after the last event
      cutDue
    output fraud-weights
    "
  `)
})
