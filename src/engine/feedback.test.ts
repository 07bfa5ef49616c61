/** Results that come back up: when they are handed on, and that nothing waits for them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type FraudOutcome,
  fraudLabels,
  fraudOutcomes,
  fraudScores,
  fraudWeights,
  lifecycleSegments,
  modelParameters,
  orders,
} from '../events.ts'
import { type Harness, type HarnessOptions, harness } from '../testing/harness.ts'
import { CIRCLE, circleLearner, judging, label, outcomes } from '../testing/sample-circle.ts'
import { order, segmentOf } from '../testing/sample-pipelines.ts'
import { SlicesInMemory } from '../testing/slices-in-memory.ts'
import { sliceOfKey } from './exchange/slice.ts'
import { string } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { listOf, value } from './state/index.ts'
import { days, hours, minutes, seconds } from './time.ts'

const circle = (options: HarnessOptions = {}): Harness => harness(CIRCLE, options)

const scores = (mill: Harness) =>
  mill.resultsOf(fraudScores).map(({ subjectId, score }) => [subjectId, score])

test('what became of an order, and what was said of it, counts for the next one', () => {
  const mill = circle()
  mill.send(orders, order('a', 0, 'ann', { deviceId: 'd' }))
  mill.send(orders, order('b', 1, 'bob', { deviceId: 'd' }))
  mill.send(fraudLabels, label('l', minutes(1), 'o-a'))
  mill.advanceTo(minutes(2))
  mill.send(orders, order('c', minutes(2), 'ann'))
  mill.send(orders, order('d', minutes(2) + 1, 'bob', { deviceId: 'd' }))
  expect(scores(mill)).toEqual([
    ['o-a', 2],
    ['o-b', 103],
    ['o-c', 10_000 + 202],
    ['o-d', 10_000 + 305],
  ])
  expect(mill.late).toEqual([])
})

test('no watermark waits for what comes back, and the pipelines further down hear of theirs', () => {
  const mill = circle()
  mill.send(orders, order('a', hours(1), 'ann'))
  mill.tick(hours(2))
  mill.commit()
  const at = mill.application.runners.map(({ pipeline, watermark }) => [
    pipeline.id,
    watermark.value,
  ])
  expect(at).toEqual([
    ['judging', hours(2) - 5_001],
    ['outcomes', hours(2) - 5_001],
    ['totals', hours(2) - 5_001],
  ])
  expect(mill.application.sourceTopics.map(({ name }) => name)).toEqual([
    'model-parameters',
    'orders',
    'fraud-labels',
  ])
})

/** `first` asks, `second` answers twice, and both answers come back to `first`, as do its own results. */
const talking = () => {
  const heard: string[] = []
  const common = { version: '1', order: 'arrival' as const, forgetAfterMs: days(1) }
  const first = definePipeline({
    ...common,
    id: 'first',
    inputs: {
      order: { from: orders, key: () => 'k' },
      own: { from: lifecycleSegments, key: () => 'k', feedback: true },
      answer: { from: fraudOutcomes, key: () => 'k', feedback: true },
    },
    state: { seen: listOf(string, { max: 10 }) },
    output: lifecycleSegments,
    on: {
      order: ({ orderId }) => {
        heard.push(orderId)
        return [segmentOf(`${orderId} 1`, 0), segmentOf(`${orderId} 2`, 0)]
      },
      own: ({ subjectId }) => void heard.push(subjectId),
      answer: ({ orderId }) => void heard.push(`answer ${orderId}`),
    },
  })
  const second = definePipeline({
    ...common,
    id: 'second',
    inputs: { segment: { from: lifecycleSegments, key: () => 'k', late: 'handle' } },
    state: {},
    output: fraudOutcomes,
    on: {
      segment: ({ subjectId }) => {
        heard.push(`second: ${subjectId}`)
        return { ...bodyOf(anOutcome), orderId: subjectId }
      },
    },
  })
  return { heard, pipelines: [second, first] }
}

const bodyOf = ({ resultId, occurredAt, causeEventId, ...body }: FraudOutcome) => body

const anOutcome = (() => {
  const mill = harness([judging, outcomes])
  mill.send(fraudLabels, label('l', 0, 'x'))
  mill.finish()
  return mill.resultsOf(fraudOutcomes)[0]!
})()

test('results come back in the order in which they were made, once all pipelines are through', () => {
  const { heard, pipelines } = talking()
  const mill = harness(pipelines, { batchSize: 2 })
  mill.send(orders, order('a', 0, 'ann'))
  const asked = ['o-a', 'second: o-a 1', 'second: o-a 2']
  const back = ['o-a 1', 'answer o-a 1', 'o-a 2', 'answer o-a 2']
  expect(heard).toEqual([...asked, ...back])
  heard.length = 0
  mill.application.tick(hours(1), [{ topic: 'orders', partition: 0 }])
  expect(heard).toEqual([])
})

/** Answers its own result until it has come back `hops` times. */
const echoing = (hops: number) =>
  definePipeline({
    id: 'echoing',
    version: '1',
    order: 'event-time',
    inputs: {
      order: { from: orders, key: () => 'k' },
      echo: { from: lifecycleSegments, key: () => 'k', feedback: true },
    },
    state: { lates: value(string, '') },
    forgetAfterMs: days(1),
    output: lifecycleSegments,
    on: {
      order: () => segmentOf('k', 0),
      echo: ({ frequency }, { isLate }) =>
        isLate && frequency! < hops ? segmentOf('k', frequency! + 1) : null,
    },
  })

test('a thousand times in a row a result may come back, and once more is a bug that stops', () => {
  const sent = (hops: number) => {
    const mill = harness([echoing(hops)])
    mill.send(orders, order('a', 0, 'ann'))
    mill.advanceTo(minutes(1))
    return mill
  }
  expect(sent(999).resultsOf(lifecycleSegments)).toHaveLength(1_000)
  expect(() => sent(1_000)).toThrow(
    /lifecycle-segments is one of more than 1000 in a row.*the last for echoing. Let `when`/,
  )
})

test('the count of a row begins anew with each record', () => {
  const mill = harness([echoing(600)])
  for (const [id, at] of [
    ['a', 0],
    ['b', minutes(1)],
    ['c', minutes(2)],
  ] as const) {
    mill.send(orders, order(id, at, 'ann'))
  }
  mill.finish()
  expect(mill.resultsOf(lifecycleSegments)).toHaveLength(3 * 601)
})

test('a circle without feedback is refused, with the way out', () => {
  const chained = { ...judging.inputs.outcome!, feedback: false, holdsBack: true }
  const closed = { ...judging, inputs: { ...judging.inputs, outcome: chained } }
  expect(() => harness([outcomes, closed])).toThrow(
    "pipelines read each other's results in a circle: outcomes → judging → outcomes. Mark the input by which",
  )
})

test.each([
  ['that is set aside', { late: 'set-aside' }],
  ['that is waited for', { holdsBack: true }],
  ['with disorder by key', { disorderBy: 'key' }],
  ['of events', { from: orders }],
] as const)('feedback %s is refused', (_, more) => {
  const declared = () =>
    definePipeline({
      id: 'wrong',
      version: '1',
      order: 'arrival',
      inputs: {
        own: { from: lifecycleSegments, key: () => 'k', feedback: true, ...more } as never,
      },
      state: {},
      forgetAfterMs: 1,
      output: lifecycleSegments,
      on: { own: () => null },
    })
  expect(declared).toThrow(/input own of wrong: feedback is of a result topic/)
})

test('where nobody here makes them, they are read from their topic: late ones too, and none is waited for', () => {
  const mill = harness([judging])
  expect(mill.application.sourceTopics.map(({ name }) => name)).toEqual([
    'model-parameters',
    'orders',
    'fraud-outcomes',
  ])
  mill.send(orders, order('a', hours(2), 'ann'))
  mill.send(fraudOutcomes, { ...anOutcome, userId: 'ann', isFraud: true, occurredAt: minutes(1) })
  mill.send(orders, order('b', hours(2), 'ann'))
  expect(scores(mill)).toEqual([
    ['o-a', 1],
    ['o-b', 10_000 + 102],
  ])
  expect(mill.late).toEqual([])
  expect(mill.application.runners[0]!.watermark.value).toBe(hours(2) - 5_001)
  expect(mill.application.runners[0]!.counters).toMatchObject({ lateHandled: 0, taken: 5 })
})

test('in a history what a timer brought about within days without a record is back before the next one', () => {
  const mill = circle({ mode: 'history', learners: [circleLearner] })
  const without = circle({ mode: 'history' })
  for (const each of [mill, without]) {
    each.send(orders, order('a', 0, 'ann'))
    each.send(fraudLabels, label('l', minutes(1), 'o-a'))
    each.send(orders, order('b', days(2), 'ann'))
    expect(scores(each)).toEqual([
      ['o-a', 1],
      ['o-b', 10_000 + 102],
    ])
  }
  expect(mill.resultsOf(modelParameters).map(({ version }) => version)).toEqual([2])
  expect(mill.resultsOf(fraudScores).map(({ policyVersion }) => policyVersion)).toEqual([0, 2])
})

test('at the end of the input a pipeline is not ahead of what comes back to it', () => {
  for (const mode of ['live', 'history'] as const) {
    const mill = circle({ mode })
    mill.send(orders, order('a', 0, 'ann'))
    mill.send(fraudLabels, label('l', minutes(1), 'o-a'))
    mill.finish(true)
    const told = mill.resultsOf(fraudWeights).map(({ occurredAt, frauds }) => [occurredAt, frauds])
    expect(told).toEqual([[hours(2), 1]])
    // All are forgotten in their time, and nothing comes back to them afterwards.
    expect(mill.stateText()).not.toMatch(/ k:/)
  }
})

test('results of a history are the same wherever it is cut into commits, and wherever it crashes', () => {
  const event = fc.record({
    id: fc.nat(9),
    at: fc.nat(hours(30)),
    isLabel: fc.boolean(),
    user: fc.constantFrom('ann', 'bob'),
  })
  const run = (
    events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[],
    size: number,
    cuts: readonly boolean[],
  ) => {
    const options = { mode: 'history' as const, learners: [circleLearner], batchSize: size }
    let mill = circle(options)
    events.forEach(({ id, at, isLabel, user }, index) => {
      if (isLabel) mill.send(fraudLabels, label(`l${id}`, at, `o-e${id}`))
      else mill.send(orders, order(`e${id}`, at, user, { deviceId: `d${id % 2}` }))
      if (cuts[index] && size === 1) mill = mill.crash()
    })
    mill.commit()
    mill.finish(true)
    return mill.outputs.map(({ topic, value }) => `${topic.name} ${value.toString('hex')}`)
  }
  const history = fc.array(event, { maxLength: 20 }).map(all => all.sort((a, b) => a.at - b.at))
  fc.assert(
    fc.property(
      history,
      fc.constantFrom(2, 7, 5_000),
      fc.array(fc.boolean(), { maxLength: 20 }),
      (events, size, cuts) => {
        const whole = run(events, 1, [])
        expect(run(events, size, [])).toEqual(whole)
        expect(run(events, 1, cuts)).toEqual(whole)
      },
    ),
    { numRuns: 60 },
  )
})

test('in slices what comes back goes to the slice of its key', () => {
  const mill = new SlicesInMemory(CIRCLE, { slices: 3 })
  const users = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay']
  for (const [partition, user] of users.entries()) {
    mill.send(orders, partition % 3, order(user, 0, user))
    mill.send(fraudLabels, partition % 3, label(user, seconds(1), `o-${user}`))
  }
  mill.settle()
  for (const topic of [orders, fraudLabels]) mill.tick(topic as never, minutes(1))
  mill.settle()
  expect(mill.resultsOf(fraudOutcomes)).toHaveLength(6)
  for (const [partition, user] of users.entries()) {
    mill.send(orders, (partition + 1) % 3, order(`${user}2`, minutes(2), user))
    mill.settle()
  }
  const second = mill.resultsOf(fraudScores).filter(({ occurredAt }) => occurredAt > 0)
  expect(second.map(({ score }) => score % 100)).toEqual([2, 2, 2, 2, 2, 2])
  expect(second.map(({ score }) => Math.floor(score / 100))).toEqual([106, 107, 108, 109, 110, 111])
})

/** The first of these names whose state is in that slice. */
const keyIn = (slice: number, count: number): string =>
  [...'abcdefgh'].find(key => sliceOfKey(key, count) === slice)!

test('in a slice that reads nothing itself, time is what the others say', () => {
  const key = keyIn(1, 2)
  const echo = { ...echoing(2).inputs.echo!, key: () => key }
  const inputs = { order: { ...echoing(2).inputs.order!, key: () => key }, echo }
  const mill = new SlicesInMemory([{ ...echoing(2), inputs }], { slices: 2, partitions: 1 })
  mill.send(orders, 0, order('a', 0, 'ann'))
  mill.tick(orders as never, minutes(1))
  mill.settle()
  expect(mill.resultsOf(lifecycleSegments)).toHaveLength(3)
})

test('what another slice has for one that is ahead of it is taken at once', () => {
  const common = { version: '1', state: {}, forgetAfterMs: days(1) }
  const ahead = definePipeline({
    ...common,
    id: 'ahead',
    order: 'event-time',
    inputs: {
      order: { from: orders, key: () => null },
      back: { from: lifecycleSegments, key: () => keyIn(2, 3), feedback: true },
    },
    output: fraudOutcomes,
    on: {
      order: () => null,
      back: (_, { isLate }) => ({ ...bodyOf(anOutcome), orderId: isLate ? 'late' : 'in time' }),
    },
  })
  const behind = definePipeline({
    ...common,
    id: 'behind',
    order: 'arrival',
    inputs: { order: { from: orders, key: () => keyIn(1, 3) } },
    output: lifecycleSegments,
    on: { order: () => segmentOf('k', 0) },
  })
  const mill = new SlicesInMemory([ahead, behind], { slices: 3, partitions: 1 })
  mill.send(orders, 0, order('a', hours(1), 'ann'))
  mill.commit(0)
  const [first] = mill.parcels[1]!.splice(0)
  mill.send(orders, 0, order('b', hours(2), 'ann'))
  mill.commit(0)
  mill.receive(2)
  mill.receive(1, [first!])
  mill.commit(1)
  mill.receive(2)
  mill.commit(2)
  expect(mill.resultsOf(fraudOutcomes).map(({ orderId }) => orderId)).toEqual(['late'])
})

test('a result whose handler fails is a dead letter once, and nothing of it comes back', () => {
  const failing = {
    ...judging,
    on: {
      ...judging.on,
      outcome: () => {
        throw new Error('no')
      },
    },
  }
  const mill = harness([outcomes, failing])
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(fraudLabels, label('l', minutes(1), 'o-a'))
  mill.finish()
  expect(mill.dead).toMatchObject([{ topic: 'fraud-outcomes', offset: -1, key: 'user:ann' }])
})
