import { expect, test } from 'vitest'
import { Intake } from './intake.ts'
import type { AnyTopic } from './topic.ts'

const orders = { name: 'orders' } as AnyTopic
const sessions = { name: 'sessions' } as AnyTopic

const VERSIONS = { 'fraud-scores': '1' }

test('a commit names the ranges that were taken in, and where reading goes on', () => {
  const intake = new Intake()
  expect(intake.isDirty).toBe(false)
  intake.note(orders.name, 0, 5)
  intake.note(orders.name, 0, 8)
  intake.note(sessions.name, 0, 1)
  intake.note(orders.name, 1, 2)
  intake.note(orders.name, 0, 9)
  expect(intake.isDirty).toBe(true)
  const { journal, positions } = intake.commit(7, VERSIONS)
  expect(journal).toEqual({
    epoch: 7,
    ranges: [
      { topic: 'orders', partition: 0, first: 5, last: 9, count: 3 },
      { topic: sessions.name, partition: 0, first: 1, last: 1, count: 1 },
      { topic: 'orders', partition: 1, first: 2, last: 2, count: 1 },
    ],
    ticks: [],
    published: [],
    ended: null,
    versions: VERSIONS,
  })
  expect(positions).toEqual([
    { topic: 'orders', partition: 0, next: 10 },
    { topic: sessions.name, partition: 0, next: 2 },
    { topic: 'orders', partition: 1, next: 3 },
  ])
})

test('each commit starts anew, and positions stay', () => {
  const intake = new Intake()
  intake.restore([{ topic: 'prices', partition: 3, next: 40 }])
  intake.note(orders.name, 0, 5)
  intake.commit(1, VERSIONS)
  expect(intake.isDirty).toBe(false)
  intake.note(orders.name, 0, 6)
  const { journal, positions } = intake.commit(2, VERSIONS)
  expect(journal.ranges).toEqual([{ topic: 'orders', partition: 0, first: 6, last: 6, count: 1 }])
  expect(positions).toEqual([
    { topic: 'prices', partition: 3, next: 40 },
    { topic: 'orders', partition: 0, next: 7 },
  ])
})

test('ticks say after how many records they came; versions and the end are written down once', () => {
  const intake = new Intake()
  const partitions = [{ topic: 'orders', partition: 0 }]
  intake.tick(50, partitions)
  intake.note(orders.name, 0, 0)
  intake.note(orders.name, 0, 1)
  intake.tick(70, partitions)
  intake.published('fraud-policies:p@2')
  intake.end(true)
  const { journal } = intake.commit(1, VERSIONS)
  expect(journal.ticks).toEqual([
    { at: 50, after: 0, partitions },
    { at: 70, after: 2, partitions },
  ])
  expect(journal).toMatchObject({ published: ['fraud-policies:p@2'], ended: 'drained' })
  expect(intake.commit(2, VERSIONS).journal).toMatchObject({
    ticks: [],
    published: [],
    ended: null,
  })
  intake.tick(80, partitions)
  expect(intake.isDirty).toBe(true)
})
