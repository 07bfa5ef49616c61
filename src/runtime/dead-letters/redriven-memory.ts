/**
 * Which records were put back onto the topics of a log, in that log: a record for each, whose key names
 * the one that had failed.
 */
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { DeadLetter } from '../../events.ts'
import type { Log, LogRecord } from '../../logs/log.ts'

export const REDRIVEN = { topic: 'redriven-dead-letters', partition: 0 }

const READ = { recordsMax: 10_000, bytesMax: 4 * 1024 * 1024 }

/** Names the record that a letter is about; several letters may be about one. */
export const redriveIdOf = (letter: DeadLetter): string =>
  `${partitionNameOf(letter)}|${letter.offset}`

/** @param numbers of the letters about it */
export const redrivenRecord = (id: string, numbers: readonly number[]): LogRecord => ({
  key: Buffer.from(id),
  value: Buffer.from(JSON.stringify({ numbers })),
})

/** Ids of all records that were put back there. */
export const redrivenIn = async (log: Log): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  if (!(await log.topics()).has(REDRIVEN.topic)) return ids
  await log.settled([REDRIVEN])
  const { first, next } = await log.range(REDRIVEN)
  for (let from = first; from < next; ) {
    const { records } = await log.read(REDRIVEN, from, READ)
    for (const { key } of records) ids.add(key!.toString())
    from = (records.at(-1)?.offset ?? next) + 1
  }
  return ids
}
