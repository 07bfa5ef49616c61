/** The law under random schedules of records, faults and crashes. */
import fc from 'fast-check'
import { test } from 'vitest'
import type { Log } from '../../logs/log.ts'
import { CrashingRun } from './crashing-run.ts'
import { FAULTS } from './faulty-destination.ts'
import { type Kind, parcelRecord, parcelTopic } from './sample-topics.ts'
import type { Tested } from './tested-table.ts'

const PARTITIONS = 2
const TOPICS = [
  parcelTopic('parcels'),
  parcelTopic('returned-parcels'),
  parcelTopic('lost-parcels'),
]
/** Its older records are compacted away, which leaves gaps between the offsets. */
const COMPACTED = TOPICS[2]!

const kinds: fc.Arbitrary<Kind> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('fits' as const) },
  { weight: 1, arbitrary: fc.constant('broken' as const) },
  { weight: 1, arbitrary: fc.constant('tombstone' as const) },
)

const appends = fc.array(
  fc.record({
    topic: fc.nat(TOPICS.length - 1),
    partition: fc.nat(PARTITIONS - 1),
    kinds: fc.array(kinds, { minLength: 1, maxLength: 14 }),
  }),
  { minLength: 1, maxLength: 8 },
)

const schedules = fc.record({
  before: appends,
  meanwhile: appends,
  faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 20 }),
  crashAtStored: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
  lostCommits: fc.nat(2),
  /** Places of rows that their table refuses. */
  refused: fc.array(fc.record({ topic: fc.nat(2), partition: fc.nat(1), offset: fc.nat(30) }), {
    maxLength: 3,
  }),
})
type Schedule = typeof schedules extends fc.Arbitrary<infer T> ? T : never
type Appends = typeof appends extends fc.Arbitrary<infer T> ? T : never

export const randomSchedules = ({ openTables, openLog }: Tested, numRuns: number): void => {
  test('whatever fails and crashes, each record is one row, or has one letter', async () => {
    const tables = await openTables()
    try {
      await fc.assert(
        fc.asyncProperty(schedules, schedule =>
          keepsTheLaw(new CrashingRun(openLog('on-flush'), tables, TOPICS, schedule), schedule),
        ),
        { numRuns, interruptAfterTimeLimit: 15_000 },
      )
    } finally {
      await tables.close()
    }
  })
}

const keepsTheLaw = async (run: CrashingRun, schedule: Schedule): Promise<void> => {
  await run.prepare()
  await createTopics(run.log)
  await write(run.log, schedule.before)
  await run.log.clean()
  for (const { topic, partition, offset } of schedule.refused) {
    run.refused.add(`${TOPICS[topic]!.name}|${partition}|${offset}`)
  }
  run.log.flush()
  run.start()
  for (const append of schedule.meanwhile) {
    await write(run.log, [append])
    run.log.flush()
    await new Promise(resolve => setImmediate(resolve))
  }
  await run.drain()
  await run.expectExactlyOnce()
  await startsAgainInVain(run)
}

/** One more start, with nothing new in the log, changes nothing. */
const startsAgainInVain = async (run: CrashingRun): Promise<void> => {
  run.crash()
  await run.drain()
  await run.stop()
  await run.expectExactlyOnce()
}

const createTopics = async (log: Log): Promise<void> => {
  const kept = { partitions: PARTITIONS, retentionMs: null, retentionBytes: null }
  for (const topic of TOPICS) {
    await log.createTopic(topic.name, { ...kept, compacted: topic === COMPACTED })
  }
}

const write = async (log: Log, all: Appends): Promise<void> => {
  for (const { topic, partition, kinds } of all) {
    const { name } = TOPICS[topic]!
    const { next } = await log.range({ topic: name, partition })
    const records = kinds.map((kind, i) => parcelRecord(TOPICS[topic]!, next + i, kind))
    await log.commit({ appends: [{ topic: name, partition, records }] })
  }
}
