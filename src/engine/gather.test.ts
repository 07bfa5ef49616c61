import { expect, test } from 'vitest'
import { fraudScores, modelParameters, orders } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { judging, version } from '../testing/sample-circle.ts'
import { order, scattering } from '../testing/sample-pipelines.ts'
import { long, record } from './form.ts'
import { Gathering } from './task/gathering.ts'
import { hours } from './time.ts'

/** An event that goes to several keys, and the answers that meet again. */

const scores = (mill: ReturnType<typeof harness>) =>
  mill
    .resultsOf(fraudScores)
    .map(r => [r.subjectId, r.score, r.reasons.map(reason => reason.detail)])

test('each part keeps its own state, and the answers meet in one result', () => {
  const mill = harness([scattering], { partitions: 3 })
  mill.send(orders, order('a', 0, 'ann', { deviceId: 'd1' }))
  mill.send(orders, order('b', 1, 'ann', { deviceId: 'd2' }))
  mill.send(orders, order('c', 2, 'bob', { deviceId: 'd1' }))
  expect(scores(mill)).toEqual([
    ['o-a', 11, []],
    ['o-b', 21, []],
    ['o-c', 12, []],
  ])
})

test('a part that is null is not asked, and an event without parts is answered at once', () => {
  const mill = harness([scattering])
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('b', 0, null))
  expect(scores(mill)).toEqual([
    ['o-a', 10, []],
    ['o-b', 0, []],
  ])
})

test('the same id at two parts is two keys', () => {
  const mill = harness([scattering])
  mill.send(orders, order('a', 0, 'same', { deviceId: 'same' }))
  expect(scores(mill)).toEqual([['o-a', 11, []]])
})

test('a part whose handler fails is missing in the result, which goes out all the same', () => {
  const mill = harness([scattering])
  mill.send(orders, order('a', 0, 'ann', { orderId: 'bad', deviceId: 'd1' }))
  expect(scores(mill)).toEqual([['bad', 10, ['device']]])
  expect(mill.dead.map(dead => dead.key)).toEqual(['device:d1'])
})

test('exactly one result per event, however often it is sent and whenever it comes', () => {
  const mill = harness([scattering])
  mill.send(orders, order('b', hours(1), 'ann'))
  mill.send(orders, order('a', 0, 'ann'))
  mill.send(orders, order('a', 0, 'ann'))
  expect(scores(mill).map(([subject]) => subject)).toEqual(['o-b', 'o-a'])
})

test('answers that wait for the watermark meet again after a crash', () => {
  const patient = { ...scattering, id: 'patient', order: 'event-time' as const }
  const mill = harness([patient], { partitions: 3 })
  mill.send(orders, order('b', 1, 'ann', { deviceId: 'd1' }))
  mill.send(orders, order('a', 0, 'ann', { deviceId: 'd1' }))
  expect(scores(mill)).toEqual([])
  const again = mill.crash().crash()
  again.advanceTo(hours(1))
  expect([...scores(again)].sort()).toEqual([
    ['o-a', 11, []],
    ['o-b', 22, []],
  ])
})

test('what is gathered sees versions from their moment on, and the time of its event', () => {
  const patient = { ...judging, order: 'event-time' as const }
  const run = (crashes: boolean, arranged = patient as typeof judging) => {
    let mill = harness([arranged], { batchSize: 1 })
    const sent = [
      () => mill.send(modelParameters, version(1, 0, -1)),
      () => mill.send(modelParameters, version(2, hours(2), -1)),
      () => mill.send(orders, order('c', hours(2) + 1, 'ann')),
      () => mill.send(orders, order('b', hours(2), 'ann')),
      () => mill.send(orders, order('a', hours(2) - 1, 'ann')),
      () => mill.tick(hours(3)),
    ]
    for (const step of sent) {
      step()
      mill.commit()
      if (crashes) mill = mill.crash()
    }
    return mill
      .resultsOf(fraudScores)
      .map(({ subjectId, policyVersion, features }) => [subjectId, policyVersion, features.now])
  }
  expect(run(false)).toEqual([
    ['o-a', 1, hours(2) - 1],
    ['o-b', 2, hours(2)],
    ['o-c', 2, hours(2) + 1],
  ])
  expect(run(true)).toEqual(run(false))
  // In order of arrival the watermark is behind, and with it the version.
  expect(run(false, judging)).toEqual([
    ['o-c', 1, hours(2) + 1],
    ['o-b', 1, hours(2)],
    ['o-a', 1, hours(2) - 1],
  ])
})

// Within one process all parts answer in the step of their event, so a part that is slow, as over
// an exchange, is tried on the gathering itself.

const gathering = () => {
  const gone: [string, string[], string[]][] = []
  const gathered = new Gathering(
    record({ n: long }),
    () => Buffer.alloc(0),
    gather => gone.push([gather.id, Object.keys(gather.answers), gather.missing]),
  )
  const input = { name: 'order' } as never
  const open = (id: string, deadline: number, ...parts: string[]) => {
    const arrival = { topic: orders, event: { eventId: id } } as never
    const asked = { id: '', input, arrival, awaited: parts, answers: {}, missing: [] }
    gathered.ask({ ...asked, deadline, saved: false } as never)
    gathered.asked()
  }
  const answer = (id: string, part: string, n: number) =>
    gathered.answer(gathered.withId(`order|${id}`), part, { n })
  const giveUp = (id: string, part: string) => gathered.giveUp(gathered.withId(`order|${id}`), part)
  return { gone, gathered, open, answer, giveUp }
}

test('a result waits for all its parts until its deadline, and says who is missing', () => {
  const { gone, gathered, open, answer } = gathering()
  open('a', 100, 'user', 'device')
  open('b', 90, 'user')
  answer('a', 'user', 1)
  gathered.expire(89)
  expect(gone).toEqual([])
  gathered.expire(100)
  expect(gone).toEqual([
    ['order|b', [], ['user']],
    ['order|a', ['user'], ['device']],
  ])
})

test('a second answer of a part, or one after the result, changes nothing', () => {
  const { gone, gathered, open, answer } = gathering()
  open('a', 100, 'user', 'device')
  answer('a', 'user', 1)
  answer('a', 'user', 2)
  answer('a', 'device', 3)
  answer('a', 'device', 4)
  gathered.expire(1_000)
  expect(gone).toEqual([['order|a', ['user', 'device'], []]])
})

test('an event that is asked again while its gather is open is answered once, by all its parts', () => {
  const { gone, gathered, open, answer } = gathering()
  open('a', 100, 'user', 'device')
  answer('a', 'user', 1)
  open('a', 100, 'user', 'device')
  answer('a', 'device', 2)
  gathered.expire(1_000)
  expect(gone).toEqual([['order|a', ['user', 'device'], []]])
})

test('a part that answered and then fails is not missing', () => {
  const { gone, open, answer, giveUp } = gathering()
  open('a', 100, 'user', 'device')
  answer('a', 'user', 1)
  giveUp('a', 'user')
  giveUp('a', 'device')
  expect(gone).toEqual([['order|a', ['user'], ['device']]])
})

test('an event whose gathering failed can be redriven, and is answered then', () => {
  let fails = true
  const failing = {
    ...scattering,
    gather: {
      order: (...given: Parameters<(typeof scattering.gather)['order']>) => {
        if (fails) throw new Error('no answer')
        return scattering.gather.order!(...given)
      },
    },
  }
  const mill = harness([failing])
  mill.send(orders, order('a', 0, 'ann'))
  expect(scores(mill)).toEqual([])
  fails = false
  mill.send(orders, order('a', 0, 'ann'), { redrivenFor: 'scattering' })
  expect(scores(mill).map(([subject]) => subject)).toEqual(['o-a'])
})
