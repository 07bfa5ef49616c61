import type { Log, TopicPartition } from './log.ts'

/** Whether a partition has no record that can be read: offsets may be those of transactions' marks alone. */
export const isEmpty = async (log: Log, at: TopicPartition): Promise<boolean> => {
  if (!(await log.topics()).has(at.topic)) return true
  await log.settled([at])
  const { first } = await log.range(at)
  const { records } = await log.read(at, first, { recordsMax: 1, bytesMax: 1 })
  return records.length === 0
}
