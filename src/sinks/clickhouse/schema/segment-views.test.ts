/** The views over lifecycle_segments answer what a reader of its rows would find by hand. */
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type MigratedClickHouse, migratedClickHouse } from '../../../testing/click-house.ts'
import { rowsOf } from '../rows-of.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
}, 60_000)

afterAll(() => clickHouse.stop(), 60_000)

interface Segment {
  readonly [column: string]: unknown
}

let batches = 0

const store = async (values: readonly Segment[]): Promise<void> => {
  if (values.length === 0) return
  await client.insert({
    table: 'lifecycle_segments',
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { insert_deduplication_token: `test:${batches++}` },
  })
}

const removeAll = async (): Promise<void> => {
  for (const table of ['lifecycle_segments', 'segments_now_rollup']) {
    await client.command({ query: `TRUNCATE TABLE ${table}` })
  }
}

beforeEach(removeAll)

/** Rows as arrays of their values. */
const answerTo = async (query: string): Promise<readonly unknown[][]> =>
  (await rowsOf<object>(client, query)).map(Object.values)

const DAY_MS = 86_400_000
const START_MS = Date.UTC(2026, 0, 1)

/** A record of user `u` at noon of a day, from 0. */
const segment = (offset: number, day: number, fields: Segment): Segment => ({
  resultId: `r${offset}`,
  occurredAt: START_MS + day * DAY_MS + DAY_MS / 2,
  modelVersion: 'm',
  subjectType: 'USER',
  subjectId: 'u',
  market: 'GB',
  stage: 'REPEAT',
  activity: 'ACTIVE',
  _offset: offset,
  ...fields,
})

test('a profile is the last record of a user, with instants for its ages', async () => {
  await store([
    segment(2, 3, { stage: 'LOYAL', recencyDays: 1.5, frequency: 4, tags: ['HIGH_VALUE'] }),
    segment(1, 1, { recencyDays: 0, frequency: 3 }),
    segment(3, 1, { subjectId: 'w', stage: 'INTENT', activity: 'LOST' }),
    segment(4, 9, { subjectType: 'VISITOR', stage: 'AWARE' }),
  ])
  await store([segment(0, 0, {})])
  expect(
    await answerTo(
      `SELECT userId, stage, activity, tags, lastPurchaseAt, purchaseDays, ltv52wMinor, updatedAt
       FROM user_profiles ORDER BY userId`,
    ),
  ).toEqual([
    [
      ...['u', 'LOYAL', 'ACTIVE', ['HIGH_VALUE'], '2026-01-03 00:00:00.000', 5, null],
      '2026-01-04 12:00:00.000',
    ],
    ['w', 'INTENT', 'LOST', [], null, 0, null, '2026-01-02 12:00:00.000'],
  ])
})

test('a profile says when purchases were, and how the user compares with others', async () => {
  const said = {
    firstPurchaseAt: '2025-12-31 23:59:59.999',
    lastPurchaseAt: '2026-01-01 11:59:59.999',
    purchases: 7,
    dealPurchases: 2,
    recencyQuintile: 5,
    frequencyQuintile: 4,
    monetaryQuintile: null,
  }
  // The record is of an event that came a day late.
  await store([segment(1, 0, { ...said, recencyDays: 1 })])
  expect(await rowsOf(client, `SELECT ${Object.keys(said)} FROM user_profiles`)).toEqual([said])
})

const merged = { closedAs: 'MERGED', subjectType: 'VISITOR', subjectId: 'v' }
const visitor = { subjectType: 'VISITOR', subjectId: 'v' }

test('whoever is closed stands nowhere any more, and stands again where they come back', async () => {
  await store([
    segment(1, 0, visitor),
    segment(2, 1, merged),
    segment(3, 3, visitor),
    segment(4, 0, {}),
    segment(5, 2, { closedAs: 'ERASED', stage: 'AWARE' }),
  ])
  expect(
    await answerTo(
      `SELECT toDayOfMonth(day) - 1 AS day, subjectType, stage, subjects
       FROM segment_sizes_per_day ORDER BY subjectType, stage, day`,
    ),
  ).toEqual([
    [0, 'USER', 'REPEAT', '1'],
    [1, 'USER', 'REPEAT', '1'],
    [2, 'USER', 'REPEAT', '0'],
    [3, 'USER', 'REPEAT', '0'],
    [0, 'VISITOR', 'REPEAT', '1'],
    [1, 'VISITOR', 'REPEAT', '0'],
    [2, 'VISITOR', 'REPEAT', '0'],
    [3, 'VISITOR', 'REPEAT', '1'],
  ])
  expect(await answerTo('SELECT userId FROM user_profiles')).toEqual([])
  expect(await answerTo('SELECT users FROM ltv_distribution')).toEqual([])
})

test('what the model says of a user comes through', async () => {
  const said = {
    pAlive: 0.5,
    churnRisk30d: 0.25,
    churnRisk90d: 0.125,
    expectedOrders90d: 1.5,
    ltv52wMinor: '12345',
  }
  await store([segment(1, 0, said)])
  expect(await rowsOf(client, `SELECT ${Object.keys(said)} FROM user_profiles`)).toEqual([said])
})

const SIZES = 'SELECT toDayOfMonth(day) - 1 AS day, market, stage, activity, subjects'

test('each day counts where a subject stood at its end, and the days between count too', async () => {
  await store([
    segment(5, 3, { activity: 'LOST', subjectId: 'w' }),
    segment(1, 0, { stage: 'AWARE' }),
    segment(2, 0, {}),
  ])
  await store([segment(3, 2, { market: null }), segment(4, 2, { market: null })])
  expect(
    await answerTo(
      `${SIZES} FROM segment_sizes_per_day WHERE stage = 'REPEAT' ORDER BY market, activity, day`,
    ),
  ).toEqual([
    [0, 'GB', 'REPEAT', 'ACTIVE', '1'],
    [1, 'GB', 'REPEAT', 'ACTIVE', '1'],
    [2, 'GB', 'REPEAT', 'ACTIVE', '0'],
    [3, 'GB', 'REPEAT', 'ACTIVE', '0'],
    [3, 'GB', 'REPEAT', 'LOST', '1'],
    [2, null, 'REPEAT', 'ACTIVE', '1'],
    [3, null, 'REPEAT', 'ACTIVE', '1'],
  ])
})

test('a record of an event that came late counts from the last day that was known before it', async () => {
  await store([
    segment(0, 0, { stage: 'FIRST_BUYER' }),
    segment(1, 4, { stage: 'FIRST_BUYER' }),
    segment(2, 2, {}),
    segment(3, 3, { stage: 'LOYAL' }),
    segment(4, 5, {}),
  ])
  expect(
    await answerTo(`${SIZES} FROM segment_sizes_per_day WHERE subjects != 0 ORDER BY day`),
  ).toEqual([
    ...[0, 1, 2, 3].map(day => [day, 'GB', 'FIRST_BUYER', 'ACTIVE', '1']),
    [4, 'GB', 'LOYAL', 'ACTIVE', '1'],
    [5, 'GB', 'REPEAT', 'ACTIVE', '1'],
  ])
})

test('a market may have any name, and a user and a visitor of one id are two', async () => {
  await store([segment(1, 0, { market: 'a/b/' }), segment(2, 0, { subjectType: 'VISITOR' })])
  expect(
    await answerTo(
      'SELECT subjectType, market, stage, activity FROM segment_sizes_per_day ORDER BY subjectType',
    ),
  ).toEqual([
    ['USER', 'a/b/', 'REPEAT', 'ACTIVE'],
    ['VISITOR', 'GB', 'REPEAT', 'ACTIVE'],
  ])
})

const record = fc.record({
  subject: fc.nat(3),
  subjectType: fc.constantFrom('USER', 'VISITOR'),
  day: fc.nat(9),
  market: fc.constantFrom('GB', null),
  stage: fc.constantFrom('AWARE', 'REPEAT'),
  activity: fc.constantFrom('ACTIVE', 'LOST'),
})

test('sizes are those that a plain loop counts, whatever part a record came in', async () => {
  const history = fc.array(record, { minLength: 1, maxLength: 40, size: 'max' })
  await fc.assert(
    fc
      .asyncProperty(history, fc.nat(2), async (records, part) => {
        const rows = records.map(({ subject, day, ...fields }, offset) => {
          return { day, row: segment(offset, day, { subjectId: `s${subject}`, ...fields }) }
        })
        const last = Math.max(...rows.map(({ day }) => day))
        for (const one of [part, part + 1, part + 2]) {
          await store(rows.flatMap(({ row }, at) => (at % 3 === one % 3 ? [row] : [])))
        }
        const counted = await answerTo(
          `SELECT dateDiff('day', toDate('2026-01-01'), day), subjectType, market, stage, activity,
                  toInt32(subjects)
           FROM segment_sizes_per_day WHERE subjects != 0`,
        )
        expect(counted.map(String).sort()).toEqual(sizesByHand(rows, last).sort())
      })
      .beforeEach(removeAll),
    { numRuns: 6, seed: 5, endOnFailure: true },
  )
})

/** Who stands somewhere stands there from the newest day that was told of them by then. */
const sizesByHand = (
  rows: readonly { readonly day: number; readonly row: Segment }[],
  last: number,
): string[] => {
  const sizes: string[] = []
  for (let day = 0; day <= last; day++) {
    const standing = new Map<string, string>()
    const known = new Map<string, number>()
    for (const { day: at, row } of rows) {
      const { subjectType, subjectId, market, stage, activity } = row
      const subject = `${subjectType} ${subjectId}`
      known.set(subject, Math.max(at, known.get(subject) ?? at))
      if (known.get(subject)! > day) continue
      standing.set(subject, [subjectType, market, stage, activity].join())
    }
    for (const place of new Set(standing.values())) {
      const size = [...standing.values()].filter(other => other === place).length
      sizes.push(`${day},${place},${size}`)
    }
  }
  return sizes
}

const MOVES = 'SELECT kind, movedFrom, movedTo, reasonCode, reason'

const REASONS = [
  { code: 'R_SILENCE', detail: 'Silent for 99 days, with 9 between purchases.', weight: 2.5 },
  { code: 'ACTIVITY_LOST', detail: 'Silent for 99 days.', weight: 1 },
  { code: 'STAGE_LOYAL', detail: 'Bought on 5 days.', weight: 1 },
]

test('a move says where from, where to and why, each stage, activity and tag by itself', async () => {
  await store([
    segment(1, 0, { stage: 'AWARE' }),
    segment(2, 4, {
      ...{ previousStage: 'AWARE', stage: 'LOYAL', previousActivity: 'ACTIVE', activity: 'LOST' },
      ...{ entered: ['HIGH_VALUE'], exited: ['NEW'], tags: ['HIGH_VALUE'], reasons: REASONS },
    }),
    segment(3, 5, { previousStage: 'REPEAT', previousActivity: 'ACTIVE', causeEventId: 'e' }),
  ])
  expect(
    await answerTo(`${MOVES} FROM segment_transitions ORDER BY occurredAt, kind, movedFrom`),
  ).toEqual([
    ['ACTIVITY', null, 'ACTIVE', null, null],
    ['STAGE', null, 'AWARE', null, null],
    ['ACTIVITY', 'ACTIVE', 'LOST', 'ACTIVITY_LOST', 'Silent for 99 days.'],
    ['STAGE', 'AWARE', 'LOYAL', 'STAGE_LOYAL', 'Bought on 5 days.'],
    ['TAG', 'NEW', null, null, null],
    ['TAG', null, 'HIGH_VALUE', null, null],
  ])
})

test('a tag that says an activity has the reason of that, where it is the activity that changed', async () => {
  const left = { exited: ['DORMANT'], reasons: REASONS, stage: 'LOYAL', previousStage: 'LOYAL' }
  const atRisk = { ...left, exited: [], entered: ['VIP_AT_RISK'], activity: 'LOST' }
  await store([
    segment(1, 1, { ...left, previousActivity: 'DORMANT', activity: 'LOST' }),
    segment(2, 2, { ...atRisk, previousActivity: 'ACTIVE' }),
    segment(3, 3, { ...atRisk, previousActivity: 'LOST' }),
  ])
  expect(
    await answerTo(`${MOVES} FROM segment_transitions WHERE kind = 'TAG' ORDER BY occurredAt`),
  ).toEqual([
    ['TAG', 'DORMANT', null, 'ACTIVITY_LOST', 'Silent for 99 days.'],
    ['TAG', null, 'VIP_AT_RISK', 'ACTIVITY_LOST', 'Silent for 99 days.'],
    ['TAG', null, 'VIP_AT_RISK', null, null],
  ])
})

test('whoever is closed moves to nowhere, and how it was closed is the reason', async () => {
  const before = { previousStage: 'INTENT', previousActivity: 'ACTIVE', stage: 'INTENT' }
  await store([segment(1, 1, { ...merged, ...before, exited: ['NEW'], reasons: [REASONS[0]!] })])
  const said = REASONS[0]!.detail
  expect(await answerTo(`${MOVES} FROM segment_transitions ORDER BY kind`)).toEqual([
    ['ACTIVITY', 'ACTIVE', null, 'MERGED', said],
    ['STAGE', 'INTENT', null, 'MERGED', said],
    ['TAG', 'NEW', null, 'MERGED', said],
  ])
})

const worth = (offset: number, fields: Segment): Segment =>
  segment(offset, 0, { subjectId: `u${offset}`, currency: 'GBP', ...fields })

const DECILES = `SELECT decile, users, ltvMinMinor, ltvMaxMinor, ltvSumMinor, monetarySumMinor
                 FROM ltv_distribution`

test('twenty users of a currency are two in each tenth, by their worth', async () => {
  const values = Array.from({ length: 20 }, (_, at) => (at * 7) % 20)
  await store(values.map((value, at) => worth(at, { ltv52wMinor: value, monetaryMinor: 1 })))
  await store([worth(20, { currency: 'EUR', ltv52wMinor: 999 })])
  expect(await answerTo(`${DECILES} WHERE currency = 'GBP' ORDER BY decile`)).toEqual(
    Array.from({ length: 10 }, (_, at) =>
      [at + 1, '2', `${2 * at}`, `${2 * at + 1}`, `${4 * at + 1}`, '2'].map(String),
    ).map(([decile, ...rest]) => [Number(decile), ...rest]),
  )
})

test('users whose worth is not known yet are a group of their own', async () => {
  await store([
    worth(1, { ltv52wMinor: null, monetaryMinor: 50 }),
    worth(2, { ltv52wMinor: null, monetaryMinor: -7 }),
    worth(3, { ltv52wMinor: 80, monetaryMinor: null }),
    worth(4, { subjectType: 'VISITOR', ltv52wMinor: 80 }),
    worth(5, { currency: null }),
  ])
  expect(await answerTo(`${DECILES} ORDER BY currency, decile`)).toEqual([
    [1, '1', '80', '80', '80', '0'],
    [null, '2', null, null, null, '43'],
    [null, '1', null, null, null, '0'],
  ])
})

test('tenths are as equal as can be, and each one is worth at least the one before', async () => {
  const values = fc.array(fc.integer({ min: 0, max: 9 }), {
    minLength: 1,
    maxLength: 33,
    size: 'max',
  })
  await fc.assert(
    fc
      .asyncProperty(values, async ltv => {
        await store(ltv.map((value, at) => worth(at, { ltv52wMinor: value })))
        const sorted = ltv.toSorted((a, b) => a - b)
        const expected = Array.from({ length: 10 }, (_, tenth) => {
          const of = sorted.filter((_, at) => Math.floor((at * 10) / sorted.length) === tenth)
          const sum = of.reduce((total, value) => total + value, 0)
          return [tenth + 1, of.length, of.at(0)!, of.at(-1)!, sum, 0]
        }).filter(([, users]) => users! > 0)
        const found = await answerTo(`${DECILES} ORDER BY decile`)
        expect(found.map(row => row.map(Number))).toEqual(expected)
      })
      .beforeEach(removeAll),
    { numRuns: 5, seed: 5, endOnFailure: true },
  )
})
