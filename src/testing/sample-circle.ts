/**
 * Pipelines in a circle, for the tests of feedback: what became of an order comes back to those who judge
 * the next one, and what was said of an order to the part that counts it.
 *
 *   orders ──► judging ──► outcomes ◄── labels        judging ◄── judgements (its own) and outcomes
 *                 ▲            └──► totals ──► learner ──► a version that judging refers to
 */
import { double, long, nullable, record, string, type ValueOf } from '../engine/form.ts'
import { defineLearner } from '../engine/learner.ts'
import { definePipeline, defineScatterPipeline } from '../engine/pipeline.ts'
import { value } from '../engine/state/index.ts'
import { days, hours, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  fraudLabels,
  fraudOutcomes,
  fraudScores,
  fraudWeights,
  modelParameters,
  orders,
} from '../events.ts'
import { scoreOf } from './sample-pipelines.ts'

export const MODEL = 'circle'
export const EXPIRES_AFTER_MS = hours(5)
export const CUT_EVERY_MS = hours(2)
const ALL = 'all'

/**
 * Says of an order 10,000 for each fraud known of its user or device, 100 for each judgement so far, and
 * 1 for each of their orders; and the version that was in effect.
 */
export const judging = defineScatterPipeline({
  id: 'judging',
  version: '1',
  order: 'arrival',
  parts: ['user', 'device', 'market'],
  references: { parameters: modelParameters },
  inputs: {
    order: {
      from: orders,
      when: ({ type }) => type === 'PLACED',
      late: 'handle',
      scatter: ({ userId, deviceId }) => ({ user: userId, device: deviceId, market: ALL }),
      gatherBy: ({ orderId }) => orderId,
    },
    outcome: {
      from: read(fraudOutcomes, 'orderId', 'userId', 'deviceId', 'isFraud'),
      feedback: true,
      scatter: ({ userId, deviceId }) => ({ user: userId, device: deviceId }),
      gatherBy: ({ orderId }) => orderId,
    },
    judgement: {
      from: read(fraudScores, 'subjectId', 'userId'),
      feedback: true,
      when: ({ userId }) => userId !== null,
      scatter: () => ({ market: ALL }),
      gatherBy: ({ subjectId }) => subjectId,
    },
  },
  state: { orders: value(long, 0), frauds: value(long, 0), judged: value(long, 0) },
  forgetAfterMs: days(20),
  answer: record({ orders: long, frauds: long, judged: long }),
  output: fraudScores,
  on: {
    order: (_order, { state, part }) => {
      if (part !== 'market') state.orders.set(state.orders.get() + 1)
      return {
        orders: state.orders.get(),
        frauds: state.frauds.get(),
        judged: state.judged.get(),
      }
    },
    outcome: ({ isFraud }, { state }) => {
      if (isFraud) state.frauds.set(state.frauds.get() + 1)
      return { orders: 0, frauds: 0, judged: 0 }
    },
    judgement: (_judgement, { state }) => {
      state.judged.set(state.judged.get() + 1)
      return { orders: 0, frauds: 0, judged: 0 }
    },
  },
  gather: {
    order: ({ orderId, userId }, { answers, missing }, { now, reference }) => {
      let score = 0
      for (const each of Object.values(answers)) {
        score += each.frauds * 10_000 + each.judged * 100 + each.orders
      }
      return {
        ...scoreOf(orderId, score, missing),
        userId,
        policyVersion: reference.parameters.get(MODEL)?.version ?? 0,
        features: { now },
      }
    },
    outcome: () => null,
    judgement: () => null,
  },
})

const KEPT = record({
  placedAt: long,
  userId: nullable(string),
  deviceId: nullable(string),
  score: double,
})

const outcomeOf = (
  orderId: string,
  kept: ValueOf<typeof KEPT>,
  isFraud: boolean,
  source: 'CHARGEBACK' | 'EXPIRED',
) => ({
  ...kept,
  modelVersion: '1',
  reasons: [],
  orderId,
  isFraud,
  wasFraud: null,
  source,
  instrumentId: null,
  ip: null,
  merchantId: null,
  shippingAddressId: null,
  market: null,
  currency: 'EUR',
  amountMinor: 0,
  scoredBy: null,
  action: null,
  bins: [],
})

/** What became of an order, as its label says; where none comes in five hours, nothing bad. */
export const outcomes = definePipeline({
  id: 'outcomes',
  version: '1',
  order: 'event-time',
  inputs: {
    order: { from: orders, when: ({ type }) => type === 'PLACED', key: ({ orderId }) => orderId },
    score: { from: read(fraudScores, 'subjectId', 'score'), key: ({ subjectId }) => subjectId },
    label: { from: fraudLabels, key: ({ orderId }) => orderId },
  },
  state: { order: value(KEPT, { placedAt: 0, userId: null, deviceId: null, score: 0 }) },
  forgetAfterMs: days(2),
  output: fraudOutcomes,
  on: {
    order: ({ userId, deviceId, occurredAt }, { state, timers, now }) => {
      state.order.set({ ...state.order.get(), placedAt: occurredAt, userId, deviceId })
      timers.set('expire', now + EXPIRES_AFTER_MS)
    },
    score: ({ score }, { state }) => state.order.set({ ...state.order.get(), score }),
    label: ({ isFraud }, { key, state, timers }) => {
      timers.clear('expire')
      return outcomeOf(key, state.order.get(), isFraud, 'CHARGEBACK')
    },
  },
  onTimer: { expire: ({ key, state }) => outcomeOf(key, state.order.get(), false, 'EXPIRED') },
})

/** How many outcomes were frauds, told every two hours where there were any. */
export const totals = definePipeline({
  id: 'totals',
  version: '1',
  order: 'event-time',
  inputs: { outcome: { from: read(fraudOutcomes, 'isFraud'), key: () => MODEL } },
  state: { outcomes: value(long, 0), frauds: value(long, 0) },
  forgetAfterMs: days(30),
  output: fraudWeights,
  on: {
    outcome: ({ isFraud }, { state, timers, now }) => {
      state.outcomes.set(state.outcomes.get() + 1)
      if (isFraud) state.frauds.set(state.frauds.get() + 1)
      timers.set('cut', (Math.floor(now / CUT_EVERY_MS) + 1) * CUT_EVERY_MS)
    },
  },
  onTimer: {
    cut: ({ now, state }) => ({
      modelVersion: '1',
      reasons: [],
      modelId: MODEL,
      cutAt: now,
      outcomes: state.outcomes.get(),
      frauds: state.frauds.get(),
      calibrationError: 0,
      logLoss: 0,
      inUseVersion: 0,
      parameters: {},
    }),
  },
})

export const CIRCLE = [judging, outcomes, totals]

/** Publishes each cut as a version, effective a quarter of an hour later. */
export const circleLearner = defineLearner({
  id: 'circle-learner',
  from: fraudWeights,
  to: modelParameters,
  *learn({ occurredAt, cutAt, frauds }) {
    yield
    return { publish: version(cutAt / hours(1), occurredAt + minutes(15), occurredAt, { frauds }) }
  },
})

export const version = (
  number: number,
  effectiveAt: number,
  occurredAt: number,
  parameters: Readonly<Record<string, number>> = {},
) => ({
  modelId: MODEL,
  version: number,
  occurredAt,
  effectiveAt,
  trainedThrough: occurredAt,
  parameters,
})

export const label = (eventId: string, occurredAt: number, orderId: string, isFraud = true) => ({
  eventId,
  occurredAt,
  orderId,
  isFraud,
  source: 'CHARGEBACK',
})
