import { expect, test } from 'vitest'
import { lifecycleSegments, markets, orders, policies } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { order, segmentOf } from '../testing/sample-pipelines.ts'
import { long } from './form.ts'
import { definePipeline, type Order } from './pipeline.ts'
import { value } from './state/index.ts'
import { days, hours } from './time.ts'

/** Reference topics and control topics as inputs. */

const citing = (arranged: Order) =>
  definePipeline({
    id: 'citing',
    version: '1',
    order: arranged,
    inputs: { order: { from: orders, key: o => o.userId } },
    references: { markets, policies },
    state: { n: value(long, 0) },
    forgetAfterMs: days(30),
    output: lifecycleSegments,
    on: {
      order: (event, { key, reference }) =>
        segmentOf(
          `${key} ${reference.markets.get(event.market ?? '')?.currency ?? 'none'}`,
          reference.policies.get('fraud')?.version ?? 0,
        ),
    },
  })

const market = (currency: string, occurredAt = 0) => ({
  market: 'DE',
  occurredAt,
  currency,
  timeZone: 'UTC',
})
const policy = (version: number, effectiveAt: number | null, occurredAt = 0) => ({
  policyId: 'fraud',
  version,
  occurredAt,
  effectiveAt,
  document: '{}',
})

test('handlers see the last value of each key, and it never holds the watermark back', () => {
  const mill = harness([citing('arrival')])
  mill.send(orders, order('a', hours(1), 'ann', { market: 'DE' }))
  expect(mill.application.runners[0]!.watermark.value).toBe(hours(1) - 5_001)
  mill.send(markets, market('EUR'))
  mill.send(orders, order('b', hours(1), 'ann', { market: 'DE' }))
  expect(mill.application.runners[0]!.watermark.value).toBe(hours(1) - 5_001)
  expect(mill.resultsOf(lifecycleSegments).map(r => r.subjectId)).toEqual(['ann none', 'ann EUR'])
})

test('a version takes effect when the watermark reaches its time, and that is journalled', () => {
  const mill = harness([citing('arrival')])
  mill.send(policies, policy(1, null))
  mill.send(policies, policy(2, hours(2)))
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.send(orders, order('b', hours(2), 'ann'))
  mill.send(orders, order('c', hours(3), 'ann'))
  mill.send(orders, order('d', hours(3), 'ann'))
  expect(mill.resultsOf(lifecycleSegments).map(r => r.frequency)).toEqual([1, 1, 2, 2])
  expect(mill.committed().journal.flatMap(entry => entry.published)).toEqual([
    'policies:fraud@1',
    'policies:fraud@2',
  ])
})

test('in event-time order a version counts from its very moment, however far the watermark jumps', () => {
  const mill = harness([citing('event-time')])
  mill.send(policies, policy(1, null))
  mill.send(policies, policy(2, hours(2)))
  for (const [id, at] of [
    ['a', hours(2) - 1],
    ['b', hours(2)],
    ['c', hours(2) + 1],
  ] as const) {
    mill.send(orders, order(id, at, 'ann'))
  }
  mill.advanceTo(hours(9))
  expect(mill.resultsOf(lifecycleSegments).map(r => r.frequency)).toEqual([1, 2, 2])
})

test('references and versions, waiting ones too, survive a crash', () => {
  const mill = harness([citing('event-time')])
  mill.send(markets, market('EUR'))
  mill.send(policies, policy(1, null))
  mill.send(policies, policy(2, hours(2)))
  mill.send(orders, order('a', hours(1), 'ann', { market: 'DE' }))
  const again = mill.crash()
  again.send(orders, order('b', hours(3), 'ann', { market: 'DE' }))
  again.finish()
  expect(again.resultsOf(lifecycleSegments).map(r => [r.subjectId, r.frequency])).toEqual([
    ['ann EUR', 1],
    ['ann EUR', 2],
  ])
})

test('a version that comes twice counts once: nothing is journalled or written for it again', () => {
  const once = harness([citing('event-time')], { batchSize: 100 })
  const twice = harness([citing('event-time')], { batchSize: 100 })
  for (const mill of [once, twice]) {
    mill.send(policies, policy(1, null))
    mill.send(policies, policy(2, hours(2)))
    mill.send(orders, order('a', hours(1), 'ann'))
    if (mill === twice) mill.send(policies, policy(1, null))
    mill.commit()
  }
  const again = twice.crash()
  again.send(policies, policy(1, null))
  again.send(policies, policy(2, hours(2)))
  for (const mill of [once, again]) {
    mill.commit()
    mill.send(orders, order('b', hours(3), 'ann'))
    mill.finish()
  }
  expect(again.resultsOf(lifecycleSegments)).toEqual(once.resultsOf(lifecycleSegments))
  expect(again.stateText()).toBe(once.stateText())
  const published = again.committed().journal.flatMap(entry => entry.published)
  expect(published).toEqual(['policies:fraud@1', 'policies:fraud@2'])
})

test('those topics are read first: they stand before all others in the list of sources', () => {
  const kinds = harness([citing('arrival')]).application.sourceTopics.map(topic => topic.kind)
  expect(kinds).toEqual(['reference', 'control', 'event'])
})

test('of versions that can never count again nothing is saved, and none of them comes back', () => {
  const mill = harness([citing('event-time')])
  for (let version = 1; version <= 20; version++) {
    mill.send(policies, policy(version, hours(version)))
  }
  const saved = (of: typeof mill) => of.stateText().match(/r:policies\|fraud@\d+/g)
  expect(saved(mill)).toHaveLength(20)
  mill.advanceTo(hours(18) + 5_001)
  expect(saved(mill)).toEqual(['r:policies|fraud@18', 'r:policies|fraud@19', 'r:policies|fraud@20'])
  const inSnapshot = [...mill.application.snapshot('citing', 0)].map(({ key }) => key)
  expect(inSnapshot.filter(key => key.startsWith('r:'))).toEqual(saved(mill))
  const again = mill.crash()
  const before = again.stateText()
  // As after a crash without transactions, or from whoever publishes them once more.
  for (const version of [3, 18, 20]) again.send(policies, policy(version, hours(version)))
  expect(saved(again)).toEqual(saved(mill))
  again.send(orders, order('a', hours(19), 'ann'))
  again.finish()
  expect(again.resultsOf(lifecycleSegments).map(r => r.frequency)).toEqual([19])
  expect(before).toBe(mill.stateText())
  const published = again.committed().journal.flatMap(entry => entry.published)
  expect(published).toHaveLength(19)
})

test('versions that an older engine has saved, and that cannot count any more, are saved no longer', () => {
  const mill = harness([citing('event-time')])
  mill.send(policies, policy(1, hours(1)))
  const state = mill.committed().state.get('citing|1|0') as Map<string, Buffer>
  const first = [...state].find(([key]) => key.startsWith('r:'))!
  mill.send(policies, policy(2, hours(2)))
  mill.advanceTo(hours(3))
  state.set(...first)
  expect(mill.stateText()).toMatch('fraud@1')
  const again = mill.crash()
  again.send(orders, order('a', hours(4), 'ann'))
  again.finish()
  expect(again.stateText()).not.toMatch('fraud@1')
  expect(again.resultsOf(lifecycleSegments).map(r => r.frequency)).toEqual([2])
})
