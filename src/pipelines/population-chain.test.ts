/** The way from orders to a cut, beside what follows from the whole list of orders. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, type Instant, minutes } from '../engine/time.ts'
import {
  populationChanges as changesTopic,
  purchaseCohorts as cohortsTopic,
  erasures as erasuresTopic,
  orders as ordersTopic,
  purchasePopulations as populationsTopic,
} from '../events.ts'
import { bucketOf } from '../models/quantile-sketch.ts'
import { segmentOf } from '../testing/buyer-records.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'
import { populationChanges } from './population-changes.ts'
import { purchaseCohorts } from './purchase-cohorts.ts'
import { purchasePopulations } from './purchase-populations.ts'

const DAY = days(1)
const START = 19_600 * DAY
const counting = [populationChanges, purchaseCohorts, purchasePopulations]
const chain = [lifecycleSegments, ...counting]

interface Purchase {
  readonly user: string
  readonly at: Instant
  readonly totalMinor: number
  readonly market: string | null
}

const orderOf = (
  occurredAt: Instant,
  orderId: string,
  type: 'PLACED' | 'CANCELLED',
  { user, totalMinor, market }: Purchase,
): Send =>
  send(ordersTopic, {
    eventId: `${type} ${orderId} ${occurredAt}`,
    occurredAt,
    type,
    orderId: type === 'PLACED' ? orderId : `c${orderId}`,
    originalOrderId: type === 'PLACED' ? null : orderId,
    userId: user,
    market,
    totalMinor,
    currency: market === 'FR' ? 'EUR' : 'GBP',
  })

interface Counts {
  readonly cells: Readonly<Record<string, number>>
  readonly amounts: Readonly<Record<string, number>>
}

const counted = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Of a list of purchases that stand, the cells of those who made them. */
const recount = (purchases: readonly Purchase[]): Counts => {
  const byUser = new Map<string, Purchase[]>()
  for (const purchase of purchases) {
    byUser.set(purchase.user, [...(byUser.get(purchase.user) ?? []), purchase])
  }
  const people = [...byUser.values()].map(own => {
    const dates = [...new Set(own.map(({ at }) => Math.floor(at / DAY)))].sort((a, b) => a - b)
    const mean = own.reduce((sum, { totalMinor }) => sum + totalMinor, 0) / dates.length
    return { first: dates[0], repeats: dates.length - 1, last: dates.at(-1), mean }
  })
  return {
    cells: counted(people.map(({ first, repeats, last }) => `${first} ${repeats} ${last}`)),
    amounts: counted(
      people.filter(({ mean }) => mean > 0).map(each => `${each.repeats} ${bucketOf(each.mean)}`),
    ),
  }
}

/** Of lists side by side, the sum of what they count. */
const toldIn = (
  lists: readonly {
    readonly cohortDay: readonly number[]
    readonly repeats: readonly number[]
    readonly lastDay: readonly number[]
    readonly buyers: readonly number[]
    readonly spendRepeats: readonly number[]
    readonly spendBucket: readonly number[]
    readonly spendBuyers: readonly number[]
  }[],
): Counts => {
  const cells: Record<string, number> = {}
  const amounts: Record<string, number> = {}
  for (const list of lists) {
    list.buyers.forEach((buyers, at) => {
      cells[`${list.cohortDay[at]} ${list.repeats[at]} ${list.lastDay[at]}`] = buyers
    })
    list.spendBuyers.forEach((buyers, at) => {
      const name = `${list.spendRepeats[at]} ${list.spendBucket[at]}`
      amounts[name] = (amounts[name] ?? 0) + buyers
    })
  }
  return { cells, amounts }
}

/** What all cohorts of a model were told to be last. */
const lastTold = (mill: Harness, modelId: string): Counts => {
  const last = new Map(
    mill
      .resultsOf(cohortsTopic)
      .filter(cohort => cohort.modelId === modelId)
      .map(cohort => [cohort.cohortId, cohort]),
  )
  return toldIn([...last.values()])
}

const failures = (mill: Harness) => mill.dead.map(({ error }) => error)

const histories = fc.array(
  fc.record({
    user: fc.constantFrom('ann', 'bea', 'cas', 'dan'),
    totalMinor: fc.constantFrom(0, 100, 250, 999),
    gapMs: fc.oneof(fc.constant(0), fc.nat(days(1)), fc.nat(days(40))),
    /** How long after it was placed it is cancelled, and told of; null: it stands. */
    undone: fc.option(
      fc.record({
        afterMs: fc.integer({ min: 1, max: days(9) }),
        lagMs: fc.constantFrom(0, 3_000, days(3)),
      }),
    ),
  }),
  { maxLength: 20 },
)

const marketOf = (user: string): string | null => (user === 'dan' ? 'FR' : 'UK')

test('whatever is ordered and cancelled, also late, cohorts count who has bought', () => {
  let undoings = 0
  fc.assert(
    fc.property(histories, fc.constantFrom(1, 7, 1_000), (drawn, batchSize) => {
      let newest = START
      const stands: Purchase[] = []
      const steps = drawn.flatMap(({ user, totalMinor, gapMs, undone }, index) => {
        newest += gapMs
        const purchase = { user, at: newest, totalMinor, market: marketOf(user) }
        const placed = { sentAt: newest, step: orderOf(newest, `o${index}`, 'PLACED', purchase) }
        if (undone === null) {
          stands.push(purchase)
          return [placed]
        }
        undoings++
        const at = newest + undone.afterMs
        const step = orderOf(at, `o${index}`, 'CANCELLED', purchase)
        return [placed, { sentAt: at + undone.lagMs, step }]
      })
      steps.sort((a, b) => a.sentAt - b.sentAt)
      const mill = new Harness(chain, { mode: 'history', batchSize })
      for (const { step } of steps) playStep(mill, step)
      mill.advanceTo(newest + days(20))
      expect(failures(mill)).toEqual([])
      expect(lastTold(mill, 'purchases').cells).toEqual(recount(stands).cells)
      for (const market of ['UK', 'FR']) {
        const own = stands.filter(purchase => purchase.market === market)
        expect(lastTold(mill, `purchases/${market}`)).toEqual(recount(own))
      }
    }),
    { numRuns: 40 },
  )
  expect(undoings).toBeGreaterThan(50)
})

test('who is erased leaves the cohort, and nothing of them is kept but that they were', () => {
  const mill = new Harness(chain, { mode: 'history' })
  const purchase = { user: 'ann', at: START, totalMinor: 100, market: 'UK' }
  playStep(mill, orderOf(START, 'o1', 'PLACED', purchase))
  playStep(mill, orderOf(START, 'o2', 'PLACED', { ...purchase, user: 'bea' }))
  mill.advanceTo(START + days(2))
  const erasure = { eventId: 'e1', occurredAt: START + days(2), userId: 'ann', visitorIds: [] }
  playStep(mill, send(erasuresTopic, erasure))
  mill.advanceTo(START + days(4))
  const cell = `${START / DAY} 0 ${START / DAY}`
  expect(lastTold(mill, 'purchases').cells).toEqual({ [cell]: 1 })
  expect(mill.stateText()).toContain('USER:bea')
  // Of the erasure itself the moment is kept.
  const known = mill.stateText().split('\n')
  expect(known.filter(line => line.includes('USER:ann')).map(line => line.split('|')[0])).toEqual([
    'lifecycle-segments',
  ])
})

const lives = fc.array(
  fc.record({
    user: fc.constantFrom('ann', 'bea', 'cas'),
    repeats: fc.integer({ min: -1, max: 4 }),
    last: fc.nat(40),
    netMinor: fc.constantFrom(0, 100, 250),
    closedAs: fc.constantFrom(null, null, null, 'MERGED' as const, 'ERASED' as const),
    gapMs: fc.oneof(fc.nat(minutes(1)), fc.nat(days(10))),
    lagMs: fc.constantFrom(0, 0, 2_000, days(2)),
  }),
  { maxLength: 30 },
)

test('whatever is said of people, and whoever is closed, cohorts count those of whom it was said last', () => {
  const first = START / DAY - 60
  fc.assert(
    fc.property(lives, drawn => {
      const mill = new Harness(counting, { batchSize: 4 })
      const held = new Map<string, { cell: string; amount: string | null } | null>()
      let newest = START
      drawn.forEach(({ user, repeats, last, netMinor, closedAs, gapMs, lagMs }, index) => {
        newest += gapMs
        const firstDay = repeats < 0 ? null : first
        const lastDay = repeats <= 0 ? first : first + repeats + last
        const buyer = {
          subjectId: user,
          firstDay,
          lastDay,
          repeats: Math.max(0, repeats),
          netMinor,
        }
        playStep(mill, segmentOf(newest - lagMs, `r${index}`, { ...buyer, closedAs }))
        const isCounted = firstDay !== null && closedAs === null
        const paid = isCounted && netMinor > 0
        const amount = paid ? `${repeats} ${bucketOf(netMinor / (repeats + 1))}` : null
        held.set(user, isCounted ? { cell: `${first} ${repeats} ${lastDay}`, amount } : null)
      })
      mill.advanceTo(newest + days(3))
      const people = [...held.values()].filter(person => person !== null)
      expect(failures(mill)).toEqual([])
      expect(lastTold(mill, 'purchases/UK')).toEqual({
        cells: counted(people.map(({ cell }) => cell)),
        amounts: counted(people.flatMap(({ amount }) => amount ?? [])),
      })
    }),
    { numRuns: 100 },
  )
})

/** Numbers below 1 that are the same in every run (Park and Miller 1988). */
const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

test('each cut of 2,000 users is what a look at all orders before its midnight says', () => {
  const random = seeded(5)
  const all = Array.from({ length: 2_000 }, (_, user): Purchase[] => {
    const often = random() < 0.4 ? 4 : 1
    const first = START + random() * days(60)
    return Array.from({ length: 1 + Math.floor(random() * often) }, () => ({
      user: `u${user}`,
      at: Math.floor(first + random() * random() * days(60)),
      totalMinor: 100 + Math.floor(random() * 9_900),
      market: 'UK',
    }))
  })
    .flat()
    .sort((a, b) => a.at - b.at)
  const mill = new Harness(chain, { mode: 'history', batchSize: 500 })
  all.forEach((purchase, index) => {
    playStep(mill, orderOf(purchase.at, `o${index}`, 'PLACED', purchase))
  })
  mill.advanceTo(START + days(125))
  expect(failures(mill)).toEqual([])
  const cuts = mill.resultsOf(populationsTopic)
  for (const modelId of ['purchases', 'purchases/UK']) {
    const own = cuts.filter(cut => cut.modelId === modelId)
    expect(own.length).toBeGreaterThan(20)
    for (const cut of own) {
      const { cells, amounts } = recount(all.filter(({ at }) => at < cut.cutAt))
      expect(toldIn([cut])).toEqual({ cells, amounts: modelId === 'purchases' ? {} : amounts })
    }
  }
  const cut = cuts.findLast(({ modelId }) => modelId === 'purchases')!
  const reports = mill
    .resultsOf(cohortsTopic)
    .filter(({ modelId, occurredAt }) => modelId === 'purchases' && occurredAt < cut.cutAt)
    .map(({ occurredAt, outcomes }) => ({ at: occurredAt + 1, outcomes: sumOf(outcomes) }))
  // No version was published, so that all were judged by the seed.
  const weekOf = (at: Instant) => Math.floor((at - 1) / days(7))
  const weighted = reports.map(
    ({ at, outcomes }) => outcomes * Math.exp((-7 * (weekOf(cut.cutAt) - weekOf(at))) / 90),
  )
  expect(sumOf(cut.outcomes)).toBeCloseTo(sumOf(weighted), 6)
  const ends = mill.resultsOf(changesTopic).filter(({ change }) => change === 'FORECAST')
  const endedBy = (at: Instant) => ends.filter(({ occurredAt }) => occurredAt < at).length
  const told = sumOf(reports.map(({ outcomes }) => outcomes))
  expect(told).toBeGreaterThanOrEqual(endedBy(cut.cutAt - days(7)))
  expect(told).toBeLessThanOrEqual(endedBy(cut.cutAt))
  expect(told).toBeGreaterThan(100)
})

const sumOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0)

const shopScripts = histories.map(drawn => {
  let newest = START
  return drawn.map(({ user, totalMinor, gapMs }, index) => {
    newest += gapMs
    return orderOf(newest, `o${index}`, 'PLACED', {
      user,
      at: newest,
      totalMinor,
      market: marketOf(user),
    })
  })
})

// That keys do not touch each other is checked of each pipeline alone.
const laws = pipelineLaws(chain, shopScripts, { partitions: 2, runs: 12 })
for (const law of laws) if (!law.name.startsWith('keys')) test(`in a chain, ${law.name}`, law.check)

test('the shapes of the pipelines are as reviewed', () => {
  expect(counting.map(describePipeline).join('\n')).toMatchInlineSnapshot(`
    "population-changes population-2026-11-23, generation 1, arrival order
    inputs
      segment <- lifecycle-segments (subjectType, subjectId, currency, closedAs, market, frequency, monetaryMinor, firstPurchaseAt, lastPurchaseAt, purchases, dealPurchases, views, dealViews)
        keyed by subjectId, exchange, filtered
        late handle, disorder 5s
      erasure <- erasures (userId, visitorIds)
        keyed by userId, exchange to several keys
        late handle, disorder 5s
        holds nothing back
    references
      modelParameters <- model-parameters (control)
    state
      counted: value
      known: value
      noted: value
    timers
      forgotten 900d after the last event
      erasureDue
      forecastsEnd
    output population-changes

    purchase-cohorts cohorts-2026-11-23, generation 1, event-time order
    inputs
      change <- population-changes (change, market, cohortDay, repeats, lastDay, spendBucket, purchases, dealPurchases, views, dealViews, horizonDays, churnRisk, bought, judgedModelId)
        keyed by subjectId, exchange to several keys, filtered
        late handle, disorder 5s
    state
      cells: tally, max 5376
      cellLevel: value
      amounts: tally, max 8192
      amountLevel: value
      deals: tally, max 78
      outcomes: tally, max 1108
    timers
      forgotten 1190d after the last event
      reportDue
    output purchase-cohorts

    purchase-populations populations-2026-11-23, generation 2, event-time order
    inputs
      cohort <- purchase-cohorts (modelId, cohortWeek, cohortDay, repeats, lastDay, buyers, spendRepeats, spendBucket, spendBuyers, deals, outcomeHorizonDays, outcomeBin, outcomes, happened)
        keyed by cohortId, exchange by modelId
        late handle, disorder 5s
    references
      modelParameters <- model-parameters (control)
    state
      cohorts: mapOf, max 192
      outcomes: tally, max 57616
      rhythms: mapOf, max 53
      changed: value
    timers
      forgotten 1120d after the last event
      cutDue
    output purchase-populations
    "
  `)
})
