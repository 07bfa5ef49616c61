import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { definePipeline } from '../engine/pipeline.ts'
import { days, hours, type Instant, seconds } from '../engine/time.ts'
import { clickstream, lifecycleSegments, orders, journeyTriggers as triggers } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { journeyRows as rows } from '../testing/journey-rows.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { commit, type ScriptStep, send, tick } from '../testing/script.ts'
import { journeyTriggers } from './journey-triggers.ts'
import { NOTHING_KNOWN } from './lifecycle-nothing-known.ts'

type Draft = (at: Instant, eventId: string) => ScriptStep

/** Few, so that they meet. */
const people = fc.constantFrom('anna', 'ben', 'cleo')
const places = fc.constantFrom('market:UK', 'market:JP', 'market:nowhere')

const cartDraft = fc
  .record({
    row: fc.constantFrom('add', 'add', 'add', 'remove', 'checkout'),
    who: fc.oneof(people, fc.constant('visitor:v')),
    sku: fc.constantFrom('tea', 'cup', '-'),
    units: fc.constantFrom('1', '3', '-'),
    price: fc.constantFrom('5GBP', '8EUR', '0GBP', '-'),
    place: places,
  })
  .map(
    ({ row, who, sku, units, price, place }): Draft =>
      at =>
        rows[row](at, who, sku, units, price, place),
  )
const consentDraft = fc
  .record({
    row: fc.constantFrom('login', 'consent', 'failed-login'),
    who: people,
    allowed: fc.constantFrom('MARKETING', 'MARKETING', 'none', '-'),
    place: places,
  })
  .map(
    ({ row, who, allowed, place }): Draft =>
      at =>
        rows[row](at, who, allowed, place),
  )
const orderDraft = fc
  .record({
    row: fc.constantFrom('order', 'order', 'paid', 'cancel', 'decline', 'refund'),
    who: fc.oneof(people, fc.constant('-')),
    order: fc.nat(6),
    amount: fc.constantFrom('10GBP', '5GBP', '9EUR'),
    place: places,
  })
  .map(
    ({ row, who, order, amount, place }): Draft =>
      at =>
        rows[row](at, who, `o${order}`, amount, place),
  )
const standingDraft = fc
  .record({
    who: fc.oneof(people, fc.constant('visitor:v')),
    activity: fc.constantFrom('DORMANT', 'AT_RISK', 'ACTIVE'),
    from: fc.constantFrom('AT_RISK', 'LOST'),
    ltv: fc.constantFrom('ltv:99GBP', 'ltv:1GBP'),
  })
  .map(
    ({ who, activity, from, ltv }): Draft =>
      at =>
        rows.standing(at, who, activity, `from:${from}`, ltv, 'tags:HIGH_VALUE'),
  )
const erasureDraft = people.map(
  (who): Draft =>
    at =>
      rows.erase(at, who),
)
const unreadable: Draft = (occurredAt, eventId) =>
  send(clickstream, { eventId, occurredAt, type: 7 })

const gaps = fc.oneof(
  { weight: 5, arbitrary: fc.nat(seconds(90)) },
  { weight: 4, arbitrary: fc.nat(hours(14)) },
  { weight: 2, arbitrary: fc.nat(days(5)) },
  { weight: 1, arbitrary: fc.nat(days(40)) },
)
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(days(1)) },
)

const scriptsOf = (drafts: readonly fc.WeightedArbitrary<Draft>[]) =>
  fc
    .array(
      fc.record({
        draft: fc.oneof(
          ...drafts,
          { weight: 1, arbitrary: fc.constant(unreadable) },
          { weight: 2, arbitrary: fc.constant<Draft>(tick) },
          { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
        ),
        gapMs: gaps,
        lagMs: lags,
        again: fc.constantFrom(true, false, false, false),
      }),
      { maxLength: 40 },
    )
    .map((drawn): readonly ScriptStep[] => {
      let newest = days(1)
      const steps = drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
        newest += gapMs
        const step = draft(newest - lagMs, `e${index}`)
        return again ? [step, step] : [step]
      })
      return [
        rows.market(0, 'UK', 'Europe/London', '22', '8'),
        rows.market(0, 'JP', 'Asia/Tokyo', '9', '8'),
        ...steps,
      ]
    })

const happenings = [
  { weight: 8, arbitrary: cartDraft },
  { weight: 4, arbitrary: consentDraft },
  { weight: 4, arbitrary: orderDraft },
  { weight: 1, arbitrary: erasureDraft },
]
const scripts = scriptsOf([...happenings, { weight: 4, arbitrary: standingDraft }])

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(journeyTriggers, scripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})

/** Says that a person became dormant, twenty days after each order. */
const impatient = definePipeline({
  id: 'lifecycle-segments',
  version: '1',
  order: 'event-time',
  inputs: { order: { from: orders, key: order => order.userId, late: 'handle' } },
  state: {},
  forgetAfterMs: days(100),
  output: lifecycleSegments,
  on: {
    order: (_, { now, timers }) => timers.set('dormant', now + days(20)),
  },
  onTimer: {
    dormant: ({ key }) => ({
      ...NOTHING_KNOWN,
      modelVersion: '1',
      subjectType: 'USER' as const,
      subjectId: key,
      userId: key,
      currency: 'GBP',
      stage: 'FIRST_BUYER' as const,
      previousStage: 'FIRST_BUYER' as const,
      activity: 'DORMANT' as const,
      previousActivity: 'ACTIVE' as const,
      recencyDays: 20,
      ltv52wMinor: 9_900,
    }),
  },
})

describe('where another pipeline makes the standings', () => {
  const told = (...steps: ScriptStep[]): string[] => {
    const mill = new Harness([journeyTriggers, impatient])
    for (const step of steps) playStep(mill, step)
    mill.finish(true)
    expect(mill.late).toEqual([])
    return mill
      .resultsOf(triggers)
      .map(({ occurredAt, trigger }) => `${occurredAt / days(1)} ${trigger}`)
  }
  const ordered = rows.order(0, 'anna', 'o1')

  test('their results are occasions at their own time', () => {
    expect(told(ordered)).toEqual([
      '0.041666666666666664 FIRST_PURCHASE',
      '7 CROSS_SELL',
      '20 WIN_BACK',
    ])
  })
  test('an order of the very moment at which somebody would be dormant comes before that', () => {
    expect(told(ordered, rows.order(days(20), 'anna', 'o2'))).not.toContain('20 WIN_BACK')
  })

  const laws = pipelineLaws([impatient, journeyTriggers], scriptsOf(happenings), {
    partitions: 2,
    // In some script two people must order, or isolation is not shown.
    runs: 60,
  })
  for (const law of laws) test(law.name, law.check)
})
