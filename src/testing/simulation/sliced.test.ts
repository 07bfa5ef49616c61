import { expect, test } from 'vitest'
import { hours } from '../../engine/time.ts'
import { clickstream, type FraudScore, fraudScores, orders, policies } from '../../events.ts'
import { CIRCLE } from '../sample-circle.ts'
import { click, counting, following, order, scattering } from '../sample-pipelines.ts'
import { type Send, send } from '../script.ts'
import { type Random, simulate } from '../simulator.ts'
import { circleEvents } from './circle-events.ts'
import { adding, sharing } from './sliced-pipelines.ts'
import { sourceTopics } from './source-topics.ts'

/** Keys of users, articles and of another pipeline's results cross slices, and are held there. */
const HELD = [counting, adding, sharing]
/** Parts and their answers cross slices, and what is read from the results. */
const SCATTERED = [scattering, following]
const PARTITIONS = 5

const policy = (version: number, effectiveAt: number): Send =>
  send(policies, {
    policyId: 'fraud',
    version,
    occurredAt: -60_000,
    effectiveAt,
    document: '{}',
  })

const events = (random: Random): Send[] => {
  const script: Send[] = [policy(1, 0), policy(2, 20_000), policy(3, hours(2))]
  let at = 0
  for (let id = 0; id < 30; id++) {
    at += random.chance(0.1) ? random.upTo(hours(9)) : random.upTo(3_000)
    const user = random.pick(['ann', 'bob', 'cyd', 'dan', null])
    const partition = random.upTo(PARTITIONS - 1)
    if (random.chance(0.3)) {
      const type = random.chance(0.2) ? 'SIGNUP' : 'PAGE_VIEW'
      script.push(send(clickstream, click(`c${id}`, at, user, { type }), partition))
    } else {
      const orderId = random.chance(0.1) ? `bad${id}` : `o${id}`
      const deviceId = random.pick(['d1', 'd2', 'd3', null])
      const skus = ['tea', 'cup', 'pot', 'broken'].filter(() => random.chance(0.4))
      const lines = skus.map(sku => ({ sku, quantity: 1, unitPriceMinor: 1 }))
      const more = { orderId, deviceId, lines }
      script.push(send(orders, order(`e${id}`, at, user, more), partition))
    }
  }
  return script
}

/** A part is missing where its handler failed, and never since its answer was on its way. */
const answersInTime = (records: ReadonlyMap<string, readonly object[]>): void => {
  for (const { subjectId, reasons } of (records.get(fraudScores.name) ?? []) as FraudScore[]) {
    if (!subjectId.startsWith('bad')) expect(reasons, `what ${subjectId} lacks`).toEqual([])
  }
}

const simulated = (seed: number, more: Partial<Parameters<typeof simulate>[0]> = {}) => {
  const pipelines = seed % 2 === 0 ? HELD : SCATTERED
  const read = sourceTopics(pipelines)
  return simulate({
    pipelines,
    slices: 2 + (seed % 3),
    processes: 3,
    sourcePartitions: PARTITIONS,
    events: random => events(random).filter(step => read.includes(step.send)),
    seed,
    also: answersInTime,
    ...more,
  })
}

/** `MILLRACE_SLICED_SEEDS=10000` for more of them, `MILLRACE_SLICED_SEEDS=17..17` for one. */
const seeds = (): [first: number, last: number] => {
  const [first, last] = (process.env.MILLRACE_SLICED_SEEDS ?? '200').split('..').map(Number)
  return last === undefined ? [1, first!] : [first!, last]
}

test('in slices that die and move, each record counts once and every answer comes', async () => {
  const [first, last] = seeds()
  let crashes = 0
  for (let seed = first; seed <= last; seed++) crashes += (await simulated(seed)).crashes
  expect(crashes).toBeGreaterThan((last - first) / 2)
}, 3_600_000)

test('at least once, no result is missing and none is made up, whatever commits were under way', async () => {
  for (let seed = 1; seed <= 300; seed++) await simulated(seed, { guarantee: 'at-least-once' })
}, 3_600_000)

test.each(['exactly-once', 'at-least-once'] as const)(
  '%s, pipelines in a circle give each result once',
  async guarantee => {
    const inACircle = (random: Random) => circleEvents(random, PARTITIONS)
    for (let seed = 1; seed <= 120; seed++) {
      await simulated(seed, { pipelines: CIRCLE, events: inACircle, guarantee })
    }
  },
  3_600_000,
)
