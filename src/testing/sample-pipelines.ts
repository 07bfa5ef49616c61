/**
 * Small pipelines for the tests of the engine and of the test kit, and scripts for them. They use
 * all that a pipeline may have, and compute nothing of interest.
 */
import fc from 'fast-check'
import { double, long, nullable, record } from '../engine/form.ts'
import { type BodyOf, definePipeline, defineScatterPipeline } from '../engine/pipeline.ts'
import { rollingCount, value } from '../engine/state/index.ts'
import { days, hours, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  clickstream,
  type FraudScore,
  fraudScores,
  journeyTriggers,
  type LifecycleSegment,
  lifecycleSegments,
  orders,
} from '../events.ts'
import { NOTHING_KNOWN } from '../pipelines/lifecycle-nothing-known.ts'
import { commit, type ScriptStep, send, tick } from './script.ts'

/** A result that says no more than its subject and a number. */
export const segmentOf = (subjectId: string, frequency: number): BodyOf<LifecycleSegment> => ({
  ...NOTHING_KNOWN,
  modelVersion: '1',
  subjectType: 'USER',
  subjectId,
  userId: subjectId,
  stage: 'AWARE',
  activity: 'ACTIVE',
  frequency,
})

export const scoreOf = (
  subjectId: string,
  score: number,
  missing: readonly string[] = [],
): BodyOf<FraudScore> => ({
  modelVersion: '1',
  reasons: missing.map(part => ({ code: 'MISSING', detail: part, weight: 0 })),
  subjectType: 'ORDER',
  subjectId,
  userId: null,
  market: null,
  score,
  evidence: 'LOW',
  action: 'ALLOW',
  policyId: 'none',
  policyVersion: 1,
  features: {},
})

/** Counts a user's orders and clicks, in event-time order; says minus the count once it is quiet. */
export const counting = definePipeline({
  id: 'counting',
  version: '1',
  order: 'event-time',
  inputs: {
    order: { from: read(orders, 'userId', 'orderId', 'type'), key: order => order.userId },
    click: {
      from: read(clickstream, 'userId', 'type'),
      key: click => click.userId,
      late: 'handle',
    },
  },
  state: {
    events: value(long, 0),
    last: value(nullable(record({ id: nullable(long), at: long })), null),
    recent: rollingCount({ spanMs: hours(1), stepMs: minutes(5) }),
  },
  forgetAfterMs: days(2),
  output: lifecycleSegments,
  on: {
    order(order, { state, now, timers, key }) {
      if (order.orderId.startsWith('bad')) throw new Error('a bad order')
      state.events.set(state.events.get() + 1)
      state.recent.add(now)
      timers.set('quiet', now + hours(2))
      return segmentOf(key, state.events.get() * 10 + Math.round(state.recent.total(now)))
    },
    click(click, { state, now, forget }) {
      if (click.type === 'SIGNUP') return forget()
      state.last.set({ id: state.events.get(), at: now })
    },
  },
  onTimer: { quiet: ({ key, state }) => segmentOf(key, -state.events.get()) },
})

const answer = record({ count: long, share: nullable(double) })

/** Counts orders at their user and their device, at once, and adds up what both say. */
export const scattering = defineScatterPipeline({
  id: 'scattering',
  version: '1',
  order: 'arrival',
  parts: ['user', 'device'],
  inputs: {
    order: {
      from: orders,
      when: order => order.type === 'PLACED',
      late: 'handle',
      scatter: order => ({ user: order.userId, device: order.deviceId }),
      gatherBy: order => order.orderId,
    },
  },
  state: { count: value(long, 0) },
  forgetAfterMs: days(2),
  answer,
  output: fraudScores,
  on: {
    order(order, { state, part }) {
      if (part === 'device' && order.orderId.startsWith('bad')) throw new Error('a bad device')
      state.count.set(state.count.get() + 1)
      return { count: state.count.get(), share: null }
    },
  },
  gather: {
    order: (order, { answers, missing }) =>
      scoreOf(
        order.orderId,
        (answers.user?.count ?? 0) * 10 + (answers.device?.count ?? 0),
        missing,
      ),
  },
})

/** Reads the results of `scattering`: the stage after it. */
export const following = definePipeline({
  id: 'following',
  version: '1',
  order: 'event-time',
  inputs: { score: { from: fraudScores, key: score => (score.score > 20 ? 'high' : 'low') } },
  state: { seen: value(long, 0) },
  forgetAfterMs: days(1),
  output: journeyTriggers,
  on: {
    score(score, { state }) {
      state.seen.set(state.seen.get() + 1)
      return {
        modelVersion: '1',
        reasons: [],
        userId: score.subjectId,
        trigger: 'CROSS_SELL' as const,
        currency: null,
        cartValueMinor: state.seen.get(),
        suppressedBy: null,
      }
    },
  },
})

/** Lets a test say of an order only what it is about. */
export const order = (eventId: string, occurredAt: number, userId: string | null, more = {}) => ({
  eventId,
  occurredAt,
  orderId: `o-${eventId}`,
  userId,
  type: 'PLACED',
  currency: 'EUR',
  totalMinor: 100,
  ...more,
})

export const click = (eventId: string, occurredAt: number, userId: string | null, more = {}) => ({
  eventId,
  occurredAt,
  visitorId: 'v',
  userId,
  type: 'PAGE_VIEW',
  ...more,
})

const users = fc.constantFrom('ann', 'bob', 'cyd', null)
const devices = fc.constantFrom('d1', 'd2', null)
/** Mostly close together, with some further off: late ones, and timers between them. */
const times = fc.oneof(
  { weight: 4, arbitrary: fc.nat(20_000) },
  { weight: 2, arbitrary: fc.nat(hours(5)) },
  { weight: 1, arbitrary: fc.nat(days(4)) },
)
const partitions = fc.nat(1)

const orderSteps = fc
  .tuple(fc.nat(40), times, users, devices, partitions, fc.boolean())
  .map(([id, at, userId, deviceId, partition, bad]) =>
    send(
      orders,
      order(`e${id}`, at, userId, {
        deviceId,
        ...(bad && id % 3 === 0 ? { orderId: `bad${id}` } : {}),
      }),
      partition,
    ),
  )

const clickSteps = fc
  .tuple(fc.nat(40), times, users, fc.constantFrom('PAGE_VIEW', 'SIGNUP', 'nonsense'), partitions)
  .map(([id, at, userId, type, partition]) =>
    send(clickstream, click(`c${id}`, at, userId, { type }), partition),
  )

/** Scripts with repeated ids, late and unreadable records, ticks and commits. */
export const sampleScripts: fc.Arbitrary<readonly ScriptStep[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: orderSteps },
    { weight: 3, arbitrary: clickSteps },
    { weight: 1, arbitrary: times.map(tick) },
    { weight: 1, arbitrary: fc.constant(commit) },
  ),
  { maxLength: 40 },
)
