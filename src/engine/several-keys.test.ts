import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { deadLetters, lifecycleSegments, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { order, segmentOf } from '../testing/sample-pipelines.ts'
import { commit, send, tick } from '../testing/script.ts'
import { describe } from './describe.ts'
import { long } from './form.ts'
import { definePipeline, type Order, reject } from './pipeline.ts'
import { value } from './state/index.ts'
import { days, hours, seconds } from './time.ts'
import { read } from './topic.ts'

/** Records that go to several keys: an order, to each of its articles. */

/** Counts the orders of each article; `broken` and `unwanted` are articles that cannot be counted. */
const articles = (order: Order) =>
  definePipeline({
    id: 'articles',
    version: '1',
    order,
    inputs: {
      order: {
        from: read(orders, 'orderId', 'lines'),
        keys: ({ lines }) => lines.map(({ sku }) => sku),
      },
    },
    state: { orders: value(long, 0) },
    forgetAfterMs: days(10),
    output: lifecycleSegments,
    on: {
      order(_order, { key, state, timers, now }) {
        state.orders.set(state.orders.get() + 1)
        timers.set('silence', now + hours(1))
        if (key === 'broken') throw new Error('cannot be counted')
        if (key === 'unwanted') return reject('REJECTED', 'is not counted')
        return segmentOf(key, state.orders.get())
      },
    },
    onTimer: { silence: ({ key, state }) => segmentOf(key, -state.orders.get()) },
  })

const of = (id: string, at: number, ...skus: string[]) =>
  order(id, at, 'ann', { lines: skus.map(sku => ({ sku, quantity: 1, unitPriceMinor: 1 })) })

const counted = (mill: ReturnType<typeof harness>): string[] =>
  mill.resultsOf(lifecycleSegments).map(({ subjectId, frequency }) => `${subjectId} ${frequency}`)

group.each<Order>(['arrival', 'event-time'])('in %s order', inOrder => {
  const play = (partitions: number, ...records: ReturnType<typeof of>[]) => {
    const mill = harness([articles(inOrder)], { partitions })
    for (const record of records) mill.send(orders, record)
    mill.finish()
    return mill
  }

  test('each distinct key handles the record once, in the order of their names', () => {
    const mill = play(1, of('a', 0, 'tea', 'cup', 'tea'), of('b', 1, 'tea'))
    expect(counted(mill)).toEqual(['cup 1', 'tea 1', 'tea 2'])
    const results = mill.resultsOf(lifecycleSegments)
    expect(results.map(result => result.causeEventId)).toEqual(['a', 'a', 'b'])
    expect(new Set(results.map(result => result.resultId)).size).toBe(3)
  })

  test('keys of one record may live in different partitions', () => {
    const skus = ['a', 'b', 'c', 'd', 'e', 'f']
    const mill = play(3, of('x', 0, ...skus))
    expect(counted(mill).sort()).toEqual(skus.map(sku => `${sku} 1`))
    const tasks = mill.application.runners[0]!.tasks
    expect(tasks.every(task => task.store.size > 0 && task.store.size < skus.length)).toBe(true)
  })

  test('a record is a duplicate as a whole, and one without keys is nobody’s', () => {
    const mill = play(2, of('a', 0, 'tea', 'cup'), of('a', 0, 'tea', 'cup'), of('b', 0))
    expect(counted(mill).sort()).toEqual(['cup 1', 'tea 1'])
    const { taken, duplicates, unkeyed } = mill.application.runners[0]!.counters
    expect({ taken, duplicates, unkeyed }).toEqual({ taken: 2, duplicates: 1, unkeyed: 1 })
  })

  test.each([
    ['broken', 'HANDLER_FAILED'],
    ['unwanted', 'REJECTED'],
  ])(
    'where one key fails (%s) the others stand, and a redrive does not count them twice',
    (sku, code) => {
      const mill = play(2, of('a', 0, 'cup', sku, 'tea'))
      expect(counted(mill).sort()).toEqual(['cup 1', 'tea 1'])
      expect(mill.resultsOf(deadLetters)).toMatchObject([{ key: sku, errorCode: code, offset: 0 }])
      mill.send(orders, of('a', 0, 'cup', sku, 'tea'), { redrivenFor: 'articles' })
      mill.finish()
      expect(counted(mill)).toHaveLength(2)
      expect(mill.application.runners[0]!.counters.duplicates).toBe(1)
    },
  )

  test('where the one key of a record fails, the record can be redriven', () => {
    const mill = play(1, of('a', 0, 'broken', 'broken'))
    mill.send(orders, of('a', 0, 'tea'), { redrivenFor: 'articles' })
    mill.finish()
    expect(counted(mill)).toEqual(['tea 1'])
  })
})

test('a held record outlives a crash for each of its keys, and is let go once handled', () => {
  const held = (mill: ReturnType<typeof harness>) => mill.stateText().match(/ h:\S*/g) ?? []
  const mill = harness([articles('event-time')])
  mill.send(orders, of('a', seconds(60), 'tea', 'cup'))
  expect(held(mill)).toHaveLength(2)
  const after = mill.crash()
  after.advanceTo(hours(2))
  expect(counted(after)).toEqual(['cup 1', 'tea 1', 'cup -1', 'tea -1'])
  expect(held(after)).toEqual([])
  expect(counted(after.crash())).toEqual(counted(after))
})

test('several keys are part of the shape of a pipeline', () => {
  expect(describe(articles('arrival'))).toContain('keyed by orderId, exchange to several keys')
})

test('disorder by key is refused where a record has several', () => {
  const { inputs } = articles('arrival')
  const byKey = { order: { ...inputs.order!, disorderBy: 'key' } }
  expect(() => definePipeline({ ...articles('arrival'), inputs: byKey } as never)).toThrow(
    /inputs with one key/,
  )
})

group.each<Order>(['arrival', 'event-time'])('the laws of pipelines, in %s order', inOrder => {
  const skus = fc.array(fc.constantFrom('tea', 'cup', 'pot', 'broken', 'unwanted'), {
    maxLength: 4,
  })
  const steps = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.nat(20), fc.nat(hours(3)), skus) },
    { weight: 1, arbitrary: fc.nat(hours(5)).map(tick) },
    { weight: 1, arbitrary: fc.constant(commit) },
  )
  const scripts = fc
    .array(steps, { maxLength: 20 })
    .map(drawn =>
      drawn.map(step =>
        Array.isArray(step) ? send(orders, of(`e${step[0]}`, step[1], ...step[2])) : step,
      ),
    )
  for (const law of pipelineLaws(articles(inOrder), scripts, { partitions: 2, runs: 50 })) {
    test(law.name, law.check)
  }
})
