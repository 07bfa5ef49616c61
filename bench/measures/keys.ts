/**
 * What very many keys cost: the users of `lifecycle-segments`, each with a few events, and what it
 * takes to bring them back in a new process.
 */
import { join } from 'node:path'
import { Application } from '../../src/engine/application.ts'
import type { Arrival, EngineFields } from '../../src/engine/arrival.ts'
import { clickstream, deadLetters, lateEvents, orders } from '../../src/events.ts'
import { ApplicationLog } from '../../src/logs/application-log.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { userEvents } from '../users.ts'

const COMMIT_RECORDS = 20_000
const TARGET = { users: 1_000_000, seconds: 5, megabytes: 700 }

/** Writes the changelog of so many users into the directory. */
export const buildKeys = async (dir: string, users: string): Promise<Figure[]> => {
  const { application, state, close } = await openState(dir)
  await state.restore(application)
  let taken = 0
  for (const { topic, event } of userEvents(Number(users))) {
    application.take(arrivalOf(topic, event, taken++))
    if (taken % COMMIT_RECORDS === 0) await state.commit(application.commit(), [], null)
  }
  application.finish(false)
  await state.commit(application.commit(), [], null)
  await close()
  return []
}

/**
 * Restores them, and leaves a snapshot behind: so the first run restores from the changelog alone,
 * and the second one from the snapshot.
 */
export const restoreKeys = async (dir: string, users: string, from: string): Promise<Figure[]> => {
  const count = Number(users)
  const { application, state, close } = await openState(dir)
  const before = memory()
  const meter = new Meter()
  await meter.runAsync(() => state.restore(application))
  const { cpuMicros, wallSeconds } = meter.cost
  const after = memory()
  await state.snapshot(application, true)
  await close()
  const name = `${count.toLocaleString('en')} users from ${from}`
  const targets = count === TARGET.users
  return [
    {
      name: `keys: restore ${name}`,
      value: wallSeconds,
      unit: 's',
      perSecond: count / wallSeconds,
      ...(targets ? { target: TARGET.seconds } : {}),
    },
    { name: `keys: CPU to restore ${name}`, value: cpuMicros / count, unit: 'µs', per: 'key' },
    {
      name: `keys: memory of the process, ${name}`,
      value: after.residentBytes / 1e6,
      unit: 'MB',
      ...(targets ? { target: TARGET.megabytes } : {}),
    },
    {
      name: `keys: memory per key, ${name}`,
      value: (after.residentBytes - before.residentBytes) / count,
      unit: 'B',
      per: 'key',
    },
    {
      name: `keys: heap and buffers per key, ${name}`,
      value: (after.heldBytes - before.heldBytes) / count,
      unit: 'B',
      per: 'key',
    },
  ]
}

const openState = async (dir: string) => {
  const log = await openLmdbLog(join(dir, 'log'), { wallNow: Date.now, durability: 'none' })
  const snapshots = fileSnapshots(join(dir, 'snapshots'))
  const application = new Application({
    pipelines: [lifecycleSegments],
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  const state = new ApplicationLog({ log, applicationId: 'bench', snapshots })
  return { application, state, close: () => log.close() }
}

const arrivalOf = (topic: string, event: EngineFields, offset: number): Arrival => ({
  topic: topic === 'orders' ? orders : clickstream,
  partition: 0,
  source: `${topic}|0`,
  offset,
  timestampMs: event.occurredAt,
  key: null,
  format: 'avro',
  value: null,
  event,
  failure: null,
  redrivenFor: null,
})

/** After a collection. Resident memory includes pages of the log's file, which the system may drop. */
const memory = (): { residentBytes: number; heldBytes: number } => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { residentBytes: rss, heldBytes: heapUsed + external }
}
