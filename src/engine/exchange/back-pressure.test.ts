/** What is held stays bounded, wherever it is read and whoever is slow, and all of it is handled. */
import { expect, test } from 'vitest'
import { lateEvents, lifecycleSegments, orders } from '../../events.ts'
import { order, segmentOf } from '../../testing/sample-pipelines.ts'
import { SlicesInMemory } from '../../testing/slices-in-memory.ts'
import { long } from '../form.ts'
import { definePipeline } from '../pipeline.ts'
import { value } from '../state/index.ts'
import { days, seconds } from '../time.ts'

const PARTITIONS = 3
const RECORDS = 300
const ROUND = 4
const HELD_MAX = 30

const counting = definePipeline({
  id: 'counting',
  version: '1',
  order: 'event-time',
  inputs: { order: { from: orders, key: order => order.userId } },
  state: { orders: value(long, 0) },
  forgetAfterMs: days(30),
  output: lifecycleSegments,
  on: { order: (_order, { key }) => segmentOf(key, 1) },
})

/** The further back the partition, the further apart its records: the last is hours ahead. */
const recordOf = (partition: number, number: number) =>
  order(`e${partition}-${number}`, number * seconds([1, 5, 60][partition]!), `user ${number % 50}`)

/** How many records each slice held at most, while one of them read nothing for so many rounds. */
const run = (count: number, stalledRounds: number) => {
  const limits = { heldMax: HELD_MAX }
  const slices = new SlicesInMemory([counting], { slices: count, partitions: PARTITIONS, limits })
  const read = [0, 0, 0]
  let [most, rounds] = [0, 0]
  const isDone = (): boolean => read.every(next => next === RECORDS)
  const take = (slice: number): void => {
    const paused = new Set(slices.applications[slice]!.overfull())
    for (let partition = slice; partition < PARTITIONS; partition += count) {
      if (paused.has(`orders|${partition}`)) continue
      for (let left = ROUND; left > 0 && read[partition]! < RECORDS; left--) {
        slices.send(orders, partition, recordOf(partition, read[partition]!++))
      }
      // The end of a partition is noticed by the clock.
      const at = [{ topic: 'orders', partition }]
      if (read[partition] === RECORDS) slices.applications[slice]!.tick(days(1), at)
    }
  }
  for (; !isDone() && rounds < 5_000; rounds++) {
    slices.applications.forEach((application, slice) => {
      if (slice === 1 && rounds < stalledRounds) return
      slices.receive(slice)
      take(slice)
      if (application.isDirty) slices.commit(slice)
      most = Math.max(most, application.runners[0]!.tasks[0]!.held.size)
    })
  }
  expect(isDone(), `${read} were read`).toBe(true)
  for (const [slice, application] of slices.applications.entries()) {
    application.tick(
      days(2),
      [0, 1, 2].filter(p => p % count === slice).map(partition => ({ topic: 'orders', partition })),
    )
  }
  slices.settle()
  return { slices, most }
}

test.each([
  ['whole', 1, 0],
  ['in slices', 3, 0],
  ['in slices of which one stands still for long', 3, 400],
])('%s', (_what, count, stalledRounds) => {
  const { slices, most } = run(count, stalledRounds)
  // Its own, what each of the others may have sent it, and a round of each.
  expect(most).toBeLessThanOrEqual(2 * HELD_MAX + (count === 1 ? PARTITIONS : count) * ROUND)
  expect(most).toBeGreaterThan(HELD_MAX / 2)
  expect(slices.resultsOf(lateEvents)).toEqual([])
  const handled = slices.resultsOf(lifecycleSegments).filter(({ causeEventId }) => causeEventId)
  expect(new Set(handled.map(({ causeEventId }) => causeEventId)).size).toBe(PARTITIONS * RECORDS)
})
