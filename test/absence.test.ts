/**
 * Silence alone walks everybody through AT_RISK, DORMANT and LOST when their own rhythm says so: by
 * the clock of a live run and in a replay, to the same bytes. The clock is made up.
 */
import { beforeAll, expect, test } from 'vitest'
import { DISORDER_MS } from '../src/engine/pipeline.ts'
import { days } from '../src/engine/time.ts'
import { type LifecycleSegment, lifecycleSegments as segments } from '../src/events.ts'
import type { PurchaseParameters } from '../src/models/mbg-nbd.ts'
import { EXPECTED_FLOOR } from '../src/models/purchase-outlook.ts'
import { lifecycleSegments } from '../src/pipelines/lifecycle-segments.ts'
import { expectSame } from '../src/testing/comparing.ts'
import { simulate } from '../src/testing/simulator.ts'
import { type Lived, lived } from './absence/life.ts'
import {
  ENDS_AT,
  FALLS_SILENT_AT,
  madeUpShop,
  PARAMETERS,
  SLOW_PARAMETERS,
} from './absence/made-up-shop.ts'
import {
  printedActivity,
  purchasesIn,
  type Story,
  storiesOf,
  timeOf,
} from './absence/printed-rhythm.ts'
import { replayed } from './absence/replayed.ts'
import { bySubject, linesOf, segmentOf } from './absence/results.ts'

const happenings = madeUpShop(7, 30)
const stories = storiesOf(happenings.map(({ step }) => step))
let calm: Lived
beforeAll(async () => {
  calm = await lived(happenings)
})

const LEVELS = ['AT_RISK', 'DORMANT', 'LOST']
/** Moments are rounded up to a millisecond, and one more later it has surely happened. */
const ROUNDING_MS = 3

/** What was said from the last event of a person on, the word on that itself in front. */
const silenceOf = (said: readonly LifecycleSegment[], story: Story): LifecycleSegment[] => {
  const last = said.findLastIndex(({ occurredAt }) => occurredAt <= timeOf(story.at(-1)!))
  return said.slice(last)
}

const expectWalk = (
  said: readonly LifecycleSegment[],
  story: Story,
  who: string,
  parameters = PARAMETERS,
): void => {
  const [known, ...silence] = silenceOf(said, story)
  const steps = silence.filter(({ activity, previousActivity }) => activity !== previousActivity)
  for (const { occurredAt, activity, previousActivity } of steps) {
    const found = [occurredAt - ROUNDING_MS, occurredAt].map(at =>
      printedActivity(story, parameters, at),
    )
    expect(found, `${who} at ${occurredAt}`).toEqual([previousActivity, activity])
  }
  const walked = steps.map(({ activity }) => activity).filter(activity => activity !== 'ACTIVE')
  expect(walked, who).toEqual(LEVELS.slice(LEVELS.indexOf(known!.activity) + 1))
}

const expectLastWords = (
  said: readonly LifecycleSegment[],
  story: Story,
  who: string,
  parameters: PurchaseParameters,
  endsAt: number,
): void => {
  for (let at = FALLS_SILENT_AT; at < endsAt; at += days(1)) {
    const { activity } = said.findLast(({ occurredAt }) => occurredAt <= at)!
    const printed = printedActivity(story, parameters, at)
    expect(activity, `${who}, ${(at - FALLS_SILENT_AT) / days(1)} days on`).toBe(printed)
  }
}

test('on each of 300 silent days the last word on everybody is what their rhythm says', () => {
  const { results } = calm
  expect(results.setAside).toBe(0)
  const all = bySubject(results.records.map(segmentOf))
  expect([...all.keys()].sort()).toEqual([...stories.keys()].sort())
  for (const [who, story] of stories) {
    expectLastWords(all.get(who)!, story, who, PARAMETERS, ENDS_AT)
  }
})

test('where people buy so seldom that years say little, everybody is lost before they are forgotten', async () => {
  const slow = madeUpShop(5, 10, SLOW_PARAMETERS)
  const { drained, log } = await lived(slow)
  const all = bySubject(drained.records.map(segmentOf))
  for (const [who, story] of storiesOf(slow.map(({ step }) => step))) {
    const said = all.get(who)!
    expectWalk(said, story, who, SLOW_PARAMETERS)
    expectLastWords(said, story, who, SLOW_PARAMETERS, FALLS_SILENT_AT + days(1_000))
  }
  const again = await replayed(log)
  expectSame('results', linesOf(again.records), linesOf(drained.records))
})

test('everybody walks through all levels, each step said at its very moment', () => {
  const { drained } = calm
  const all = bySubject(drained.records.map(segmentOf))
  for (const [who, story] of stories) expectWalk(all.get(who)!, story, who)
})

test('nearly all buyers are lost within the 300 days', () => {
  const { results } = calm
  const all = bySubject(results.records.map(segmentOf))
  const buyers = [...stories].filter(([, story]) => purchasesIn(story).length > 0)
  const lost = buyers.filter(([who]) => all.get(who)!.at(-1)!.activity === 'LOST')
  expect(buyers.length).toBeGreaterThan(25)
  expect(lost.length / buyers.length).toBeGreaterThan(0.85)
})

test('a replay says the same of everybody, byte for byte', async () => {
  const { log, results, drained } = calm
  const again = await replayed(log)
  expect(again.setAside).toBe(0)
  expectSame('results', linesOf(again.records), linesOf(drained.records))
  const isBySilence = (at: number): boolean => at <= ENDS_AT - DISORDER_MS
  const byTheEnd = again.records.filter(record => isBySilence(segmentOf(record).occurredAt))
  expectSame('results of the 400 days', linesOf(byTheEnd), linesOf(results.records))
})

test('crashes of the live run and interruptions of the replay change nothing', async () => {
  const { log, drained } = calm
  const stormy = await lived(happenings, 0.02)
  expect(stormy.crashes).toBeGreaterThan(5)
  expectSame('results', linesOf(drained.records), linesOf(stormy.drained.records))
  const again = await replayed(log, { commitRecords: 400, isStopped: () => true })
  expectSame('results', linesOf(drained.records), linesOf(again.records))
})

test('in slices, over processes that die, everybody walks the same way', async () => {
  const few = madeUpShop(11, 5)
  const steps = [...new Set(few.map(({ step }) => step))]
  const report = await simulate({
    pipelines: [lifecycleSegments],
    events: () => steps,
    seed: 3,
    slices: 3,
    also: records => {
      const all = bySubject(records.get(segments.name) as LifecycleSegment[])
      for (const [who, story] of storiesOf(steps)) expectWalk(all.get(who)!, story, who)
    },
  })
  expect(report.crashes).toBeGreaterThan(0)
})

/** Whether only what is to be expected has changed. */
const isOfOutlook = (segment: LifecycleSegment): boolean =>
  segment.stage === segment.previousStage &&
  segment.activity === segment.previousActivity &&
  segment.entered.length + segment.exited.length === 0

/** One for each step of .05 of the risk up to 1, and for each fifth of the expected orders. */
const outlooksMax = ({ churnRisk90d, expectedOrders90d }: LifecycleSegment): number => {
  if (churnRisk90d === null) return 0
  const fifths = Math.log(Math.max(1, expectedOrders90d! / EXPECTED_FLOOR)) / Math.log(1 / 0.8)
  return Math.ceil((1 - churnRisk90d) / 0.05) + Math.ceil(fifths)
}
/** What else silence changes: levels, the end of a return, of being new, of interest, of a cart. */
const CHANGES_MAX = 7

const stepsFrom = (before: LifecycleSegment, after: LifecycleSegment): number =>
  Math.max(
    (after.churnRisk90d! - before.churnRisk90d!) / 0.05,
    (1 - after.expectedOrders90d! / before.expectedOrders90d!) / 0.2,
  )

test('a silence of any length makes as many records as is stated, none without a reason', () => {
  const all = bySubject(calm.drained.records.map(segmentOf))
  for (const [who, story] of stories) {
    const said = silenceOf(all.get(who)!, story)
    const silence = said.slice(1)
    const outlooks = silence.filter(isOfOutlook)
    expect(outlooks.length, who).toBeLessThanOrEqual(outlooksMax(said[0]!))
    expect(silence.length - outlooks.length, who).toBeLessThanOrEqual(CHANGES_MAX)
    for (const [index, segment] of silence.entries()) {
      if (!isOfOutlook(segment)) continue
      expect(stepsFrom(said[index]!, segment), who).toBeGreaterThan(1 - 1e-6)
    }
  }
})
