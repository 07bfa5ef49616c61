import { expect, test } from 'vitest'
import { clickstream, lifecycleSegments, orders } from '../events.ts'
import { type HarnessOptions, harness } from '../testing/harness.ts'
import { click, counting, order, scattering } from '../testing/sample-pipelines.ts'
import { days, hours, minutes } from './time.ts'

/** The checks that a record goes through, in this order: decode, future, duplicate, late, handler. */

const counted = (options: HarnessOptions = {}) => {
  const mill = harness([counting], { mode: 'history', ...options })
  return { mill, counters: () => mill.application.runners[0]!.counters }
}

test('what cannot be read is buried before anything is asked of its time', () => {
  const { mill, counters } = counted({ wallNow: 0 })
  mill.send(orders, { ...order('a', days(9), 'ann'), totalMinor: 'much' })
  expect(mill.dead.map(dead => [dead.stage, dead.errorCode])).toEqual([['DECODE', 'WRONG_TYPE']])
  expect(mill.application.unreadable).toBe(1)
  expect(counters().taken).toBe(0)
})

test('a time far beyond the log is refused before it moves the watermark', () => {
  const { mill, counters } = counted({ wallNow: minutes(1) })
  mill.send(orders, order('far', minutes(1) + hours(1) + 1, 'ann'))
  mill.send(orders, order('near', minutes(1) + hours(1), 'ann'))
  expect(mill.dead.map(dead => [dead.stage, dead.errorCode])).toEqual([
    ['VALIDATE', 'FUTURE_EVENT'],
  ])
  expect(mill.late).toEqual([])
  expect(counters().taken).toBe(1)
})

test('a duplicate that comes late is a duplicate, and not set aside', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', hours(1), 'ann'))
  mill.send(orders, order('a', 0, 'ann'))
  expect(counters()).toMatchObject({ taken: 2, duplicates: 1, late: 0 })
  expect(mill.late).toEqual([])
})

test('the same id in another partition or topic is another record', () => {
  const { mill, counters } = counted({ sourcePartitions: 2 })
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('a', 0, 'ann'), { partition: 1 })
  mill.send(clickstream, click('a', 0, 'ann'))
  expect(counters()).toMatchObject({ taken: 3, duplicates: 0 })
})

test('a second PLACED of one order is a duplicate; what happens to it later is not', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', 0, 'ann', { orderId: 'one' }))
  mill.send(orders, order('b', 1, 'ann', { orderId: 'one' }))
  mill.send(orders, order('c', 2, 'ann', { orderId: 'one', type: 'PAID' }))
  mill.send(orders, order('d', 3, 'ann', { orderId: 'one', type: 'REFUNDED' }))
  expect(counters()).toMatchObject({ taken: 3, duplicates: 1 })
})

test('a late record is set aside with how late it was, and its handler never sees it', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.send(orders, order('bad', 0, 'ann', { orderId: 'bad' }))
  expect(mill.late).toMatchObject([
    { topic: 'orders', offset: 1, eventId: 'bad', lateByMs: hours(1) - 5_001 },
  ])
  expect(counters()).toMatchObject({ late: 1, failed: 0 })
})

test('a record on the watermark is late, and one a millisecond after it is not', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', 10_000, 'ann'))
  mill.send(orders, order('b', 10_000 - 5_000, 'ann'))
  mill.send(orders, order('c', 10_000 - 5_001, 'ann'))
  expect(counters()).toMatchObject({ taken: 2, late: 1 })
})

test('where late records are handled, one is counted, taken at once, and not set aside', () => {
  const mill = harness([scattering])
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.send(orders, order('b', 0, 'ann'))
  expect(mill.application.runners[0]!.counters).toMatchObject({ taken: 2, lateHandled: 1, late: 0 })
  expect(mill.late).toEqual([])
})

test('the id of a set-aside record is not remembered, so that it can be sent again', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.send(orders, order('b', 0, 'ann'))
  mill.send(orders, order('b', hours(1), 'ann'))
  expect(counters()).toMatchObject({ late: 1, taken: 2, duplicates: 0 })
})

test('a record whose handler failed can be sent again, also after a restart', () => {
  const { mill } = counted()
  mill.send(orders, order('x', 0, 'ann', { orderId: 'bad' }))
  mill.finish()
  expect(mill.dead.map(dead => dead.key)).toEqual(['ann'])
  const again = mill.crash()
  again.send(orders, order('x', hours(1), 'ann', { orderId: 'good' }))
  again.finish()
  expect(again.application.runners[0]!.counters).toMatchObject({ duplicates: 0, failed: 1 })
  expect(again.resultsOf(lifecycleSegments).map(result => result.causeEventId)).toEqual(['x'])
})

test('a redriven record goes to the pipelines it is redriven for alone, and once', () => {
  const mill = harness([counting, scattering], { mode: 'history' })
  for (const _time of ['first', 'second']) {
    mill.send(orders, order('a', 0, 'ann', { deviceId: 'd' }), { redrivenFor: 'scattering' })
  }
  const counted = mill.application.runners.map(({ pipeline, counters }) => [
    pipeline.id,
    [counters.taken, counters.duplicates],
  ])
  expect(Object.fromEntries(counted)).toEqual({ counting: [0, 0], scattering: [1, 1] })
})

test('a redriven record is taken whatever its time', () => {
  const { mill, counters } = counted()
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.send(orders, order('b', 0, 'ann'))
  mill.send(orders, order('b', 0, 'ann'), { redrivenFor: 'counting' })
  expect(counters()).toMatchObject({ late: 1, lateHandled: 1, taken: 2 })
})

test('too many failures within a minute stop the pipeline, and nothing of the batch is committed', () => {
  const { mill } = counted({ limits: { failuresPerMinuteMax: 2 }, batchSize: 100 })
  for (const id of ['a', 'b', 'c']) mill.send(orders, order(id, 0, id, { orderId: `bad ${id}` }))
  expect(() => mill.finish()).toThrow('counting failed on more than 2 records within a minute')
  expect(mill.outputs).toEqual([])
})
