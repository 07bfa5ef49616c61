/** What a run has left at its targets: how many records of each result topic, and where. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { AnyTopic } from '../engine/topic.ts'
import { openLmdbLog } from '../logs/lmdb-log.ts'
import { type Place, targetOf } from '../replay/places.ts'

export interface ResultCount {
  readonly topic: string
  readonly records: number
  /** The file, or the topic in its log. */
  readonly at: string
}

/**
 * Of the first target that keeps anything and can be counted quickly; empty where none does. On Kafka
 * offsets are no count of records, since transactions have some.
 */
export const resultsAt = async (
  to: readonly string[],
  topics: readonly AnyTopic[],
): Promise<readonly ResultCount[]> => {
  const place = to.map(targetOf).find(({ kind }) => kind !== 'null')
  if (place === undefined) return []
  const names = topics.map(({ name }) => name)
  if (place.kind === 'ndjson') return inFiles(place, names)
  if (place.kind === 'log') return inLog(place.path, place, names)
  return place.kind === 'chdb' ? inLog(join(place.path, 'log'), place, names) : []
}

const inFiles = async ({ path }: Place, names: readonly string[]): Promise<ResultCount[]> => {
  const counts: ResultCount[] = []
  for (const topic of names) {
    const at = join(path, `${topic}.ndjson`)
    counts.push({ topic, at, records: await linesIn(at) })
  }
  return counts
}

const NEWLINE = 10

const linesIn = async (path: string): Promise<number> => {
  let lines = 0
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = block as Buffer
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  }
  return lines
}

const inLog = async (
  path: string,
  { kind, path: at }: Place,
  names: readonly string[],
): Promise<ResultCount[]> => {
  const log = await openLmdbLog(path, { wallNow: Date.now })
  try {
    const there = await log.topics()
    const counts: ResultCount[] = []
    for (const topic of names) {
      let records = 0
      for (let partition = 0; partition < (there.get(topic)?.partitions ?? 0); partition++) {
        const { first, next } = await log.range({ topic, partition })
        records += next - first
      }
      counts.push({ topic, records, at: `${kind}:${at}` })
    }
    return counts
  } finally {
    await log.close()
  }
}
