/** A pipeline that reads another's results gets them as over a log: by bytes, and in its own time. */
import { expect, test } from 'vitest'
import { type FraudScore, fraudScores, journeyTriggers, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { order, scoreOf } from '../testing/sample-pipelines.ts'
import { string } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { listOf } from './state/index.ts'
import { days, seconds } from './time.ts'

/** Its id is the name of its topic, as those of the real pipelines are. */
const scores = definePipeline({
  id: 'fraud-scores',
  version: '1',
  order: 'arrival',
  inputs: { order: { from: orders, key: order => order.userId } },
  state: { seen: listOf(string, { max: 10 }) },
  forgetAfterMs: days(1),
  output: fraudScores,
  on: {
    order(event, { state }) {
      state.seen.push(event.orderId)
      const reasons = state.seen.items().map(code => ({ code, detail: '', weight: 0 }))
      return { ...scoreOf(event.orderId, 0), userId: event.userId, reasons }
    },
  },
})

const triggers = definePipeline({
  id: 'journey-triggers',
  version: '1',
  order: 'event-time',
  inputs: { score: { from: fraudScores, key: score => score.userId } },
  state: {},
  forgetAfterMs: days(1),
  output: journeyTriggers,
  on: {
    score(score) {
      if (score.subjectId === 'o-bad') throw new Error('a bad score')
      const codes = score.reasons.map(({ code }) => ({ code, detail: '', weight: 0 }))
      return {
        modelVersion: '1',
        reasons: codes,
        userId: score.userId!,
        trigger: 'CART_60M' as const,
        currency: null,
        cartValueMinor: null,
        suppressedBy: null,
      }
    },
  },
})

const run = (crashes: boolean, ids: readonly (readonly [string, number])[]) => {
  let mill = harness([triggers, scores])
  for (const [id, at] of ids) {
    mill.send(orders, order(id, at, 'ann'))
    if (crashes) mill = mill.crash()
  }
  mill.finish()
  return mill
}

test('results within the disorder of their cause are not late further down', () => {
  const mill = run(false, [
    ['a', seconds(100)],
    ['b', seconds(98)],
  ])
  expect(mill.late).toEqual([])
  expect(mill.resultsOf(journeyTriggers)).toHaveLength(2)
})

test('what is handed over is the result as it was, whatever its handler holds on to', () => {
  const ids = [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ] as const
  const codes = (crashes: boolean) =>
    run(crashes, ids)
      .resultsOf(journeyTriggers)
      .map(({ reasons }) => reasons.map(({ code }) => code))
  expect(codes(false)).toEqual([['o-a'], ['o-a', 'o-b'], ['o-a', 'o-b', 'o-c']])
  expect(codes(true)).toEqual(codes(false))
})

test('a dead letter of a result handed over is the same with and without a crash', () => {
  const ids = [
    ['a', 1],
    ['bad', 2],
  ] as const
  const [letter] = run(false, ids).dead
  expect(letter).toMatchObject({ topic: 'fraud-scores', offset: -1, errorCode: 'HANDLER_FAILED' })
  expect(run(true, ids).dead).toEqual([letter])
})

test('the watermark further down ends where the one above ends', () => {
  const mill = run(false, [['a', seconds(100)]])
  const ends = mill.application.runners.map(({ watermark }) => watermark.value)
  expect(ends).toEqual([seconds(100), seconds(100)])
})

test('a result is not made twice for two causes', () => {
  const ids = run(false, [
    ['a', 1],
    ['b', 1],
    ['a|1', 1],
  ])
    .resultsOf<FraudScore>(fraudScores)
    .map(({ resultId }) => resultId)
  expect(new Set(ids).size).toBe(3)
})
