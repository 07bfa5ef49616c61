import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { minutes } from '../engine/time.ts'
import { type FraudScore, fraudScores as scores } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { isSend, type ScriptStep, type Send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { shopScripts } from '../testing/shop-scripts.ts'
import { fraudScores } from './fraud-scores.ts'

/** What was scored, what is done about it, how much is known, and why. */
const shown = ({
  subjectType,
  subjectId,
  userId,
  action,
  evidence,
  reasons,
}: FraudScore): string => {
  const subject = subjectType === 'LOGIN' ? `login of ${userId}` : subjectId
  return [subject, action, evidence, ...reasons.map(({ code }) => code)].join(' ')
}

const check = scenario(fraudScores, { events: shopRows, show: shown })

describe('what is scored', () => {
  test('an order of which nothing is known is scored all the same', () =>
    check(`
      0     order - o1 50GBP
      => o1 ALLOW LOW NOTHING_KNOWN
    `))
  test('a score comes once for each order placed, and nothing else of an order is scored', () =>
    check(`
      0     order anna o1 50GBP
      => o1 ALLOW LOW NOTHING_KNOWN
      +1m   order anna o1 50GBP
      +1m   cancel anna o1 50GBP
      +1m   refund anna o1 50GBP
      +1m   decline anna o1 50GBP
    `))
  test('logins are scored, failed ones and other visits are not', () =>
    check(`
      0     visit anna
      +1m   failed-login anna
      +1m   login anna
      => login of anna ALLOW LOW NOTHING_KNOWN
      +1m   login -
      => login of null ALLOW LOW NOTHING_KNOWN
    `))
  test('an order that comes late is scored like any other', () =>
    check(`
      9d    order anna o1 50GBP
      => o1 ALLOW LOW NOTHING_KNOWN
      1d    order anna o2 50GBP
      => o2 ALLOW LOW NOTHING_UNUSUAL
      tick  10d
      2d    order ben o3 50GBP
      => o3 ALLOW LOW NOTHING_KNOWN
    `))
  test('a history that cannot answer is said to be missing, and the order is scored', () =>
    check(`
      0     order anna o1 50GBP card:visa
      => o1 ALLOW LOW NOTHING_KNOWN
      +1h   order anna o2 50GBP card:visa device:${'x'.repeat(300)}
      => DEAD CELL_FULL A value for a recentSet cell takes 300 bytes, and the cell holds 256 at most. Store less, or declare the cell with a larger bytesMax.
      => o2 ALLOW LOW PART_MISSING NOTHING_UNUSUAL
      +1h   order anna o3 50GBP card:visa
      => o3 ALLOW LOW NOTHING_UNUSUAL
    `))
})

describe('velocity and declines', () => {
  test('the sixth order on one card within ten minutes is one too many', () =>
    check(`
      0     order anna o1 50GBP card:visa
      => o1 ALLOW LOW NOTHING_KNOWN
      +1m   order ben  o2 50GBP card:visa
      => o2 ALLOW LOW NOTHING_UNUSUAL
      +1m   order anna o3 50GBP card:visa
      => o3 ALLOW LOW NOTHING_UNUSUAL
      +1m   order anna o4 50GBP card:visa
      => o4 ALLOW LOW NOTHING_UNUSUAL
      +1m   order anna o5 50GBP card:visa
      => o5 ALLOW MEDIUM NOTHING_UNUSUAL
      +1m   order anna o6 50GBP card:visa
      => o6 STEP_UP MEDIUM MANY_ATTEMPTS
      +20m  order anna o7 50GBP card:visa
      => o7 ALLOW MEDIUM NOTHING_UNUSUAL
    `))
  test('a declined payment counts against what is ordered within the hour', () =>
    check(`
      0     decline anna o1 50GBP card:visa ip:home
      +5m   order   anna o2 50GBP card:visa
      => o2 ALLOW LOW RECENT_DECLINES
      +5m   order   ben  o3 50GBP ip:home
      => o3 ALLOW LOW RECENT_DECLINES
      +2h   order   anna o4 50GBP card:visa
      => o4 ALLOW LOW NOTHING_UNUSUAL
    `))
  test('three failed logins count against the one that works', () =>
    check(`
      0     failed-login anna device:phone
      +10s  failed-login anna device:phone
      +10s  failed-login -    device:phone
      +10s  login        anna device:phone
      => login of anna ALLOW LOW FAILED_LOGINS
      +2h   login        anna device:phone
      => login of anna ALLOW LOW NOTHING_UNUSUAL
    `))
})

describe('shared devices, instruments and addresses', () => {
  test('the fourth customer on a device within a day is one too many', () =>
    check(`
      0     order anna o1 50GBP device:till
      => o1 ALLOW LOW NOTHING_KNOWN
      +1h   order ben  o2 50GBP device:till
      => o2 ALLOW LOW NOTHING_KNOWN
      +1h   order cleo o3 50GBP device:till
      => o3 ALLOW LOW NOTHING_KNOWN
      +1h   order dora o4 50GBP device:till
      => o4 STEP_UP LOW SHARED_DEVICE
      +30h  order emil o5 50GBP device:till
      => o5 ALLOW LOW NOTHING_KNOWN
    `))
  test('an address is shared by households, so it weighs little', () =>
    check(`
      0     order anna o1 50GBP ip:home
      => o1 ALLOW LOW NOTHING_KNOWN
      +1m   order ben  o2 50GBP ip:home
      => o2 ALLOW LOW NOTHING_KNOWN
      +1m   order cleo o3 50GBP ip:home
      => o3 ALLOW LOW NOTHING_KNOWN
      +1m   order dora o4 50GBP ip:home
      => o4 ALLOW LOW SHARED_ADDRESS
      +30h  order emil o5 50GBP ip:home
      => o5 ALLOW LOW NOTHING_KNOWN
    `))
  test('the third customer of a card is one too many', () =>
    check(`
      0     order anna o1 50GBP card:visa
      => o1 ALLOW LOW NOTHING_KNOWN
      +1h   order ben  o2 50GBP card:visa
      => o2 ALLOW LOW NOTHING_UNUSUAL
      +1h   order cleo o3 50GBP card:visa
      => o3 STEP_UP LOW SHARED_INSTRUMENT
    `))
})

describe('what is unusual of a customer', () => {
  test('eight times the usual amount, on a new device', () =>
    check(`
      0     order anna o1 50GBP device:phone
      => o1 ALLOW LOW NOTHING_KNOWN
      1d    order anna o2 48GBP device:phone
      => o2 ALLOW LOW NOTHING_UNUSUAL
      2d    order anna o3 52GBP device:phone
      => o3 ALLOW LOW NOTHING_UNUSUAL
      3d    order anna o4 50GBP device:phone
      => o4 ALLOW LOW NOTHING_UNUSUAL
      4d    order anna o5 51GBP device:phone
      => o5 ALLOW MEDIUM NOTHING_UNUSUAL
      5d    order anna o6 400GBP device:tablet
      => o6 STEP_UP MEDIUM UNUSUAL_AMOUNT NEW_DEVICE
      6d    order anna o7 50GBP device:tablet
      => o7 ALLOW MEDIUM STEADY_BURN
    `))
  test('amounts in another currency are not compared', () =>
    check(`
      0     order anna o1 50GBP
      => o1 ALLOW LOW NOTHING_KNOWN
      1d    order anna o2 50GBP
      => o2 ALLOW LOW NOTHING_UNUSUAL
      2d    order anna o3 50GBP
      => o3 ALLOW LOW NOTHING_UNUSUAL
      3d    order anna o4 9000JPY
      => o4 ALLOW LOW OTHER_CURRENCY NOTHING_UNUSUAL
      4d    order anna o5 50GBP
      => o5 ALLOW MEDIUM NOTHING_UNUSUAL
    `))
  test('nobody is in Shanghai an hour after Beijing, but may be two hours after', () =>
    check(`
      0     login anna at:Beijing
      => login of anna ALLOW LOW NOTHING_KNOWN
      1h    login anna at:Shanghai
      => login of anna STEP_UP LOW IMPOSSIBLE_TRAVEL
      3h    order anna o1 50GBP at:Beijing
      => o1 ALLOW LOW NOTHING_UNUSUAL
      4h    login ben at:Beijing
      => login of ben ALLOW LOW NOTHING_KNOWN
      6h    login ben at:Shanghai
      => login of ben ALLOW LOW NOTHING_UNUSUAL
      7h    login ben
      => login of ben ALLOW LOW NOTHING_UNUSUAL
    `))
})

test('a score is given with its reasons, its versions and what it rests on', () => {
  const mill = new Harness([fraudScores])
  for (const at of [0, 1, 2]) playStep(mill, shopRows.decline(at, 'anna', 'o1', '50GBP'))
  playStep(mill, shopRows.order(minutes(1), 'anna', 'o2', '50GBP', 'ip:home'))
  expect(mill.resultsOf(scores)).toMatchInlineSnapshot(`
    [
      {
        "action": "STEP_UP",
        "causeEventId": "PLACED anna o2 60000",
        "evidence": "LOW",
        "features": {
          "amountMinor": 5000,
          "anomalyMass": 0,
          "attempts10m": 0,
          "attempts1h": 0,
          "attempts24h": 0,
          "attempts7d": 0,
          "declines1h": 3,
          "declines24h": 3,
          "failedLogins1h": 0,
          "history": 0,
          "ipUsers24h": 1,
          "orders30d": 0,
          "otherCurrency": 0,
          "partsMissing": 0,
          "refunds30d": 0,
        },
        "market": null,
        "modelVersion": "fraud-2026-11-23",
        "occurredAt": 60000,
        "policyId": "default",
        "policyVersion": 2,
        "reasons": [
          {
            "code": "RECENT_DECLINES",
            "detail": "Payments declined within the hour before: 3.",
            "weight": 2.0999999999999996,
          },
        ],
        "resultId": "20317bb5cc37f1809f4bd913d553a4b3",
        "score": 0.016101566699481245,
        "subjectId": "o2",
        "subjectType": "ORDER",
        "userId": "anna",
      },
    ]
  `)
})

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(fraudScores, shopScripts, { partitions: 3, runs: 60 })
  for (const law of laws) test(law.name, law.check)
})

/** Orders and clicks, as in a shop where no two orders have one id. */
const withOwnOrderIds = (script: readonly ScriptStep[]): ScriptStep[] =>
  script
    .filter(step => !isSend(step) || step.send.kind === 'event')
    .map(step => {
      if (!isSend(step) || step.record.type !== 'PLACED') return step
      return { ...step, record: { ...step.record, orderId: step.record.eventId } }
    })

const isScored = (step: ScriptStep): step is Send =>
  isSend(step) && (step.record.type === 'PLACED' || step.record.type === 'LOGIN')

test('whatever happens, each order placed and each login has exactly one score', () => {
  fc.assert(
    fc.property(shopScripts, fc.integer({ min: 1, max: 9 }), (script, batchSize) => {
      const mill = new Harness([fraudScores], { partitions: 3, batchSize })
      const steps = withOwnOrderIds(script)
      for (const step of steps) playStep(mill, step)
      mill.finish()
      const expected = new Set(steps.filter(isScored).map(({ record }) => record.eventId))
      const scored = mill.resultsOf(scores).map(({ subjectId }) => subjectId)
      expect(scored.toSorted()).toEqual([...expected].toSorted())
    }),
  )
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(fraudScores)).toMatchInlineSnapshot(`
    "fraud-scores fraud-2026-11-23, generation 2, arrival order
    inputs
      order <- orders (orderId, userId, type, market, merchantId, currency, totalMinor, paymentMethod, instrumentId, issuerCountry, deviceId, ip, country, latitude, longitude, shippingAddressId, shippingCountry)
        keyed by orderId, scattered, filtered
        late handle, disorder 5s
      login <- clickstream (eventId, userId, type, market, deviceId, ip, country, latitude, longitude)
        keyed by visitorId, scattered, filtered
        late handle, disorder 5s
      outcome <- fraud-outcomes (orderId, placedAt, isFraud, wasFraud, userId, instrumentId, deviceId, ip, merchantId, shippingAddressId) (feedback)
        keyed by orderId, scattered
      decided <- fraud-scores (subjectId, userId, market, score, action, reasons) (feedback)
        keyed by subjectId, scattered, filtered
    scatter
      parts user, instrument, device, ip, address, merchant, market, graph
      gathered again, within 5s
    references
      modelParameters <- model-parameters (control)
      policies <- policies (control), those accepted
    state
      orders1h: rollingCount, spanMs 1h, stepMs 1m
      orders7d: rollingCount, spanMs 7d, stepMs 3h
      logins1h: rollingCount, spanMs 1h, stepMs 1m
      logins24h: rollingCount, spanMs 1d, stepMs 1h
      declines24h: rollingCount, spanMs 1d, stepMs 15m
      failedLogins1h: rollingCount, spanMs 1h, stepMs 1m
      users24h: recentSet, max 16, spanMs 1d
      users30d: recentSet, max 16, spanMs 30d
      devices: recentSet, max 16
      instruments: recentSet, max 16
      addresses: recentSet, max 16
      methods: recentSet, max 8
      orders30d: rollingCount, spanMs 30d, stepMs 1d
      refunds30d: recentSet, max 32, spanMs 30d
      lastPlace: value
      history: decayed, halfLifeMs 30d
      amountWeight: decayed, halfLifeMs 30d
      amountSum: decayed, halfLifeMs 30d
      amountSquares: decayed, halfLifeMs 30d
      amountCurrency: value
      anomalies: decayed, halfLifeMs 3d
      riskFrauds: decayed, halfLifeMs 14d
      riskLabels: decayed, halfLifeMs 14d
      shortRiskFrauds: decayed, halfLifeMs 2d
      shortRiskLabels: decayed, halfLifeMs 2d
      lastLabels: value
      fraudSpell: value
      lastFraudAt: value
      highScores24h: rollingCount, spanMs 1d, stepMs 1h
      stopped1h: rollingCount, spanMs 1h, stepMs 1m
      alerts: value
      links: rowsOf
      linkNodes: value
    timers
      forgotten 120d after the last event
    output fraud-scores
    "
  `)
})
