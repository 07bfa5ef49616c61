/** The views of fraud say what a reader of the rows would reckon by hand. */
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { rowsOf } from '../rows-of.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

const filled = new Set<string>()

beforeEach(async () => {
  for (const table of filled) await client.command({ query: `TRUNCATE TABLE ${table}` })
  filled.clear()
})

interface Row {
  readonly [column: string]: unknown
}

let offset = 0

const store = async (table: string, rows: readonly Row[]): Promise<void> => {
  filled.add(table)
  const values = rows.map(row => ({ resultId: `r${offset}`, _offset: ++offset, ...row }))
  await client.insert({ table, values, format: 'JSONEachRow' })
}

const DAY_MS = 86_400_000
/** A Monday. */
const START = Date.UTC(2026, 0, 5)

/** A moment by days since that Monday. */
const at = (day: number): number => START + day * DAY_MS

interface Scored {
  readonly score: number
  readonly action?: string
  /** Days since the first Monday. */
  readonly day?: number
  readonly amountMinor?: number
}

/** As `fraud-scores` tells it. */
const scored = (
  id: string,
  { score, action = 'ALLOW', day = 0 }: Scored,
  fields: Row = {},
): Row => ({
  ...{ subjectType: 'ORDER', subjectId: id, occurredAt: at(day), score, action },
  ...{ modelVersion: 'fraud-scores', ...fields },
})

/** As `fraud-outcomes` tells it, so many days after the order. */
const turnedOut = (
  id: string,
  order: Scored,
  afterDays: number,
  isFraud: boolean,
  fields: Row = {},
): Row => {
  const { score, action = 'ALLOW', day = 0, amountMinor = 1_000 } = order
  return {
    ...{ orderId: id, placedAt: at(day), occurredAt: at(day + afterDays), isFraud },
    ...{ score, action, amountMinor, currency: 'EUR', market: 'DE', ...fields },
  }
}

/** As rows of numbers, texts and nulls; a number that came as a text is one. */
const answerTo = async (query: string): Promise<readonly (readonly unknown[])[]> =>
  (await rowsOf<Row>(client, query)).map(row =>
    Object.values(row).map(value =>
      typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
    ),
  )

const near = (value: number) => expect.closeTo(value, 9)

describe('the distribution of scores', () => {
  const BANDS = `SELECT day, subjectType, scoreFrom, scoreTo, scores, share, scoreMean, stopped
                 FROM fraud_score_distribution ORDER BY day, subjectType, scoreFrom`

  test('is by day, subject and band, and a score on an edge is above it', async () => {
    await store('fraud_scores', [
      scored('a', { score: 0 }),
      scored('b', { score: 0.0009 }),
      scored('c', { score: 0.05, action: 'STEP_UP' }),
      scored('d', { score: 1, action: 'DECLINE' }),
      scored('e', { score: 0.4, action: 'HOLD', day: 1 }),
      scored('l', { score: 0.4 }, { subjectType: 'LOGIN' }),
    ])
    expect(await answerTo(BANDS)).toEqual([
      ['2026-01-05', 'LOGIN', 0.2, 0.5, 1, 1, 0.4, 0],
      ['2026-01-05', 'ORDER', 0, 0.001, 2, 0.5, near(0.00045), 0],
      ['2026-01-05', 'ORDER', 0.05, 0.1, 1, 0.25, 0.05, 1],
      ['2026-01-05', 'ORDER', 0.8, 1, 1, 0.25, 1, 1],
      ['2026-01-06', 'ORDER', 0.2, 0.5, 1, 1, 0.4, 1],
    ])
  })

  test('has each subject once, by its last score', async () => {
    await store('fraud_scores', [scored('a', { score: 0.9 }), scored('a', { score: 0.3 })])
    expect(await answerTo('SELECT scoreFrom, scores FROM fraud_score_distribution')).toEqual([
      [0.2, 1],
    ])
  })
})

describe('calibration', () => {
  const BANDS = `SELECT week, scoreFrom, orders, known, frauds, predicted, actual
                 FROM fraud_calibration ORDER BY week, scoreFrom`

  test('compares what was said with what came true, by week and band', async () => {
    const orders: readonly Scored[] = [
      ...[0.1, 0.12, 0.14, 0.16].map(score => ({ score, day: 6.9 })),
      { score: 0.6, day: 7 },
    ]
    await store(
      'fraud_scores',
      orders.map((order, i) => scored(`o${i}`, order)),
    )
    await store('fraud_outcomes', [
      turnedOut('o0', orders[0]!, 3, true),
      turnedOut('o1', orders[1]!, 45, false),
      // Said to be fraud, and taken back.
      turnedOut('o2', orders[2]!, 4, true),
      turnedOut('o2', orders[2]!, 9, false),
      // Its score is not known there.
      turnedOut('o9', orders[0]!, 9, true, { score: null, action: null }),
    ])
    expect(await answerTo(BANDS)).toEqual([
      ['2026-01-05', 0.1, 4, 3, 1, near(0.12), near(1 / 3)],
      ['2026-01-12', 0.5, 1, 0, 0, null, null],
    ])
  })

  test('has the interval of Wilson', async () => {
    const orders = Array.from({ length: 10 }, (_, i) =>
      turnedOut(`o${i}`, { score: 0.3 }, 2, i < 2),
    )
    await store('fraud_outcomes', orders)
    const [ends] = await answerTo('SELECT actualLow, actualHigh FROM fraud_calibration')
    // 2 of 10, as tables of the interval have it.
    expect(ends).toEqual([expect.closeTo(0.0567, 4), expect.closeTo(0.5098, 4)])
  })
})

describe('detection', () => {
  const COLUMNS =
    'orders, known, frauds, flagged, flaggedKnown, caught, precision, precisionMin, recall'

  test('grows with what is known of a week', async () => {
    const orders: readonly Scored[] = [
      { score: 0.9, action: 'DECLINE' },
      { score: 0.3, action: 'HOLD', day: 2 },
      { score: 0.2, action: 'STEP_UP', day: 3 },
      { score: 0.01, day: 4 },
      { score: 0.001, day: 6 },
    ]
    await store(
      'fraud_scores',
      orders.map((order, i) => scored(`o${i}`, order)),
    )
    await store('fraud_outcomes', [
      turnedOut('o0', orders[0]!, 2, true),
      turnedOut('o1', orders[1]!, 5, true),
      turnedOut('o1', orders[1]!, 10, false),
      turnedOut('o3', orders[3]!, 20, true),
      turnedOut('o4', orders[4]!, 45, false),
    ])
    const ages = `SELECT ageDays, ${COLUMNS} FROM fraud_detection
                  WHERE threshold = .2 ORDER BY ageDays`
    expect(await answerTo(ages)).toEqual([
      [1, 5, 0, 0, 3, 0, 0, null, 0, null],
      [3, 5, 1, 1, 3, 1, 1, 1, near(1 / 3), 1],
      [7, 5, 2, 2, 3, 2, 2, 1, near(2 / 3), 1],
      [14, 5, 2, 1, 3, 2, 1, 0.5, near(1 / 3), 1],
      [30, 5, 3, 2, 3, 2, 1, 0.5, near(1 / 3), 0.5],
    ])
    const rules = `SELECT ifNull(action, toString(threshold)) AS chosen, flagged, caught FROM fraud_detection
                   WHERE ageDays = 30 ORDER BY rule, threshold, indexOf(['STEP_UP', 'HOLD', 'DECLINE'], action)`
    expect(await answerTo(rules)).toEqual([
      ...[
        ['FREEZE', 0, 0],
        ['STEP_UP', 3, 1],
        ['HOLD', 2, 1],
        ['DECLINE', 1, 1],
      ],
      ...[
        ['0.01', 4, 2],
        ['0.02', 3, 1],
        ['0.05', 3, 1],
        ['0.1', 3, 1],
        ['0.2', 3, 1],
        ['0.5', 1, 1],
      ],
    ])
  })

  test('tells of a week once all of its orders are that old', async () => {
    await store('fraud_scores', [
      scored('o0', { score: 0.9 }),
      scored('o1', { score: 0.9, day: 13.9 }),
    ])
    const weeks = 'SELECT week, max(ageDays) FROM fraud_detection GROUP BY week'
    expect(await answerTo(weeks)).toEqual([['2026-01-05', 3]])
  })
})

test('reasons are told by day, market and action, with how many turned out to be fraud', async () => {
  const because = (code: string) => ({ reasons: [{ code, detail: '', weight: 1 }] })
  const held: Scored = { score: 0.4, action: 'HOLD' }
  await store('fraud_scores', [
    scored('o0', held, because('NEW_DEVICE')),
    scored('o1', { ...held, score: 0.6 }, because('NEW_DEVICE')),
    scored('o2', held, because('NEW_DEVICE')),
    scored('o3', { score: 0.01 }, because('NOTHING_UNUSUAL')),
    scored('o4', held, { market: 'DE' }),
    // Named as an order of which something is known.
    scored('o0', held, { ...because('IMPOSSIBLE_TRAVEL'), subjectType: 'LOGIN' }),
  ])
  await store('fraud_outcomes', [
    turnedOut('o0', held, 2, true),
    turnedOut('o1', held, 2, true),
    turnedOut('o1', held, 3, false),
    turnedOut('o3', held, 3, true),
  ])
  const told = `SELECT day, market, subjectType, action, reason, alerts, scoreMean, known, frauds, fraudShare
                FROM fraud_reasons_per_day ORDER BY subjectType, alerts, market`
  expect(await answerTo(told)).toEqual([
    ['2026-01-05', null, 'LOGIN', 'HOLD', 'IMPOSSIBLE_TRAVEL', 1, 0.4, 0, 0, null],
    ['2026-01-05', 'DE', 'ORDER', 'HOLD', null, 1, 0.4, 0, 0, null],
    ['2026-01-05', null, 'ORDER', 'HOLD', 'NEW_DEVICE', 3, near(1.4 / 3), 2, 1, 0.5],
  ])
})

test('money is told by currency, and what was stopped is as the default policy assumes', async () => {
  const order = (action: string, amountMinor: number): Scored => ({
    score: 0.4,
    action,
    amountMinor,
  })
  const FREE = { market: null, currency: 'USD' }
  await store('fraud_outcomes', [
    turnedOut('o0', order('STEP_UP', 10_000), 2, true),
    turnedOut('o1', order('STEP_UP', 20_000), 2, false),
    turnedOut('o2', order('DECLINE', 5_000), 2, false),
    turnedOut('o3', order('ALLOW', 7_000), 2, false),
    turnedOut('o3', order('ALLOW', 7_000), 9, true),
    turnedOut('o4', order('HOLD', 1_000), 2, true),
    turnedOut('o5', order('HOLD', 1_000), 2, false),
    turnedOut('o6', order('DECLINE', 300), 2, true, FREE),
    turnedOut('o7', order('DECLINE', 300), 2, true, { score: null, action: null }),
  ])
  const told = `SELECT week, market, currency, action, orders, frauds, honestMinor, fraudMinor,
                       savedMinor, lostMinor, turnedAwayMinor, netMinor
                FROM fraud_money ORDER BY currency, action`
  const DE = ['2026-01-05', 'DE', 'EUR']
  expect(await answerTo(told)).toEqual([
    [...DE, 'ALLOW', 1, 1, 0, 7_000, 0, 7_000, 0, 0],
    [...DE, 'DECLINE', 1, 0, 5_000, 0, 0, 0, 1_500, -1_500],
    [...DE, 'HOLD', 2, 1, 1_000, 1_000, 980, 20, 30, 950],
    [...DE, 'STEP_UP', 2, 1, 20_000, 10_000, 9_000, 1_000, 120, 8_880],
    ['2026-01-05', null, 'USD', 'DECLINE', 1, 1, 0, 300, 300, 0, 0, 300],
  ])
})

describe('drift of features', () => {
  const orders = (count: number, day: number, features: Readonly<Record<string, number>>): Row[] =>
    Array.from({ length: count }, () => scored(`o${++offset}`, { score: 0.1, day }, { features }))

  test('is the stability index of powers of two, with what is not known as a bin', async () => {
    await store('fraud_scores', [
      ...orders(60, 0, { amountZ: 1.2, ipRisk: 0.3 }),
      ...orders(20, 14, { amountZ: -1.2 }),
      ...orders(30, 28, { amountZ: 1.9 }),
      ...orders(10, 28, {}),
    ])
    const told = `SELECT week, feature, scores, scoresBefore, knownShare, knownShareBefore, psi, psiByChance
                  FROM fraud_feature_drift WHERE week = '2026-02-02' ORDER BY feature`
    const psi = (bins: readonly (readonly [now: number, before: number])[]): number => {
      const all = 0.5 * bins.length
      const shares = bins.map(([now, before]) => [
        (now + 0.5) / (40 + all),
        (before + 0.5) / (80 + all),
      ])
      return shares.reduce(
        (sum, [now, before]) => sum + (now! - before!) * Math.log(now! / before!),
        0,
      )
    }
    const chance = 1 / 40 + 1 / 80
    const amount = psi([[30, 60], [0, 20], [10, 0]]) // biome-ignore format: bins in a row
    expect(await answerTo(told)).toEqual([
      ['2026-02-02', 'amountZ', 40, 80, 0.75, 1, near(amount), near(2 * chance)],
      [
        '2026-02-02',
        'ipRisk',
        40,
        80,
        0,
        0.75,
        near(
          psi([
            [0, 60],
            [40, 20],
          ]),
        ),
        near(chance),
      ],
    ])
  })

  test('is against the four weeks before, and of a first week nothing is told', async () => {
    await store('fraud_scores', [
      ...orders(50, 0, { amountZ: 1 }),
      ...orders(50, 35, { amountZ: 8 }),
    ])
    expect(await answerTo('SELECT week FROM fraud_feature_drift')).toEqual([])
  })

  test('nought, what is below one and what is above have bins of their own', async () => {
    await store('fraud_scores', [
      ...orders(50, 0, { amountZ: 0 }),
      ...orders(50, 0, { amountZ: 0.3 }),
      ...orders(50, 7, { amountZ: 3 }),
      ...orders(50, 7, { amountZ: -0.3 }),
    ])
    const [[psi, byChance]] = (await answerTo(
      'SELECT psi, psiByChance FROM fraud_feature_drift',
    )) as [[number, number]]
    expect(psi).toBeGreaterThan(2)
    expect(byChance).toBeCloseTo(4 / 50, 9)
  })
})

test('versions tell what they learnt, when they were published, and what they scored', async () => {
  const hour = 3_600_000
  const version = START / hour
  const parameters = { 'w:amountZ:4': 1, 'w:newDevice:1': 0.4, a: 1, b: 0 }
  const learnt = { modelId: 'fraud', parameters, calibrationError: 0.002, logLoss: 0.05 }
  await store('fraud_weights', [
    { ...learnt, cutAt: START, occurredAt: START, outcomes: 90, frauds: 7 },
    { ...learnt, cutAt: START + 6 * hour, occurredAt: START + 6 * hour, outcomes: 99, frauds: 8 },
  ])
  await store('model_parameters', [
    { modelId: 'fraud', version, occurredAt: START, effectiveAt: START + hour / 4, parameters },
    { modelId: 'purchases', version: 7, occurredAt: START, parameters },
  ])
  await store('fraud_scores', [
    scored('o0', { score: 0.2 }),
    scored('l0', { score: 0.2 }, { subjectType: 'LOGIN' }),
    scored('o1', { score: 0.1, day: 1 }, { modelVersion: `fraud-scores fraud@${version}` }),
    scored('o2', { score: 0.3, day: 2 }, { modelVersion: `fraud-scores fraud@${version}` }),
  ])
  const told = await rowsOf<Row>(client, 'SELECT * FROM fraud_model_versions ORDER BY version')
  const instant = (day: number) =>
    new Date(at(day)).toISOString().replace('T', ' ').replace('Z', '')
  const noneLearnt = { cutAt: null, outcomes: null, frauds: null, weights: null, logLoss: null }
  expect(told).toMatchObject([
    { version: 0, effectiveAt: null, scores: '1', firstAt: instant(0), ...noneLearnt },
    {
      ...{ version, cutAt: instant(0), effectiveAt: instant(1 / 96), outcomes: '90', frauds: '7' },
      ...{ calibrationError: 0.002, logLoss: 0.05, weights: '2', scores: '2', scoreMean: 0.2 },
      ...{ firstAt: instant(1), lastAt: instant(2) },
    },
    { version: version + 6, effectiveAt: null, outcomes: '99', scores: '0', firstAt: null },
  ])
})
