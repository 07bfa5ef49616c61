import { expect, test, vi } from 'vitest'
import { deadLetters } from '../../../events.ts'
import { KEPT_WHOLE, type Log } from '../../../logs/log.ts'
import { memoryLog } from '../../../logs/memory-log.ts'
import { SMALL } from '../../conformance/crashing-run.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { parcelTopic } from '../../conformance/sample-topics.ts'
import { ClickHouseSink } from './sink.ts'

const PARCELS = parcelTopic('parcels')

/** A sink of the group, and how many partitions it was given and gave back. */
const startCounted = async (log: Log) => {
  const counts = { assigned: 0, revoked: 0 }
  const sink = await ClickHouseSink.start({
    ...SMALL,
    log,
    applicationId: 'mill',
    topics: [PARCELS, deadLetters],
    destination: listTables().destination,
    onRebalance: (what, partitions) => {
      counts[what] += partitions
    },
  })
  return { sink, counts, holds: () => counts.assigned - counts.revoked }
}

test('a sink tells of the partitions that it is given, hands over and gives back', async () => {
  const log = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
  await log.createTopic(PARCELS.name, { ...KEPT_WHOLE, partitions: 3 })
  await log.createTopic(deadLetters.name, KEPT_WHOLE)
  const first = await startCounted(log)
  await vi.waitFor(() => expect(first.counts).toEqual({ assigned: 4, revoked: 0 }))
  const second = await startCounted(log)
  await vi.waitFor(() => {
    expect(second.holds()).toBeGreaterThan(0)
    expect(first.holds() + second.holds()).toBe(4)
  })
  expect(first.holds()).toBe(first.sink.status().length)
  await first.sink.stop()
  await vi.waitFor(() => expect(second.holds()).toBe(4))
  expect(first.holds()).toBe(0)
  await second.sink.stop()
})
