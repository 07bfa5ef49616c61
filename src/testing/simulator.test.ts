import { expect, test } from 'vitest'
import type { CommitUnit } from '../engine/commit.ts'
import { hours } from '../engine/time.ts'
import { clickstream, orders } from '../events.ts'
import { CIRCLE } from './sample-circle.ts'
import { click, counting, following, order, scattering } from './sample-pipelines.ts'
import { type Send, send } from './script.ts'
import { circleEvents } from './simulation/circle-events.ts'
import { type Random, simulate } from './simulator.ts'

const pipelines = [counting, scattering, following]

/** Orders and clicks of few users, seconds or hours apart, some of them that handlers refuse. */
const events = (random: Random): Send[] => {
  const script: Send[] = []
  let at = 0
  for (let id = 0; id < 30; id++) {
    at += random.chance(0.1) ? random.upTo(hours(9)) : random.upTo(3_000)
    const user = random.pick(['ann', 'bob', 'cyd', null])
    const partition = random.upTo(1)
    if (random.chance(0.3)) {
      const type = random.chance(0.2) ? 'SIGNUP' : 'PAGE_VIEW'
      script.push(send(clickstream, click(`c${id}`, at, user, { type }), partition))
    } else {
      const orderId = random.chance(0.1) ? `bad${id}` : `o${id}`
      const deviceId = random.pick(['d1', 'd2', null])
      script.push(send(orders, order(`e${id}`, at, user, { orderId, deviceId }), partition))
    }
  }
  return script
}

/** `MILLRACE_SEEDS=100000` for more of them, `MILLRACE_SEEDS=17..17` for one that failed. */
const seeds = (): [first: number, last: number] => {
  const [first, last] = (process.env.MILLRACE_SEEDS ?? '1000').split('..').map(Number)
  return last === undefined ? [1, first!] : [first!, last]
}

test('under any schedule of crashes and faults each record counts once', async () => {
  const [first, last] = seeds()
  let crashes = 0
  for (let seed = first; seed <= last; seed++) {
    crashes += (await simulate({ pipelines, events, seed })).crashes
  }
  expect(crashes).toBeGreaterThan(last - first)
}, 3_600_000)

test('the same of pipelines in a circle, whose results come back', async () => {
  const [first, last] = seeds()
  for (let seed = first; seed <= Math.min(last, first + 299); seed++) {
    await simulate({ pipelines: CIRCLE, events: random => circleEvents(random, 2), seed })
  }
}, 3_600_000)

test('one seed gives the same run again', async () => {
  const [one, two] = [
    await simulate({ pipelines, events, seed: 5 }),
    await simulate({ pipelines, events, seed: 5 }),
  ]
  expect(one).toEqual(two)
  expect(one.results).toBeGreaterThan(10)
})

/** The seed at which the defect was found, and what was said. */
const found = async (sabotage: () => (unit: CommitUnit) => CommitUnit): Promise<string> => {
  for (let seed = 1; seed <= 50; seed++) {
    try {
      await simulate({ pipelines, events, seed, sabotage })
    } catch (thrown) {
      return (thrown as Error).message
    }
  }
  return 'not found'
}

test('a canary whose positions are committed before its state is caught', async () => {
  const behind = () => {
    let last: CommitUnit['changelogs'] = []
    return (unit: CommitUnit): CommitUnit => {
      const changelogs = last
      last = unit.changelogs
      return { ...unit, changelogs }
    }
  }
  expect(await found(behind)).toMatch(/simulation with seed \d+ failed.*\n.*(two records|differ)/)
})

test('a canary whose state is committed before its positions is caught', async () => {
  const ahead = () => {
    let last: CommitUnit['positions'] = []
    return (unit: CommitUnit): CommitUnit => {
      const positions = last
      last = unit.positions
      return { ...unit, positions }
    }
  }
  expect(await found(ahead)).toMatch(/simulation with seed \d+ failed.*\n.*(two records|differ)/)
})
