/** What is learnt in a history counts from its moment on, wherever records and commits happen to lie. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  fraudScores,
  lifecycleSegments,
  type ModelParameters,
  modelParameters,
  orders,
} from '../../events.ts'
import { type Harness, harness } from '../../testing/harness.ts'
import { asking, counter, nightly } from '../../testing/sample-learning.ts'
import { order } from '../../testing/sample-pipelines.ts'
import { defineLearner, type Learner } from '../learner.ts'
import { days, hours, minutes, seconds } from '../time.ts'
import { STEP_MS } from './time-in-steps.ts'

const pipelines = [nightly, asking]

const learning = (learners: readonly Learner[] = [counter], batchSize = 1): Harness =>
  harness(pipelines, { mode: 'history', learners, batchSize })

/** A record that is nobody's: it moves the merge, and nothing else. */
const passing = (mill: Harness, id: string, at: number): void =>
  mill.send(orders, order(id, at, null as unknown as string))

const written = (mill: Harness): readonly string[] =>
  mill.outputs.map(({ topic, value }) => `${topic.name} ${value.toString('hex')}`)

const ofTopic = (mill: Harness, name: string): readonly string[] =>
  written(mill).filter(line => line.startsWith(name))

/** Each answer names the version that was the last to be effective by then. */
const checkVersions = (mill: Harness): void => {
  const versions = mill.resultsOf(modelParameters)
  for (const { occurredAt, frequency } of mill.resultsOf(lifecycleSegments)) {
    const due = versions.filter(({ effectiveAt }) => effectiveAt! <= occurredAt)
    expect(frequency).toBe(Math.max(0, ...due.map(({ version }) => version)))
  }
}

test('timers within days without a record go by the version that was learnt in these days', () => {
  const mill = learning()
  mill.send(orders, order('a', hours(20), 'ann'))
  passing(mill, 'b', days(9))
  const versions = mill.resultsOf(modelParameters)
  expect(versions.map(({ effectiveAt }) => effectiveAt)).toEqual([
    days(1) + hours(1),
    days(2) + hours(1),
    days(3) + hours(1),
  ])
  expect(new Set(mill.resultsOf(lifecycleSegments).map(({ frequency }) => frequency))).toEqual(
    new Set([0, 1, 2]),
  )
  checkVersions(mill)
})

test('the same at the end of the input, where time is drained', () => {
  const mill = learning()
  mill.send(orders, order('a', hours(20), 'ann'))
  mill.finish(true)
  expect(mill.resultsOf(modelParameters)).toHaveLength(3)
  expect(mill.resultsOf(lifecycleSegments)).toHaveLength(145)
  checkVersions(mill)
})

test('the end of the input without draining is the newest event', () => {
  const mill = learning()
  mill.send(orders, order('a', hours(20), 'ann'))
  passing(mill, 'b', days(1) + minutes(15))
  expect(mill.resultsOf(modelParameters)).toEqual([])
  mill.finish()
  expect(mill.resultsOf(modelParameters)).toHaveLength(1)
})

const day = fc.integer({ min: 0, max: days(1) })
const history = fc.array(fc.record({ user: fc.constantFrom('ann', 'bob'), after: day }), {
  minLength: 1,
  maxLength: 6,
})

const play = (
  mill: Harness,
  history: readonly { readonly user: string; readonly after: number }[],
  passingAt: readonly number[] = [],
  step: (mill: Harness) => Harness = same => same,
): Harness => {
  let at = days(10)
  const records: [number, string | null][] = passingAt.map(after => [days(10) + after, null])
  for (const { user, after } of history) {
    at += after
    records.push([at, user])
  }
  let on = mill
  for (const [index, [when, user]] of records.sort(([a], [b]) => a - b).entries()) {
    if (user === null) passing(on, `p${index}`, when)
    else on.send(orders, order(`${user}${when}`, when, user))
    on = step(on)
  }
  on.finish(true)
  return on
}

test('results are the same wherever records lie that are not looked at', () => {
  const passingAt = fc.array(fc.integer({ min: -days(1), max: days(9) }), { maxLength: 30 })
  fc.assert(
    fc.property(history, passingAt, (records, between) => {
      const few = play(learning(), records)
      const many = play(learning(), records, between)
      for (const { name } of [lifecycleSegments, fraudScores, modelParameters]) {
        expect(ofTopic(many, name)).toEqual(ofTopic(few, name))
      }
      checkVersions(many)
    }),
    { numRuns: 40 },
  )
})

test('the same bytes in the same order, whatever the size of commits and wherever a run is cut off', () => {
  const cuts = fc.array(fc.boolean(), { minLength: 7, maxLength: 7 })
  fc.assert(
    fc.property(history, fc.constantFrom(1, 2, 7, 5_000), cuts, (records, batchSize, cut) => {
      const whole = play(learning([counter], 5_000), records)
      expect(written(play(learning([counter], batchSize), records))).toEqual(written(whole))
      let step = 0
      const again = play(learning(), records, [], mill => (cut[step++] ? mill.crash() : mill))
      expect(written(again)).toEqual(written(whole))
      expect(again.stateText()).toBe(play(learning(), records).stateText())
    }),
    { numRuns: 30 },
  )
})

/** The same versions, sooner. */
const hurried = (afterMs: number): Learner =>
  changed(({ occurredAt, ...rest }) => ({ ...rest, occurredAt, effectiveAt: occurredAt + afterMs }))

/** Publishes the counter's versions with something else in them. */
const changed = (change: (version: ModelParameters) => object): Learner => ({
  ...counter,
  *learn(record) {
    const learned = yield* counter.learn(record)
    if ('refused' in learned) return learned
    return { publish: change(learned.publish as ModelParameters) as ModelParameters }
  },
})

test('a version counts from its moment if it is two steps and the disorder behind what it is from', () => {
  const soon = hurried(2 * STEP_MS + seconds(6))
  const offset = fc.array(fc.integer({ min: 0, max: days(4) }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(history, offset, (records, between) => {
      checkVersions(play(learning([soon]), records, between))
    }),
    { numRuns: 40 },
  )
})

test('one that is effective at once counts from where pipelines have come to', () => {
  const late = hurried(0)
  const mill = learning([late])
  mill.send(orders, order('a', hours(20), 'ann'))
  mill.finish(true)
  const first = mill.resultsOf(lifecycleSegments).find(({ frequency }) => frequency === 1)!
  expect(first.occurredAt).toBeGreaterThan(days(1) + minutes(15))
  expect(first.occurredAt).toBeLessThanOrEqual(days(1) + minutes(15) + STEP_MS + minutes(20))
})

test('a learner that nobody here feeds is not there, and time is as it was', () => {
  const mill = harness([asking], { mode: 'history', learners: [counter] })
  const bare = harness([asking], { mode: 'history' })
  for (const each of [mill, bare]) {
    each.send(orders, order('a', hours(20), 'ann'))
    each.finish(true)
  }
  expect(written(mill)).toEqual(written(bare))
  expect(mill.stateText()).toBe(bare.stateText())
})

const faulty = (learn: () => never): Learner => ({ ...counter, id: 'faulty', learn })

test('what a learner throws stops nothing, and other learners go on', () => {
  const found: string[] = []
  const mill = harness(pipelines, { mode: 'history' })
  const thrower = faulty(() => {
    throw new Error('out of its mind')
  })
  mill.application.learnWith([thrower, counter], ({ id }, finding) => {
    found.push(`${id} ${finding.as}${finding.as === 'failed' ? ` ${finding.why}` : ''}`)
  })
  mill.send(orders, order('a', hours(20), 'ann'))
  passing(mill, 'b', days(1) + hours(2))
  expect(found).toEqual(['faulty failed out of its mind', 'counter published'])
  expect(mill.resultsOf(modelParameters)).toHaveLength(1)
})

test('a version that does not fit its topic is a fault of the learner, and is not published', () => {
  const found: string[] = []
  const misfit = changed(version => ({ ...version, version: 0 }))
  const mill = harness(pipelines, { mode: 'history' })
  mill.application.learnWith([misfit], (_, finding) => found.push(JSON.stringify(finding)))
  mill.send(orders, order('a', hours(20), 'ann'))
  mill.finish(true)
  expect(mill.resultsOf(modelParameters)).toEqual([])
  expect(found[0]).toMatch(/failed.*version is 0/)
})

test('a refusal publishes nothing, and the next count is learnt from again', () => {
  const found: string[] = []
  const mill = harness(pipelines, { mode: 'history' })
  mill.application.learnWith([counter], (_, finding) => found.push(finding.as))
  mill.send(orders, order('a', hours(19) + minutes(40), 'ann'))
  mill.finish(true)
  expect(mill.resultsOf(fraudScores)[0]!.score).toBe(14)
  expect(found).toEqual(['refused', 'published', 'published'])
  expect(mill.resultsOf(modelParameters)).toHaveLength(2)
})

test('a learner leads from a result topic to a control topic, and has a name of its own', () => {
  const { learn } = counter
  expect(() =>
    defineLearner({ id: 'x', from: orders, to: modelParameters, learn } as never),
  ).toThrow('learner x leads from orders (event) to model-parameters (control)')
  expect(() => learning([counter, counter])).toThrow('two learners are named counter')
  expect(() => harness(pipelines, { learners: [counter] })).toThrow('live, learners run beside')
})
