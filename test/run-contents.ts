import { Application } from '../src/engine/application.ts'
import type { Pipeline } from '../src/engine/pipeline.ts'
import { deadLetters, lateEvents } from '../src/events.ts'
import { ApplicationLog } from '../src/logs/application-log.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import type { Log } from '../src/logs/log.ts'
import { resultTopics } from '../src/logs/result-topics.ts'
import { fileSnapshots } from '../src/logs/snapshots.ts'

/** All that a run in a log consists of, as text that can be compared. */
export interface RunContents {
  /** Result topic to its records in order: key, value and headers. */
  readonly topics: Readonly<Record<string, readonly string[]>>
  /** Keys with their cells and timers, held records, gathers, remembered ids, watermark; sorted. */
  readonly state: readonly string[]
  readonly positions: unknown
  readonly epoch: number
  /** By the wall clock, in ms since 1970; stands in the state of records that are kept whole. */
  readonly startedAtMs: number
}

export const contentsOfRun = async (
  directory: string,
  runId: string,
  pipelines: readonly Pipeline[],
): Promise<RunContents> => {
  const log = await openLmdbLog(directory, { wallNow: Date.now })
  try {
    const application = new Application({ pipelines, mode: 'history', lateEvents, deadLetters })
    const snapshots = fileSnapshots(`${directory}/snapshots`)
    const state = new ApplicationLog<{ startedAtMs: number }>({
      log,
      applicationId: runId,
      snapshots,
    })
    const last = await state.restore(application)
    const topics: Record<string, string[]> = {}
    for (const { name } of resultTopics(pipelines)) topics[name] = await recordsOf(log, name)
    const positions = last?.positions ?? null
    const startedAtMs = last?.marks.startedAtMs ?? 0
    return {
      topics,
      state: stateOf(application),
      positions,
      epoch: last?.epoch ?? 0,
      startedAtMs,
    }
  } finally {
    await log.close()
  }
}

const recordsOf = async (log: Log, topic: string): Promise<string[]> => {
  const texts: string[] = []
  const limits = { recordsMax: 100_000, bytesMax: 1 << 30 }
  for (let partition = 0; partition < (await log.topics()).get(topic)!.partitions; partition++) {
    const { first, next } = await log.range({ topic, partition })
    for (let from = first; from < next; ) {
      const { records } = await log.read({ topic, partition }, from, limits)
      for (const { key, value, headers } of records) {
        texts.push(`${key} ${value?.toString('base64')} ${JSON.stringify(headers ?? {})}`)
      }
      from = records.at(-1)!.offset + 1
    }
  }
  return texts
}

const stateOf = (application: Application): string[] => {
  const entries: string[] = []
  for (const { pipeline, tasks } of application.runners) {
    tasks.forEach((_, partition) => {
      for (const { key, value } of application.snapshot(pipeline.id, partition)) {
        entries.push(`${pipeline.id}-${partition} ${key} ${value?.toString('base64')}`)
      }
    })
  }
  return entries.sort()
}
