/**
 * Who reads what in a group: the *range* assignment. Each topic's partitions are cut into as many
 * runs as it has members, in the order in which they joined. So topics with equal partition counts
 * are co-partitioned: partition k of all of them goes to one member.
 */
import type { TopicPartition } from '../log.ts'

export interface Interested {
  readonly topics: readonly string[]
}

export const assignRanges = <M extends Interested>(
  members: readonly M[],
  partitionsOf: (topic: string) => number,
): Map<M, TopicPartition[]> => {
  const shares = new Map<M, TopicPartition[]>(members.map(member => [member, []]))
  for (const topic of new Set(members.flatMap(member => member.topics))) {
    const readers = members.filter(member => member.topics.includes(topic))
    const count = partitionsOf(topic)
    for (let partition = 0; partition < count; partition++) {
      shares.get(readers[readerOf(partition, count, readers.length)]!)!.push({ topic, partition })
    }
  }
  return shares
}

/** The first `count % readers` readers have one partition more than the others. */
const readerOf = (partition: number, count: number, readers: number): number => {
  const few = Math.floor(count / readers)
  const more = count % readers
  const inLonger = (few + 1) * more
  if (partition < inLonger) return Math.floor(partition / (few + 1))
  return more + Math.floor((partition - inLonger) / few)
}
