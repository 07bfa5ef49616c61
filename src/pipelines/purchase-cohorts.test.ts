import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, type Instant, minutes, weeks } from '../engine/time.ts'
import { purchaseCohorts as cohortsTopic, type PurchaseCohort } from '../events.ts'
import { joinDealings, noDealings } from '../models/deal-population.ts'
import { changeOf } from '../testing/buyer-records.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, type Send, tick } from '../testing/script.ts'
import { amountCellAt, amountOf } from './purchase-amount-cells.ts'
import { COHORT_CELLS_MAX, cohortCellAt, placeOf } from './purchase-cohort-cells.ts'
import { cohortIdsOf, cohortOf, cohortWeekOf } from './purchase-cohort-id.ts'
import { purchaseCohorts } from './purchase-cohorts.ts'

const DAY = days(1)
/** The first day of a week. */
const FIRST = 2_800 * 7

let count = 0
const row =
  (change: 'JOINED' | 'LEFT', fields: object = {}) =>
  (at: Instant, cohortDay: string, lastDay: string, repeats: string, bucket?: string) =>
    changeOf(at, `r${count++}`, {
      change,
      cohortDay: FIRST + Number(cohortDay),
      lastDay: FIRST + Number(lastDay),
      repeats: Number(repeats),
      spendBucket: bucket === undefined ? null : Number(bucket),
      ...fields,
    })

const shown = (cohort: PurchaseCohort): string => {
  const cells = cohort.buyers.map(
    (buyers, at) =>
      `${cohort.cohortDay[at]! - FIRST}-${cohort.lastDay[at]! - FIRST}x${cohort.repeats[at]}:${buyers}`,
  )
  const amounts = cohort.spendBuyers.map(
    (buyers, at) => `${cohort.spendBucket[at]}x${cohort.spendRepeats[at]}:${buyers}`,
  )
  const codes = cohort.reasons.map(({ code }) => code)
  return [cohort.cohortId, ...cells, '|', ...amounts, ...codes].join(' ')
}

const check = scenario(purchaseCohorts, {
  from: FIRST * DAY,
  events: {
    joined: row('JOINED'),
    left: row('LEFT'),
    joined_fr: row('JOINED', { market: 'FR' }),
    forecast: row('LEFT', { change: 'FORECAST', horizonDays: 30, churnRisk: 0.5, bought: false }),
  },
  show: shown,
})

test('at midnight a cohort is told, where it changed, for its market and for all', () =>
  check(`
    #              first last repeats bucket
    1h     joined  0     0    0       70
    2h     joined  0     0    0       70
    3h     joined_fr 0   0    0       70
    1d2h   left    0     0    0       70
    =>     purchases/FR|2023-08-31 0-0x0:1 | 70x0:1
    =>     purchases/UK|2023-08-31 0-0x0:2 | 70x0:2
    =>     purchases|2023-08-31 0-0x0:3 |
    1d2h   joined  0     1    1       68
    tick   2d1h
    =>     purchases/UK|2023-08-31 0-0x0:1 0-1x1:1 | 70x0:1 68x1:1
    =>     purchases|2023-08-31 0-0x0:2 0-1x1:1 |
    tick   9d                                      # nothing changed
  `))

test('what happens at midnight belongs to the next day, also where it comes first', () =>
  check(`
    1d     joined  1     1    0
    23h59m59s joined 0   0    0
    tick   1d1h
    =>     purchases/UK|2023-08-31 0-0x0:1 |
    =>     purchases|2023-08-31 0-0x0:1 |
    tick   2d1h
    =>     purchases/UK|2023-08-31 0-0x0:1 1-1x0:1 |
    =>     purchases|2023-08-31 0-0x0:1 1-1x0:1 |
  `))

test('a correction that lies before a midnight, of a purchase behind it, counts as none for a day', () =>
  check(`
    23h    left    0     2    1
    tick   1d1h
    =>     purchases/UK|2023-08-31 | LEFT_BEFORE_JOINED
    =>     purchases|2023-08-31 | LEFT_BEFORE_JOINED
    1d2h   joined  0     2    1
    1d2h   joined  0     3    1
    tick   2d1h
    =>     purchases/UK|2023-08-31 0-3x1:1 |
    =>     purchases|2023-08-31 0-3x1:1 |
  `))

test('a cohort that is more than 160 weeks old is not counted any more', () => {
  const mill = new Harness([purchaseCohorts])
  const late = FIRST * DAY + weeks(161)
  playStep(mill, row('JOINED')(FIRST * DAY, '0', '0', '0'))
  playStep(mill, row('JOINED')(late - 1, '0', '0', '0'))
  mill.advanceTo(late + minutes(1))
  expect(mill.resultsOf(cohortsTopic)).toHaveLength(4)
  playStep(mill, row('JOINED')(late, '0', '0', '0'))
  mill.advanceTo(late + 2 * DAY)
  expect(mill.resultsOf(cohortsTopic)).toHaveLength(4)
  expect(mill.stateText()).not.toMatch(/2023-08-31/)
})

test('a buyer who bought last before they bought first is refused', () =>
  check(`
    1d     joined  1     0    0
    tick   1d1h
    =>     DEAD REJECTED The buyer would have bought last before the first purchase, or come back less often than never. Mend what makes population-changes, and redrive.
    =>     DEAD REJECTED The buyer would have bought last before the first purchase, or come back less often than never. Mend what makes population-changes, and redrive.
  `))

test('a market may be called whatever it is called', () => {
  for (const market of [null, 'UK', 'a|b', 'x|2020-01-01']) {
    const [own] = cohortIdsOf({ market, cohortDay: FIRST + 3 })
    expect(cohortOf(own!)).toEqual({
      modelId: `purchases/${market ?? ''}`,
      cohortWeek: cohortWeekOf(FIRST),
    })
  }
  expect(cohortOf(cohortIdsOf({ market: null, cohortDay: -1 })[1]!)).toEqual({
    modelId: 'purchases',
    cohortWeek: -1,
  })
})

/** A buyer of one week, as the changes speak of one. */
const buyers = fc
  .record({
    weekDay: fc.nat(6),
    lapse: fc.oneof(fc.nat(30), fc.nat(1_000)),
    repeats: fc.oneof(fc.nat(3), fc.nat(200)),
    spendBucket: fc.option(fc.integer({ min: 300, max: 500 })),
    dealPurchases: fc.nat(1),
    views: fc.constantFrom(5, 20, 40),
    dealViews: fc.nat(5),
  })
  .map(({ weekDay, lapse, ...rest }) => ({
    ...rest,
    purchases: 1 + rest.repeats,
    cohortDay: FIRST + weekDay,
    lastDay: FIRST + weekDay + lapse,
  }))
type Buyer = typeof buyers extends fc.Arbitrary<infer T> ? T : never

/** The cohorts as they were last told, by their ids. */
const lastCohorts = (mill: Harness): Map<string, PurchaseCohort> =>
  new Map(mill.resultsOf(cohortsTopic).map(cohort => [cohort.cohortId, cohort]))

const counted = (keys: readonly number[]): [number, number][] => {
  const counts = new Map<number, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b)
}

/** What a look at the list of those who stayed says, at these levels. */
const recount = (stayed: readonly Buyer[], cellLevel: number, amountLevel: number) => {
  const cells = counted(stayed.map(buyer => cohortCellAt(cellLevel, buyer)))
  const amounts = counted(
    stayed.flatMap(({ repeats, spendBucket }) =>
      spendBucket === null ? [] : [amountCellAt(amountLevel, repeats, spendBucket)],
    ),
  )
  const deals = noDealings()
  for (const buyer of stayed) joinDealings(deals, buyer)
  return { cells, amounts, deals: deals.sums }
}

const told = (cohort: PurchaseCohort) => ({
  cells: cohort.buyers.map((buyers, at) => [
    [cohort.repeats[at], cohort.cohortDay[at]! - FIRST, cohort.lastDay[at]! - FIRST],
    buyers,
  ]),
  amounts: cohort.spendBuyers.map((buyers, at) => [
    [cohort.spendRepeats[at], cohort.spendBucket[at]],
    buyers,
  ]),
  deals: cohort.deals,
})

const changesIn = (
  joining: readonly { buyer: Buyer; leaves: boolean; at: number; leftAt: number }[],
): Send[] => {
  const all = joining.flatMap(({ buyer, leaves, at, leftAt }, index) => [
    { at, change: 'JOINED' as const, buyer, index },
    ...(leaves ? [{ at: leftAt, change: 'LEFT' as const, buyer, index }] : []),
  ])
  // Whichever comes first, as event time has it.
  return all
    .sort((a, b) => a.at - b.at)
    .map(({ change, buyer, index }) =>
      changeOf((FIRST + 1_100) * DAY, `${change}${index}`, { ...buyer, change }),
    )
}

test('whoever joins and leaves in whichever order, the cells are those of who stayed', () => {
  const joining = fc.record({
    buyer: buyers,
    leaves: fc.boolean(),
    at: fc.nat(99),
    leftAt: fc.nat(99),
  })
  fc.assert(
    fc.property(fc.array(joining, { maxLength: 30 }), all => {
      const mill = new Harness([purchaseCohorts], { batchSize: 100 })
      for (const step of changesIn(all)) playStep(mill, step)
      mill.finish(true)
      const stayed = all.filter(({ leaves }) => !leaves).map(({ buyer }) => buyer)
      const naive = recount(stayed, 0, 0)
      const cohort = lastCohorts(mill).get('purchases/UK|2023-08-31')
      if (!cohort) return
      expect(told(cohort)).toEqual({
        cells: naive.cells.map(([cell, count]) => [placeOf(cell), count]),
        amounts: naive.amounts.map(([cell, count]) => [amountOf(cell), count]),
        deals: naive.deals,
      })
      const ofAll = lastCohorts(mill).get('purchases|2023-08-31')!
      expect(told(ofAll)).toEqual({ cells: told(cohort).cells, amounts: [], deals: [] })
    }),
    { numRuns: 40 },
  )
})

/** Many different buyers, the same in every run. */
const manyBuyers = (size: number): Buyer[] =>
  Array.from({ length: size }, (_, index) => ({
    cohortDay: FIRST + (index % 7),
    lastDay: FIRST + (index % 7) + ((index * 37) % 1_050),
    repeats: (index * 11) % 130,
    purchases: 1 + ((index * 11) % 130),
    dealPurchases: index % 2,
    views: 20,
    dealViews: index % 3,
    spendBucket: index % 5 === 0 ? null : 300 + ((index * 7) % 101),
  }))

test.each([
  [2_000, 1, 0],
  [6_000, 2, 1],
])(
  'of %d buyers, cells are as coarse as level %d, and who left before is out',
  (size, cellLevel, amountLevel) => {
    const all = manyBuyers(size)
    const mill = new Harness([purchaseCohorts], { batchSize: 2_000 })
    const stayed = all.filter((_, index) => index % 3 !== 0)
    const at = (FIRST + 1_100) * DAY
    all.forEach((buyer, index) => {
      playStep(mill, changeOf(at, `j${index}`, { ...buyer, change: 'JOINED' }))
    })
    all.forEach((buyer, index) => {
      if (index % 3 !== 0) return
      playStep(mill, changeOf(at + 1_000, `l${index}`, { ...buyer, change: 'LEFT' }))
    })
    mill.finish(true)
    const naive = recount(stayed, cellLevel, amountLevel)
    const cohort = lastCohorts(mill).get('purchases/UK|2023-08-31')!
    expect(cohort.reasons).toEqual([])
    expect(told(cohort)).toEqual({
      cells: naive.cells.map(([cell, count]) => [placeOf(cell), count]),
      amounts: naive.amounts.map(([cell, count]) => [amountOf(cell), count]),
      deals: naive.deals,
    })
  },
)

test('a cell is rounded to the nearest week, and of four weeks there is always room', () => {
  const at = (level: number, cohortDay: number, lastDay: number, repeats = 1) =>
    placeOf(
      cohortCellAt(level, { cohortDay: FIRST + cohortDay, lastDay: FIRST + lastDay, repeats }),
    )
  expect(at(0, 5, 12)).toEqual([1, 5, 12])
  expect(at(1, 5, 15)).toEqual([1, 3, 10])
  expect(at(1, 5, 16)).toEqual([1, 3, 17])
  expect(at(2, 0, 18)).toEqual([1, 3, 31])
  expect(at(2, 0, 10)).toEqual([1, 3, 3])
  const all = new Set<number>()
  for (let last = 0; last < 2_000; last++) {
    for (const repeats of [0, 1, 127, 500]) {
      const buyer = { cohortDay: FIRST, lastDay: FIRST + last, repeats }
      all.add(cohortCellAt(2, buyer))
    }
  }
  expect(all.size * 128).toBeLessThanOrEqual(3 * COHORT_CELLS_MAX)
})

const forecastOf = (at: Instant, horizonDays: number, churnRisk: number, bought: boolean) => {
  const cohort = { cohortDay: FIRST, lastDay: FIRST, horizonDays, churnRisk, bought }
  return changeOf(at, `r${count++}`, { ...cohort, change: 'FORECAST' })
}

/** Of the market's cohorts: when they were told, and the outcomes that were told with them. */
const outcomesTold = (mill: Harness) =>
  mill
    .resultsOf(cohortsTopic)
    .filter(({ modelId }) => modelId === 'purchases/UK')
    .map(({ occurredAt, outcomeHorizonDays, outcomeBin, outcomes, happened }) => ({
      day: Math.floor(occurredAt / DAY) - FIRST,
      outcomes: outcomes.map((all, bin) => [
        outcomeHorizonDays[bin],
        outcomeBin[bin],
        all,
        happened[bin],
      ]),
    }))

test('how forecasts ended is told once, by horizon and bin', () => {
  const mill = new Harness([purchaseCohorts])
  const at = (FIRST + 40) * DAY
  playStep(mill, forecastOf(at, 30, 0.5, false))
  playStep(mill, forecastOf(at, 30, 0.5, true))
  playStep(mill, forecastOf(at, 90, 1, false))
  playStep(mill, forecastOf(at, 60, 0.5, false))
  playStep(mill, changeOf(at, 'j', { change: 'JOINED', cohortDay: FIRST, lastDay: FIRST }))
  mill.advanceTo(at + 2 * DAY)
  playStep(mill, forecastOf(at + 2 * DAY, 30, 0, true))
  mill.advanceTo(at + 14 * DAY)
  const first = [
    [30, 0, 2, 1],
    [90, 138, 1, 1],
  ]
  expect(outcomesTold(mill).map(({ outcomes }) => outcomes)).toEqual([first, [[30, -138, 1, 0]]])
})

test('a forecast by rhythms of the market counts with the market alone', () => {
  const told = (judgedModelId: string) => {
    const mill = new Harness([purchaseCohorts])
    const forecast = forecastOf((FIRST + 40) * DAY, 30, 0.5, true)
    playStep(mill, { ...forecast, record: { ...forecast.record, judgedModelId } })
    mill.advanceTo((FIRST + 50) * DAY)
    return mill.resultsOf(cohortsTopic).map(({ modelId }) => modelId)
  }
  expect(told('purchases').sort()).toEqual(['purchases', 'purchases/UK'])
  expect(told('purchases/UK')).toEqual(['purchases/UK'])
})

test('forecasts alone make a cohort tell on one day of each week', () => {
  const mill = new Harness([purchaseCohorts])
  for (let day = 40; day < 61; day++) {
    mill.advanceTo((FIRST + day) * DAY)
    playStep(mill, forecastOf((FIRST + day) * DAY, 30, 0.5, true))
  }
  mill.advanceTo((FIRST + 70) * DAY)
  const told = outcomesTold(mill)
  const [first] = told
  expect(told.map(({ day }) => day - first!.day)).toEqual([0, 7, 14, 21].slice(0, told.length))
  expect(told.flatMap(({ outcomes }) => outcomes.map(([, , all]) => all!))).toEqual(
    expect.arrayContaining([7, 7]),
  )
})

const steps = fc.record({
  buyer: buyers,
  change: fc.constantFrom(
    'JOINED' as const,
    'JOINED' as const,
    'LEFT' as const,
    'FORECAST' as const,
  ),
  market: fc.constantFrom('UK', 'UK', null),
  week: fc.nat(1),
  gapMs: fc.oneof(fc.nat(minutes(9)), fc.nat(days(2)), fc.nat(weeks(20))),
  lagMs: fc.constantFrom(0, 0, 0, 3_000, days(2)),
  kind: fc.constantFrom('send', 'send', 'send', 'send', 'send', 'tick', 'commit'),
})

const scripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 40 })
  .map(drawn => {
    let newest = (FIRST + 10) * DAY
    return drawn.map(({ buyer, change, market, week, gapMs, lagMs, kind }, index): ScriptStep => {
      newest += gapMs
      if (kind === 'tick') return tick(newest)
      if (kind === 'commit') return commit
      const forecast =
        change === 'FORECAST' ? { horizonDays: 30, churnRisk: 0.4, bought: index % 2 === 0 } : {}
      const days_ = { cohortDay: buyer.cohortDay + 7 * week, lastDay: buyer.lastDay + 7 * week }
      return changeOf(newest - lagMs, `r${index}`, {
        ...buyer,
        ...days_,
        market,
        change,
        ...forecast,
      })
    })
  })

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(purchaseCohorts, scripts, { partitions: 2, runs: 40 })
  for (const law of laws) test(law.name, law.check)
})
