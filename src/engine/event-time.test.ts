import { expect, test } from 'vitest'
import { clickstream, fraudScores, journeyTriggers, lifecycleSegments, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import {
  click,
  counting,
  following,
  order,
  scattering,
  segmentOf,
} from '../testing/sample-pipelines.ts'
import { long } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { value } from './state/index.ts'
import { days, hours, minutes } from './time.ts'

/** Watermarks, ticks, what is held, timers, and pipelines behind one another. */

test('the watermark is the least over the inputs and their partitions', () => {
  const mill = harness([counting], { sourcePartitions: 2 })
  const watermark = () => mill.application.runners[0]!.watermark.value
  mill.send(orders, order('a', 20_000, 'ann'))
  mill.send(orders, order('b', 30_000, 'ann'), { partition: 1 })
  mill.send(clickstream, click('c', 40_000, 'ann'))
  expect(watermark()).toBe(Number.NEGATIVE_INFINITY)
  mill.send(clickstream, click('d', 50_000, 'ann'), { partition: 1 })
  expect(watermark()).toBe(20_000 - 5_000 - 1)
  mill.send(orders, order('e', 35_000, 'ann'))
  expect(watermark()).toBe(30_000 - 5_000 - 1)
})

test('a topic that holds nothing back is not waited for, and its records come in their time', () => {
  const patient = definePipeline({
    id: 'patient',
    version: '1',
    order: 'event-time',
    inputs: {
      order: { from: orders, key: o => o.userId },
      click: { from: clickstream, key: c => c.userId, late: 'handle', holdsBack: false },
    },
    state: { n: value(long, 0) },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: {
      order: (_, { key }) => segmentOf(key, 1),
      click: (_, { key }) => segmentOf(key, 2),
    },
  })
  const mill = harness([patient])
  const told = () => mill.resultsOf(lifecycleSegments).map(({ frequency }) => frequency)
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', hours(1), 'ann'))
  expect(told()).toEqual([1])
  mill.send(clickstream, click('c', hours(2), 'ann'))
  expect(told()).toEqual([1])
  mill.send(orders, order('d', hours(3), 'ann'))
  expect(told()).toEqual([1, 1, 2])
  mill.send(clickstream, click('e', hours(1), 'ann'))
  expect(told()).toEqual([1, 1, 2, 2])
})

test('a handler is told that its record came late, and a timer is not', () => {
  const told: string[] = []
  const asking = definePipeline({
    id: 'asking',
    version: '1',
    order: 'event-time',
    inputs: { order: { from: orders, key: o => o.userId, late: 'handle' } },
    state: { n: value(long, 0) },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: {
      order({ eventId }, { now, isLate, timers }) {
        told.push(`${eventId} ${isLate}`)
        timers.set('later', now + minutes(1))
      },
    },
    onTimer: { later: ({ isLate }) => void told.push(`timer ${isLate}`) },
  })
  const mill = harness([asking])
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.advanceTo(hours(2))
  mill.send(orders, order('b', hours(1), 'ann'))
  expect(told).toEqual(['a false', 'timer false', 'b true', 'timer false'])
})

test('a record of no interest to a pipeline moves its watermark all the same', () => {
  const picky = definePipeline({
    id: 'picky',
    version: '1',
    order: 'event-time',
    inputs: { order: { from: orders, when: o => o.type === 'PLACED', key: o => o.userId } },
    state: { n: value(long, 0) },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: { order: (_, { key }) => segmentOf(key, 1) },
  })
  const mill = harness([picky])
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', hours(1), 'ann', { type: 'PAID' }))
  expect(mill.resultsOf(lifecycleSegments)).toHaveLength(1)
})

test('a tick closes windows in silence, and only moves the partitions that were read', () => {
  const mill = harness([counting])
  mill.send(orders, order('a', 0, 'ann'))
  mill.application.tick(hours(3), [{ topic: 'orders', partition: 0 }])
  mill.commit()
  expect(mill.resultsOf(lifecycleSegments)).toEqual([])
  mill.application.tick(hours(3), [{ topic: 'clickstream', partition: 0 }])
  mill.commit()
  expect(mill.resultsOf(lifecycleSegments).map(result => result.frequency)).toEqual([11, -1])
})

test('ticks are written in the journal, each before the record that it came before', () => {
  const mill = harness([counting], { batchSize: 10 })
  mill.send(orders, order('a', 0, 'ann'))
  mill.tick(hours(1))
  mill.send(orders, order('b', hours(2), 'ann'))
  mill.commit()
  const [entry] = mill.committed().journal
  expect(entry!.ticks).toMatchObject([{ at: hours(1), after: 1 }])
  expect(entry!.ranges).toEqual([{ topic: 'orders', partition: 0, first: 0, last: 1, count: 2 }])
})

test('held records are taken in the total order: time, then rank of the topic, then id', () => {
  const taken: string[] = []
  const listing = definePipeline({
    id: 'listing',
    version: '1',
    order: 'event-time',
    inputs: {
      order: { from: orders, key: () => 'all' },
      click: { from: clickstream, key: () => 'all' },
    },
    state: { n: value(long, 0) },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: {
      order: event => void taken.push(event.eventId),
      click: event => void taken.push(event.eventId),
    },
  })
  const mill = harness([listing])
  mill.send(orders, order('d', 2_000, 'ann'))
  mill.send(orders, order('b', 1_000, 'ann'))
  mill.send(clickstream, click('z', 1_000, 'ann'))
  mill.send(orders, order('a', 1_000, 'ann'))
  mill.send(clickstream, click('e', 500, 'ann'))
  mill.advanceTo(hours(1))
  expect(taken).toEqual(['e', 'z', 'a', 'b', 'd'])
})

test('where a task holds as many as it may, the partitions ahead are to be paused', () => {
  const mill = harness([counting], { sourcePartitions: 2, limits: { heldMax: 2 } })
  mill.send(orders, order('a', 1_000, 'ann'))
  mill.send(clickstream, click('c', 0, 'ann'))
  mill.send(clickstream, click('d', 0, 'ann'), { partition: 1 })
  expect(mill.application.overfull()).toEqual(['orders|0', 'clickstream|0', 'clickstream|1'])
  mill.send(orders, order('b', hours(1), 'bob'), { partition: 1 })
  mill.send(orders, order('e', hours(1), 'bob'))
  mill.advanceTo(hours(2))
  expect(mill.application.overfull()).toEqual([])
})

test('what is held survives a crash, and is handled once', () => {
  const mill = harness([counting])
  mill.send(orders, order('a', 1_000, 'ann'))
  mill.send(orders, order('b', 0, 'ann'))
  const again = mill.crash().crash()
  again.advanceTo(hours(1))
  expect(again.resultsOf(lifecycleSegments).map(result => result.causeEventId)).toEqual(['b', 'a'])
})

test('timers that are due fire by time, then key, then name', () => {
  const alarms = definePipeline({
    id: 'alarms',
    version: '1',
    order: 'arrival',
    inputs: { order: { from: orders, key: o => o.userId } },
    state: { n: value(long, 0) },
    forgetAfterMs: days(9),
    output: lifecycleSegments,
    on: {
      order(event, { timers, now }) {
        timers.set('second', now + minutes(event.totalMinor))
        timers.set('first', now + minutes(event.totalMinor))
      },
    },
    onTimer: {
      second: ({ key }) => segmentOf(`${key} second`, 0),
      first: ({ key }) => segmentOf(`${key} first`, 0),
    },
  })
  const mill = harness([alarms])
  mill.send(orders, order('a', 0, 'bob', { totalMinor: 5 }))
  mill.send(orders, order('b', 0, 'ann', { totalMinor: 5 }))
  mill.send(orders, order('c', 0, 'cyd', { totalMinor: 4 }))
  mill.send(orders, order('d', hours(1), 'dan'))
  expect(mill.resultsOf(lifecycleSegments).map(result => result.subjectId)).toEqual([
    'cyd first',
    'cyd second',
    'ann first',
    'ann second',
    'bob first',
    'bob second',
  ])
})

test('pipelines behind one another run depth-first, within one commit', () => {
  const mill = harness([following, scattering], { batchSize: 10 })
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', hours(1), 'ann'))
  mill.commit()
  expect(mill.committed().epoch).toBe(1)
  expect(mill.outputs.map(({ topic }) => topic.name)).toEqual([
    'fraud-scores',
    'fraud-scores',
    'journey-triggers',
  ])
  mill.finish()
  const [score] = mill.resultsOf(fraudScores)
  expect(mill.resultsOf(journeyTriggers)[0]!.userId).toBe(score!.subjectId)
})

test('the watermark of a pipeline further down follows that of the one before it', () => {
  const mill = harness([scattering, following])
  mill.send(orders, order('a', hours(1), 'ann'))
  const [before, behind] = mill.application.runners.map(runner => runner.watermark.value)
  expect(before).toBe(hours(1) - 5_001)
  expect(behind).toBe(before)
})

test('a circle of pipelines is refused, and named', () => {
  const back = definePipeline({
    id: 'back',
    version: '1',
    order: 'arrival',
    inputs: { trigger: { from: journeyTriggers, key: t => t.userId } },
    state: { n: value(long, 0) },
    forgetAfterMs: days(1),
    output: fraudScores,
    on: { trigger: () => null },
  })
  expect(() => harness([following, back])).toThrow('following → back → following')
})

test('the same cause gives the same resultId, whatever was crashed in between', () => {
  const whole = harness([counting], { batchSize: 3 })
  const mill = harness([counting], { batchSize: 3 })
  for (const each of [whole, mill]) each.send(orders, order('a', 0, 'ann'))
  whole.finish(true)
  const again = mill.crash()
  again.send(orders, order('a', 0, 'ann'))
  again.finish(true)
  const ids = whole.outputs.map(output => output.resultId)
  expect(again.outputs.map(output => output.resultId)).toEqual(ids)
  expect(new Set(ids).size).toBe(2)
})

test('in history the merge position is the watermark of all inputs; live it is each its own', () => {
  const live = harness([counting])
  const history = harness([counting], { mode: 'history' })
  for (const mill of [live, history]) mill.send(orders, order('a', hours(1), 'ann'))
  expect(live.application.runners[0]!.watermark.value).toBe(Number.NEGATIVE_INFINITY)
  expect(history.application.runners[0]!.watermark.value).toBe(hours(1) - 5_001)
})

test('the end of the input is the newest event, and infinity only with drain', () => {
  const mill = harness([counting])
  mill.send(orders, order('a', 0, 'ann'))
  mill.finish(false)
  expect(mill.resultsOf(lifecycleSegments).map(result => result.frequency)).toEqual([11])
  mill.finish(true)
  expect(mill.resultsOf(lifecycleSegments).map(result => result.frequency)).toEqual([11, -1])
  expect(mill.committed().journal.map(entry => entry.ended)).toEqual([null, 'newest', 'drained'])
})
