import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { long } from '../engine/form.ts'
import { definePipeline, type Outcome, type Pipeline } from '../engine/pipeline.ts'
import type { Cell } from '../engine/state/cell.ts'
import { value } from '../engine/state/index.ts'
import { days } from '../engine/time.ts'
import { type LifecycleSegment, lifecycleSegments, type Order, orders } from '../events.ts'
import { pipelineLaws } from './laws.ts'
import { sampleScripts, segmentOf } from './sample-pipelines.ts'

/** Each of these pipelines breaks one rule of the house, and a law says so. */

interface Faulty {
  readonly key?: (order: Order) => string | null
  readonly count?: Cell<number, { get(): number; set(to: number): void }>
  readonly on: (order: Order, context: CountContext) => Outcome<LifecycleSegment>
}
interface CountContext {
  readonly key: string
  readonly state: { readonly count: { get(): number; set(to: number): void } }
}

const faulty = ({ key, count, on }: Faulty): Pipeline =>
  definePipeline({
    id: 'faulty',
    version: '1',
    order: 'event-time',
    inputs: { order: { from: orders, key: key ?? (order => order.userId) } },
    state: { count: count ?? value(long, 0) },
    forgetAfterMs: days(2),
    output: lifecycleSegments,
    on: { order: on },
  })

const setting = { partitions: 2, sourcePartitions: 2, seed: 1 }

const check = (pipeline: Pipeline, name: string): (() => void) =>
  pipelineLaws(pipeline, fc.noShrink(sampleScripts), setting).find(law => law.name === name)!.check

const CRASH = 'a crash anywhere changes nothing'
const BATCHES = 'batches of 1, 7 and 5,000 give the same'
const KEYS = 'keys do not touch each other'
const SAME = 'the same input gives the same bytes'
const DISORDER = 'disorder within the allowed changes nothing'
const FORMATS = 'Avro and JSON input give the same'

describe('a law finds', () => {
  test('a counter beside the pipeline', () => {
    let count = 0
    const pipeline = faulty({ on: (_, { key }) => segmentOf(key, ++count) })
    expect(check(pipeline, SAME)).toThrow(/outputs differ/)
    expect(check(pipeline, CRASH)).toThrow(/outputs differ/)
  })

  test('a cell whose view keeps a count of its own', () => {
    const pipeline = faulty({
      count: leaky,
      on: (_, { key, state }) => {
        state.count.set(state.count.get() + 1)
        return segmentOf(key, state.count.get())
      },
    })
    expect(check(pipeline, SAME)).not.toThrow()
    expect(check(pipeline, CRASH)).toThrow(/outputs differ/)
    expect(check(pipeline, KEYS)).toThrow(/outputs/)
  })

  test('a handler that is not a fold, where the commits are', () => {
    const calls = new WeakMap<object, number>()
    const pipeline = faulty({
      on: (order, context) => {
        calls.set(context, (calls.get(context) ?? 0) + 1)
        if (order.orderId.startsWith('bad')) throw new Error('a bad order')
        return segmentOf(context.key, calls.get(context)!)
      },
    })
    expect(check(pipeline, SAME)).not.toThrow()
    expect(check(pipeline, BATCHES)).toThrow(/outputs differ/)
  })

  test('a pipeline that looks at the order of arrival', () => {
    let newest = ''
    const key = (order: Order): string | null => {
      newest = order.orderId
      return order.userId
    }
    const on: Faulty['on'] = (_, context) =>
      segmentOf(context.key, newest.length * 100 + newest.charCodeAt(3))
    expect(check(faulty({ key, on }), SAME)).not.toThrow()
    expect(check(faulty({ key, on }), DISORDER)).toThrow(/outputs, by key, differ/)
  })

  test('a memory of what an earlier run was sent', () => {
    const known = new Set<string>()
    const on: Faulty['on'] = (order, { key }) => {
      const isNew = !known.has(order.eventId)
      known.add(order.eventId)
      return segmentOf(key, isNew ? 1 : 2)
    }
    expect(check(faulty({ on }), FORMATS)).toThrow(/outputs differ/)
  })

  test('scripts that show nothing, as all is of one key', () => {
    const pipeline = faulty({ key: () => 'all', on: (_, { key }) => segmentOf(key, 1) })
    expect(check(pipeline, KEYS)).toThrow(/no script had two keys of faulty/)
  })
})

/** Breaks the rule that a view keeps nothing: it counts for all keys of the task. */
const leaky: NonNullable<Faulty['count']> = {
  kind: 'leaky',
  bounds: {},
  form: long,
  view: slot => {
    let kept = 0
    return {
      get: () => kept,
      set: to => {
        kept = to
        slot.set(to)
      },
    }
  },
}
