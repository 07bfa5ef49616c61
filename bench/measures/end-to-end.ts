/** From a log of Avro records, through pipelines, into a log, with lasting commits. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import type { Log } from '../../src/logs/log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { fraudScores } from '../../src/pipelines/fraud-scores.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import { replay } from '../../src/replay/replay.ts'
import { logTarget } from '../../src/replay/target.ts'
import { openLogSource } from '../../src/sources/log-source.ts'
import { type Cost, least, Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { fillLog, recordsOf } from '../history.ts'
import { visitorPace } from '../light-pipeline.ts'

const ROUNDS = 4

export const lightEndToEnd = async (dir: string): Promise<Figure[]> => {
  const records = recordsOf().filter(({ topic }) => topic === 'clickstream')
  return [await endToEnd(dir, 'end to end: one light pipeline', records, [visitorPace], 10)]
}

export const lifecycleEndToEnd = async (dir: string): Promise<Figure[]> => [
  await endToEnd(dir, 'end to end: lifecycle alone', recordsOf(), [lifecycleSegments], 12),
]

export const bothEndToEnd = async (dir: string): Promise<Figure[]> => [
  await endToEnd(
    dir,
    'end to end: both pipelines',
    recordsOf(),
    [lifecycleSegments, fraudScores],
    25,
  ),
]

const endToEnd = async (
  dir: string,
  name: string,
  records: ReturnType<typeof recordsOf>,
  run: readonly Pipeline[],
  target: number,
): Promise<Figure> => {
  const source = await openLmdbLog(join(dir, 'source'), { wallNow: Date.now, durability: 'none' })
  await fillLog(source, records)
  const events = records.length
  records.length = 0
  const costs: Cost[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    costs.push(await oneRun(join(dir, `target-${round}`), source, run))
  }
  await source.close()
  const { cpuMicros, wallSeconds } = least(costs)
  const perSecond = events / wallSeconds
  return { name, value: cpuMicros / events, unit: 'µs', per: 'event', perSecond, target }
}

const oneRun = async (dir: string, source: Log, run: readonly Pipeline[]): Promise<Cost> => {
  const log = await openLmdbLog(dir, { wallNow: Date.now })
  const meter = new Meter()
  await meter.runAsync(() =>
    replay({
      pipelines: run,
      runId: 'bench',
      command: {},
      open: (topics, startAt) =>
        openLogSource(source, { topics: topics.map(({ name }) => name), startAt }),
      log,
      snapshots: fileSnapshots(join(dir, 'snapshots')),
      target: logTarget(),
      drain: false,
      startedAtMs: Date.now(),
    }),
  )
  await log.close()
  await rm(dir, { recursive: true })
  return meter.cost
}
