import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days } from '../engine/time.ts'
import {
  type FraudLabel,
  type FraudOutcome,
  fraudLabels,
  type Order,
  orders,
  fraudOutcomes as outcomes,
  fraudScores as scores,
} from '../events.ts'
import { fraudRows } from '../testing/fraud-rows.ts'
import { fraudScripts } from '../testing/fraud-scripts.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { isSend, type ScriptStep } from '../testing/script.ts'
import { fraudOutcomes } from './fraud-outcomes.ts'
import { fraudScores } from './fraud-scores.ts'

/** What is known of which order, what was known before, who says so, and whether it can be learnt from. */
const shown = (result: FraudOutcome): string => {
  if (!('wasFraud' in result)) return ''
  const { orderId, isFraud, wasFraud, source, reasons, bins } = result
  const before = wasFraud === null ? '' : ` before ${wasFraud ? 'fraud' : 'honest'}`
  const learnt = bins.length > 0 ? '' : ' without bins'
  return `${orderId} ${isFraud ? 'fraud' : 'honest'}${before} ${source} ${reasons[0]!.code}${learnt}`
}

const check = scenario([fraudOutcomes], { events: fraudRows, show: shown })
const checkChain = scenario([fraudScores, fraudOutcomes], {
  events: fraudRows,
  show: result =>
    shown(result as FraudOutcome) || `${(result as { subjectId: string }).subjectId} scored`,
})

describe('what became of an order', () => {
  test('is told once a label says so', () =>
    check(`
      0     order anna o1 50GBP
      1h    order anna o2 50GBP
      9d    fraud o1
      tick  10d
      => o1 fraud CHARGEBACK LABELLED without bins
      20d   honest o2 ANALYST
      tick  21d
      => o2 honest ANALYST LABELLED without bins
      tick  99d
    `))
  test('is told once for all who say the same, and again where somebody says otherwise', () =>
    check(`
      0     order anna o1 50GBP
      9d    fraud o1
      10d   fraud o1 ANALYST
      => o1 fraud CHARGEBACK LABELLED without bins
      11d   honest o1 ANALYST
      tick  12d
      => o1 honest before fraud ANALYST CORRECTED without bins
      13d   fraud o1 CUSTOMER
      tick  14d
      => o1 fraud before honest CUSTOMER CORRECTED without bins
    `))
  test('is no fraud where nobody complains in 45 days', () =>
    check(`
      0     order anna o1 50GBP
      tick  45d
      tick  46d
      => o1 honest EXPIRED NO_COMPLAINT without bins
      60d   fraud o1
      tick  61d
      => o1 fraud before honest CHARGEBACK CORRECTED without bins
      61d   honest o1 EXPIRED
      tick  62d
      => o1 honest before fraud EXPIRED NO_COMPLAINT without bins
    `))
  test('is no fraud after as many days as the policy says when the order is placed', () =>
    check(`
      0     order anna o1 50GBP
      1d    policy 1 {"labelExpiryDays":7}
      2d    order anna o2 50GBP
      3d    policy 2 {"labelExpiryDays":-7}
      4d    order anna o3 50GBP
      tick  10d
      => o2 honest EXPIRED NO_COMPLAINT without bins
      tick  12d                               # by version 1: version 2 is none
      => o3 honest EXPIRED NO_COMPLAINT without bins
      tick  46d
      => o1 honest EXPIRED NO_COMPLAINT without bins
    `))
  test('is not known of one that was stopped, until somebody says so', () =>
    checkChain(`
      0     policy 1 {"blocked":{"user":["anna"]}}
      1h    order anna o1 50GBP
      => o1 scored
      2h    order ben o2 50GBP
      => o2 scored
      tick  46d
      => o2 honest EXPIRED NO_COMPLAINT
      50d   fraud o1 ANALYST
      tick  51d
      => o1 fraud ANALYST LABELLED
    `))
  test('a label that comes before its order waits for it, and one of no order is forgotten', () =>
    check(`
      0     fraud o1
      0     fraud o2
      1h    order anna o1 50GBP
      +2m   order anna o3 50GBP
      => o1 fraud CHARGEBACK LABELLED without bins
      tick  46d
      => o3 honest EXPIRED NO_COMPLAINT without bins
      181d  order anna o2 50GBP
      tick  227d
      => o2 honest EXPIRED NO_COMPLAINT without bins
    `))
  test('an older label that comes late says nothing', () =>
    check(`
      0     order anna o1 50GBP
      9d    fraud o1
      tick  10d
      => o1 fraud CHARGEBACK LABELLED without bins
      8d    honest o1 ANALYST
      tick  11d
    `))
  test('is told with what the score was computed from, however the order and its label come', () =>
    checkChain(`
      0     order anna o1 50GBP
      => o1 scored
      1h    fraud o2
      2h    order anna o2 50GBP
      => o2 scored
      9d    fraud o1
      => o2 fraud CHARGEBACK LABELLED
      tick  10d
      => o1 fraud CHARGEBACK LABELLED
      1d    fraud o3
      2d    order anna o3 50GBP      # both are late
      => o3 scored
      => o3 fraud CHARGEBACK LABELLED
    `))
})

test('an outcome has all that the order belongs to, and what was said of it', () => {
  const mill = new Harness([fraudScores, fraudOutcomes])
  const cells = ['card:visa', 'device:phone', 'ip:home', 'merchant:m1', 'address:a1', 'market:UK']
  playStep(mill, fraudRows.order(0, 'anna', 'o1', '50GBP', ...cells))
  playStep(mill, fraudRows.fraud(days(9), 'o1'))
  mill.finish()
  const [{ bins, ...outcome }] = mill.resultsOf(outcomes) as [FraudOutcome]
  expect(bins).toContain('amountMinor:4700')
  expect(outcome).toMatchInlineSnapshot(`
    {
      "action": "ALLOW",
      "amountMinor": 5000,
      "causeEventId": "CHARGEBACK true o1 777600000",
      "currency": "GBP",
      "deviceId": "phone",
      "instrumentId": "visa",
      "ip": "home",
      "isFraud": true,
      "market": "UK",
      "merchantId": "m1",
      "modelVersion": "fraud-outcomes-2026-11-23",
      "occurredAt": 777600000,
      "orderId": "o1",
      "placedAt": 0,
      "reasons": [
        {
          "code": "LABELLED",
          "detail": "Fraud, says the holder of the account 9 days after it.",
          "weight": 0,
        },
      ],
      "resultId": "78bddae98542af143fb1608dc184e942",
      "score": 0.0019999999999999996,
      "scoredBy": "fraud-2026-11-23",
      "shippingAddressId": "a1",
      "source": "CHARGEBACK",
      "userId": "anna",
      "wasFraud": null,
    }
  `)
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws([fraudOutcomes], fraudScripts, { partitions: 3, runs: 60 })
  for (const law of laws) test(law.name, law.check)
})

/** What a look at the whole past finds: the last word on each order that was placed. */
const lastWords = (script: readonly ScriptStep[]): Map<string, boolean> => {
  const placed = new Set<string>()
  const words = new Map<string, { at: number; isFraud: boolean }>()
  for (const step of script) {
    if (!isSend(step)) continue
    const { type, orderId, occurredAt, isFraud } = step.record as unknown as FraudLabel & Order
    if (step.send.name === orders.name && type === 'PLACED') placed.add(orderId)
    if (step.send.name !== fraudLabels.name) continue
    const known = words.get(orderId)
    if (!known || known.at <= occurredAt) words.set(orderId, { at: occurredAt, isFraud })
  }
  return new Map([...placed].sort().map(id => [id, words.get(id)?.isFraud ?? false]))
}

test('in the end each order placed has the last word on it, and never the same word twice', () => {
  let corrected = 0
  fc.assert(
    fc.property(fraudScripts, fc.integer({ min: 1, max: 9 }), (script, batchSize) => {
      const steps = script.filter(step => !isSend(step) || step.record.type !== 7)
      const mill = new Harness([fraudScores, fraudOutcomes], { partitions: 3, batchSize })
      for (const step of steps) playStep(mill, step)
      mill.finish(true)
      const told = new Map<string, boolean>()
      for (const { orderId, isFraud, wasFraud } of mill.resultsOf(outcomes)) {
        expect(wasFraud).toBe(told.get(orderId) ?? null)
        expect(isFraud).not.toBe(wasFraud)
        if (wasFraud !== null) corrected++
        told.set(orderId, isFraud)
      }
      // Of what was stopped, silence is no word.
      const stopped = new Set(
        mill
          .resultsOf(scores)
          .filter(({ action }) => action === 'DECLINE' || action === 'FREEZE')
          .map(({ subjectId }) => subjectId),
      )
      const words = [...lastWords(steps)].filter(([id]) => told.has(id) || !stopped.has(id))
      expect([...told].sort()).toEqual(words)
    }),
  )
  expect(corrected).toBeGreaterThan(10)
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(fraudOutcomes)).toMatchInlineSnapshot(`
    "fraud-outcomes fraud-outcomes-2026-11-23, generation 1, event-time order
    inputs
      order <- orders (orderId, type, userId, instrumentId, deviceId, ip, merchantId, shippingAddressId, market, currency, totalMinor)
        keyed by orderId, direct, filtered
        late handle, disorder 5s
      score <- fraud-scores (subjectId, subjectType, score, modelVersion, action, features)
        keyed by subjectId, direct, filtered
        late handle, disorder 5s
      label <- fraud-labels (orderId, isFraud, source)
        keyed by orderId, direct
        late handle, disorder 5s
    references
      policies <- policies (control), those accepted
    state
      order: value
      score: value
      lastWord: value
      told: value
    timers
      forgotten 180d after the last event
      expiryDue
      scoreDue
    output fraud-outcomes
    "
  `)
})
