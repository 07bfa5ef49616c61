import { expect, test } from 'vitest'
import { seconds } from '../../src/engine/time.ts'
import { firstDifference } from './check-event-time.ts'
import { LOAD_TOPICS, Load, type LoadPlan, type LoadRecord, OPENING } from './load.ts'
import { Steadiness } from './steadiness.ts'

const PLAN: LoadPlan = {
  seed: 4,
  rate: 500,
  startAt: 1_790_000_000_000,
  partitions: 4,
  json: ['orders'],
}
const SLOTS = 120

const loaded = (plan: LoadPlan): LoadRecord[][] => {
  const load = new Load(plan)
  return Array.from({ length: SLOTS + 1 }, (_, index) => load.recordsOf(index + OPENING))
}

const written = (slots: readonly LoadRecord[][]): string[] =>
  slots
    .flat()
    .map(({ topic, partition, value }) => `${topic.name}-${partition} ${value.toString('hex')}`)

test('the load is the same whenever it is made', () => {
  expect(written(loaded(PLAN))).toEqual(written(loaded(PLAN)))
  expect(written(loaded({ ...PLAN, seed: 5 }))).not.toEqual(written(loaded(PLAN)))
})

test('a key has one partition, and each topic is one of those that are made', () => {
  const partitions = new Map<string, number>()
  for (const { topic, key, partition } of loaded(PLAN).flat()) {
    if (!LOAD_TOPICS.includes(topic)) expect.fail(`${topic.name} is not made`)
    if ((partitions.get(key) ?? partition) !== partition) expect.fail(`${key} has two partitions`)
    partitions.set(key, partition)
  }
  expect(new Set(partitions.values()).size).toBe(4)
})

test('no event is more than 4 s behind its arrival, unless it was there before', () => {
  const load = new Load(PLAN)
  const seen = new Set<string>()
  for (const [index, records] of loaded(PLAN).entries()) {
    const end = load.endOf(index + OPENING)
    for (const { topic, record } of records) {
      const { eventId } = record as { eventId?: string }
      if (eventId === undefined || topic.kind !== 'event') continue
      const isLate = !seen.has(eventId) && end - record.occurredAt >= seconds(4)
      if (isLate) expect.fail(`${eventId} comes ${end - record.occurredAt} ms late`)
      seen.add(eventId)
    }
  }
  expect(seen.size).toBeGreaterThan(3_000)
})

test('the first difference is found, also where something is missing or too much', () => {
  const calm = new Map([
    ['a', ['1', '2']],
    ['b', ['3']],
  ])
  expect(firstDifference(calm, new Map(calm))).toBeNull()
  expect(firstDifference(calm, new Map([['a', ['1', '2']]]))).toMatchObject({
    place: 'b',
    index: 0,
  })
  expect(firstDifference(calm, new Map([...calm, ['a', ['1']]]))).toMatchObject({
    place: 'a',
    index: 1,
  })
  expect(firstDifference(calm, new Map([...calm, ['c', ['1']]]))).toMatchObject({
    place: 'c',
    found: 1,
  })
  expect(firstDifference(calm, new Map([...calm, ['a', ['2', '1']]]))).toMatchObject({ index: 0 })
})

test('the steadiness of a load is that of its quietest 10 s', () => {
  const steadiness = new Steadiness()
  let records = 0
  for (let slot = 0; slot <= 120; slot += 4) {
    steadiness.see({ slot, records, isDone: false })
    records += slot >= 40 && slot < 80 ? 4_000 : 6_000
  }
  expect(steadiness.figures()).toMatchObject({ seconds: 30, leastPerSecond: 4_000 })
})
