/** What timers put out, at the edges of time. */
import { expect, test } from 'vitest'
import { lifecycleSegments, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { order, segmentOf } from '../testing/sample-pipelines.ts'
import { long } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { value } from './state/index.ts'
import { days, hours, minutes } from './time.ts'

const beating = definePipeline({
  id: 'beating',
  version: '1',
  order: 'arrival',
  inputs: { order: { from: orders, key: order => order.userId } },
  state: { beats: value(long, 0) },
  forgetAfterMs: days(30),
  output: lifecycleSegments,
  on: {
    order(event, { timers, now }) {
      timers.set(event.orderId === 'o-past' ? 'past' : 'beat', event.orderId === 'o-past' ? 0 : now)
    },
  },
  onTimer: {
    beat({ state, timers, now, key }) {
      state.beats.set(state.beats.get() + 1)
      timers.set('beat', now + minutes(1))
      return segmentOf(key, state.beats.get())
    },
    past: ({ key }) => segmentOf(key, 0),
  },
})

test('a heartbeat over a long silence beats as often as there are minutes', () => {
  const mill = harness([beating])
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', days(2), 'ben'))
  expect(mill.resultsOf(lifecycleSegments).length).toBe(2 * 24 * 60)
})

test('two timers that were due at the same instant give two results', () => {
  const mill = harness([beating])
  mill.send(orders, order('b', hours(1), 'ben', { orderId: 'o-other' }))
  for (const id of ['x', 'y']) {
    mill.send(orders, {
      ...order(id, hours(1), 'ann'),
      eventId: id,
      orderId: 'o-past',
      type: 'PAID',
    })
  }
  const ids = mill.resultsOf(lifecycleSegments).map(({ resultId }) => resultId)
  expect([ids.length, new Set(ids).size]).toEqual([2, 2])
})

test('the end of time comes in steps, between which one may commit', () => {
  const mill = harness([beating])
  mill.send(orders, order('a', 0, 'ann', { orderId: 'o-past', type: 'PAID' }))
  mill.send(orders, order('b', hours(1), 'ben', { orderId: 'o-past', type: 'PAID' }))
  const { application } = mill
  const steps = [...application.finishing(true)].length
  expect(steps).toBeGreaterThan(1)
})
