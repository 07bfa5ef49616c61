import { expect, test } from 'vitest'
import { describe } from './describe.ts'
import { long } from './form.ts'
import { by, definePipeline, defineScatterPipeline } from './pipeline.ts'
import { listOf, rollingCount, value } from './state/index.ts'
import { days, hours, minutes } from './time.ts'
import { read, type Topic } from './topic.ts'

interface Order {
  readonly eventId: string
  readonly occurredAt: number
  readonly orderId: string
  readonly cardId: string | null
}

interface Score {
  readonly occurredAt: number
  readonly subjectId: string
  readonly score: number
}

const topic = <T>(name: string, kind: string, ...keyedBy: string[]) =>
  ({ name, kind, keyedBy, fields: null }) as unknown as Topic<T>

const orders = topic<Order>('orders', 'event', 'orderId')
const scores = topic<Score>('fraud-scores', 'result', 'subjectId')

test('a keyed pipeline is described line by line', () => {
  const pipeline = definePipeline({
    id: 'card-velocity',
    version: '2026-01-01',
    generation: 2,
    order: 'arrival',
    inputs: {
      placed: { from: read(orders, 'orderId'), key: by('orderId'), late: 'handle' },
      paid: { from: orders, key: by('cardId'), when: order => order.cardId !== null },
      other: { from: orders, key: order => order.cardId, disorderMs: minutes(2) },
    },
    references: { policies: topic<{ id: string }>('fraud-policies', 'control', 'id') },
    state: {
      attempts: rollingCount({ spanMs: hours(1), stepMs: minutes(5) }),
      last: value(long, 0),
      recent: listOf(long, { max: 3 }),
    },
    forgetAfterMs: days(30),
    output: scores,
    on: { placed: () => null, paid: () => null, other: () => null },
    onTimer: { closeSession: () => null, alert: () => null },
  })
  expect(describe(pipeline)).toBe(`\
card-velocity 2026-01-01, generation 2, arrival order
inputs
  placed <- orders (orderId)
    keyed by orderId, direct
    late handle, disorder 5s
  paid <- orders (all fields)
    keyed by orderId, exchange by cardId, filtered
    late set-aside, disorder 5s
  other <- orders (all fields)
    keyed by orderId, exchange
    late set-aside, disorder 2m
references
  policies <- fraud-policies (control)
state
  attempts: rollingCount, spanMs 1h, stepMs 5m
  last: value
  recent: listOf, max 3
timers
  forgotten 30d after the last event
  alert
  closeSession
output fraud-scores
`)
})

test('a scattered pipeline names its parts', () => {
  const pipeline = defineScatterPipeline({
    id: 'fraud-scores',
    version: '1',
    order: 'event-time',
    parts: ['user', 'card'],
    inputs: {
      order: {
        from: orders,
        scatter: order => ({ card: order.cardId }),
        gatherBy: order => order.orderId,
      },
      own: {
        from: scores,
        feedback: true,
        when: ({ score }) => score > 0.5,
        scatter: ({ subjectId }) => ({ user: subjectId }),
        gatherBy: ({ subjectId }) => subjectId,
      },
    },
    state: {},
    forgetAfterMs: days(1),
    answer: long,
    output: scores,
    on: { order: () => 1, own: () => 1 },
    gather: { order: () => null, own: () => null },
  })
  expect(describe(pipeline)).toBe(`\
fraud-scores 1, generation 1, event-time order
inputs
  order <- orders (all fields)
    keyed by orderId, scattered
    late set-aside, disorder 5s
  own <- fraud-scores (all fields) (feedback)
    keyed by subjectId, scattered, filtered
scatter
  parts user, card
  gathered again, within 5s
timers
  forgotten 1d after the last event
output fraud-scores
`)
})
