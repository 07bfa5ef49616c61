/** What a run has put out, of the only pipeline here. */
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import {
  deadLetters,
  type LifecycleSegment,
  lateEvents,
  lifecycleSegments as segments,
} from '../../src/events.ts'
import type { Log, StoredRecord } from '../../src/logs/log.ts'

export interface Results {
  /** By key, and those of a key in the order in which they were made. */
  readonly records: readonly StoredRecord[]
  /** How many events were late, or could not be handled. */
  readonly setAside: number
}

export const resultsIn = async (log: Log): Promise<Results> => {
  const records = await recordsOf(log, segments.name)
  const late = await recordsOf(log, lateEvents.name)
  const dead = await recordsOf(log, deadLetters.name)
  return { records: byKey(records), setAside: late.length + dead.length }
}

export const segmentOf = ({ value }: StoredRecord): LifecycleSegment =>
  codecsOf(segments).decodeAvro(value!)

/** What was said of each person, under `USER:` or `VISITOR:` and the id. */
export const bySubject = (
  said: readonly LifecycleSegment[],
): ReadonlyMap<string, readonly LifecycleSegment[]> => {
  const subjects = new Map<string, LifecycleSegment[]>()
  for (const segment of said) {
    const key = `${segment.subjectType}:${segment.subjectId}`
    const known = subjects.get(key)
    if (known) known.push(segment)
    else subjects.set(key, [segment])
  }
  return subjects
}

/** One line for each record, with every byte of it. */
export const linesOf = (records: readonly StoredRecord[]): string[] =>
  records.map(({ key, value, headers }) => {
    const bytes = Buffer.from(value!).toString('hex')
    return `${key} ${headers?.resultId} ${bytes}`
  })

const ALL = { recordsMax: 1_000_000, bytesMax: 1 << 30 }

const recordsOf = async (log: Log, topic: string): Promise<StoredRecord[]> => {
  const { partitions } = (await log.topics()).get(topic)!
  const all: StoredRecord[] = []
  for (let partition = 0; partition < partitions; partition++) {
    all.push(...(await log.read({ topic, partition }, 0, ALL)).records)
  }
  return all
}

/** The sort is stable. */
const byKey = (records: readonly StoredRecord[]): StoredRecord[] =>
  [...records].sort(({ key: one }, { key: other }) => Buffer.compare(bytesOf(one), bytesOf(other)))

const bytesOf = (key: StoredRecord['key']): Buffer => Buffer.from(key ?? '')
