import { expectTypeOf, test } from 'vitest'
import { double, long, nullable, record } from './form.ts'
import { by, definePipeline, defineScatterPipeline, reject } from './pipeline.ts'
import { rollingCount, value } from './state/index.ts'
import { days, hours, minutes } from './time.ts'
import { read, type Topic } from './topic.ts'

interface Order {
  readonly eventId: string
  readonly occurredAt: number
  readonly orderId: string
  readonly cardId: string | null
  readonly amountMinor: number
}
interface Attempt {
  readonly eventId: string
  readonly occurredAt: number
  readonly cardId: string
  readonly outcome: 'declined' | 'ok'
}
interface Score {
  readonly resultId: string
  readonly occurredAt: number
  readonly causeEventId: string | null
  readonly orderId: string
  readonly score: number
}
declare const orders: Topic<Order>
declare const attempts: Topic<Attempt>
declare const scores: Topic<Score>

const common = { id: 'scores', version: '1', order: 'arrival', forgetAfterMs: days(3) } as const
const state = {
  attempts: rollingCount({ spanMs: hours(1), stepMs: minutes(5) }),
  last: value(long, 0),
}

test('handlers know their event, state, timers and references without annotations', () => {
  definePipeline({
    ...common,
    inputs: {
      order: { from: read(orders, 'cardId', 'orderId'), key: order => order.cardId },
      attempt: { from: attempts, key: by('cardId'), when: each => each.outcome === 'declined' },
    },
    references: { cards: attempts },
    state,
    output: scores,
    on: {
      attempt(attempt, { state, now, timers, reference }) {
        expectTypeOf(attempt).toEqualTypeOf<Attempt>()
        expectTypeOf(reference.cards.get('x')).toEqualTypeOf<Attempt | undefined>()
        state.attempts.add(now)
        timers.set('close', now)
        // @ts-expect-error: there is no such timer
        timers.set('clsoe', now)
        // @ts-expect-error: there is no such cell
        state.atempts.add(now)
        // @ts-expect-error: a value of another type
        state.last.set('1')
        // @ts-expect-error: there is no such reference
        reference.crads.get('x')
        return reject('REJECTED', 'no')
      },
      order(order, { state, now }) {
        expectTypeOf(order.cardId).toEqualTypeOf<string | null>()
        // @ts-expect-error: the field is not read
        order.amountMinor
        return { orderId: order.orderId, score: state.attempts.total(now) }
      },
    },
    onTimer: {
      close: card => card.forget(),
      // @ts-expect-error: there is no such timer
      other: ({ timers }) => timers.set('clsoe', 2),
    },
  })
})

test('a key is a field that is read, and a text', () => {
  const rest = { ...common, state, output: scores, on: { order: () => null } }
  definePipeline({ ...rest, inputs: { order: { from: orders, key: by('cardId') } } })
  // @ts-expect-error: the key is no text
  definePipeline({ ...rest, inputs: { order: { from: orders, key: by('amountMinor') } } })
  // @ts-expect-error: there is no such field
  definePipeline({ ...rest, inputs: { order: { from: orders, key: by('cradId') } } })
  definePipeline({
    ...rest,
    // @ts-expect-error: the field is not read
    inputs: { order: { from: read(orders, 'orderId'), key: by('cardId') } },
  })
  definePipeline({
    ...rest,
    // @ts-expect-error: the field is not read
    inputs: { order: { from: read(orders, 'orderId'), key: order => order.cardId } },
  })
})

test('an input has one key or several, and several are texts that are read', () => {
  const rest = { ...common, state, output: scores, on: { order: () => null } }
  definePipeline({ ...rest, inputs: { order: { from: orders, keys: order => [order.orderId] } } })
  // @ts-expect-error: a key may be null, and keys may not
  definePipeline({ ...rest, inputs: { order: { from: orders, keys: order => [order.cardId] } } })
  definePipeline({
    ...rest,
    // @ts-expect-error: the field is not read
    inputs: { order: { from: read(orders, 'orderId'), keys: order => [order.cardId ?? ''] } },
  })
  definePipeline({
    ...rest,
    // @ts-expect-error: either one or several
    inputs: { order: { from: orders, key: () => 'a', keys: () => ['b'] } },
  })
  // @ts-expect-error: neither
  definePipeline({ ...rest, inputs: { order: { from: orders } } })
})

test('each input has its handler, and a result its fields', () => {
  const rest = { ...common, state, output: scores }
  const inputs = { order: { from: orders, key: by('orderId') } }
  // @ts-expect-error: the handler is misspelt
  definePipeline({ ...rest, inputs, on: { oder: () => null } })
  // @ts-expect-error: a field is misspelt
  definePipeline({ ...rest, inputs, on: { order: () => ({ orderId: 'o', scroe: 1 }) } })
  // @ts-expect-error: a field has another type
  definePipeline({ ...rest, inputs, on: { order: () => ({ orderId: 'o', score: '1' }) } })
})

test('parts and answers are checked as well', () => {
  const rest = {
    ...common,
    parts: ['user', 'card'],
    state,
    answer: record({ n: long, z: nullable(double) }),
    output: scores,
  } as const
  const gatherBy = (order: Order) => order.orderId
  const input = { from: orders, scatter: (order: Order) => ({ card: order.cardId }), gatherBy }
  const on = { order: () => ({ n: 1, z: null }) }
  const gather = { order: () => null }
  defineScatterPipeline({
    ...rest,
    references: { orders },
    inputs: { order: { from: orders, scatter: order => ({ user: order.cardId }), gatherBy } },
    on: {
      order(_order, { part }) {
        expectTypeOf(part).toEqualTypeOf<'user' | 'card'>()
        return { n: 1, z: null }
      },
    },
    gather: {
      order(order, { answers, missing }, { now, reference }) {
        expectTypeOf(now).toEqualTypeOf<number>()
        expectTypeOf(reference.orders.get('x')).toEqualTypeOf<Order | undefined>()
        // @ts-expect-error: there is no such reference
        reference.cards
        expectTypeOf(missing).toEqualTypeOf<readonly ('user' | 'card')[]>()
        // @ts-expect-error: there is no such part
        answers.device
        return { orderId: order.orderId, score: answers.user?.n ?? 0 }
      },
    },
  })
  defineScatterPipeline({
    ...rest,
    // @ts-expect-error: there is no such part
    inputs: { order: { from: orders, scatter: order => ({ crad: order.cardId }), gatherBy } },
    on,
    gather,
  })
  defineScatterPipeline({
    ...rest,
    inputs: { order: input },
    // @ts-expect-error: an answer of another shape
    on: { order: () => ({ n: 1 }) },
    gather,
  })
})

test('feedback is an input like others, of whose record handlers know the type', () => {
  const own = { from: scores, feedback: true, key: (score: Score) => score.orderId }
  definePipeline({
    ...common,
    inputs: { order: { from: orders, key: by('cardId') }, own },
    state,
    output: scores,
    on: {
      order: () => null,
      own(score) {
        expectTypeOf(score).toEqualTypeOf<Score>()
      },
    },
  })
  definePipeline({
    ...common,
    // @ts-expect-error: it is, or it is not
    inputs: { own: { ...own, feedback: 'own' } },
    state,
    output: scores,
    on: { own: () => null },
  })
})
