/**
 * A small population that learns, for the tests of what runs learners. Users are asked about every
 * 20 minutes for a while after an order, and say which version they go by. How often they were asked is
 * counted, and told each night at 00:15; the version that is learnt from it counts from 01:00 on.
 */
import { long } from '../engine/form.ts'
import { defineLearner } from '../engine/learner.ts'
import { definePipeline } from '../engine/pipeline.ts'
import { value } from '../engine/state/index.ts'
import { days, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { fraudScores, lifecycleSegments, modelParameters, orders } from '../events.ts'
import { scoreOf, segmentOf } from './sample-pipelines.ts'

export const ASKED_EVERY_MS = minutes(20)
/** How far behind the count a version counts. */
export const EFFECTIVE_AFTER_MS = minutes(45)
export const MODEL = 'asking'

/** Which version a user goes by, at each order and for two days afterwards. */
export const asking = definePipeline({
  id: 'asking',
  version: '1',
  order: 'event-time',
  inputs: { order: { from: read(orders, 'userId', 'orderId'), key: order => order.userId } },
  references: { published: modelParameters },
  state: { until: value(long, 0) },
  forgetAfterMs: days(4),
  output: lifecycleSegments,
  on: {
    order: (_order, { state, now, timers, key, reference }) => {
      state.until.set(now + days(2))
      timers.set('ask', now + ASKED_EVERY_MS)
      return segmentOf(key, reference.published.get(MODEL)?.version ?? 0)
    },
  },
  onTimer: {
    ask: ({ state, now, timers, key, reference }) => {
      if (now < state.until.get()) timers.set('ask', now + ASKED_EVERY_MS)
      return segmentOf(key, reference.published.get(MODEL)?.version ?? 0)
    },
  },
})

/** How often users were asked, each night in which that has grown. */
export const nightly = definePipeline({
  id: 'nightly',
  version: '1',
  order: 'event-time',
  inputs: { segment: { from: read(lifecycleSegments, 'userId'), key: () => MODEL } },
  references: { published: modelParameters },
  state: { asked: value(long, 0) },
  forgetAfterMs: days(30),
  output: fraudScores,
  on: {
    segment: (_segment, { state, now, timers }) => {
      state.asked.set(state.asked.get() + 1)
      timers.set('night', (Math.floor((now - minutes(15)) / days(1)) + 1) * days(1) + minutes(15))
    },
  },
  onTimer: {
    night: ({ state, reference }) => ({
      ...scoreOf(MODEL, state.asked.get()),
      policyVersion: (reference.published.get(MODEL)?.version ?? 0) + 1,
    }),
  },
})

/** Publishes the next version, unless a multiple of seven was asked. */
export const counter = defineLearner({
  id: 'counter',
  from: read(fraudScores, 'score', 'policyVersion'),
  to: modelParameters,
  *learn({ occurredAt, score, policyVersion }) {
    yield
    if (score % 7 === 0) return { refused: `${score} is a multiple of seven` }
    yield
    return {
      publish: {
        modelId: MODEL,
        version: policyVersion,
        occurredAt,
        effectiveAt: occurredAt + EFFECTIVE_AFTER_MS,
        trainedThrough: occurredAt,
        parameters: { asked: score },
      },
    }
  },
})
