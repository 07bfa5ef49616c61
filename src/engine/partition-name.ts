/**
 * A partition of a topic in one word, as `orders|3`: what maps of partitions have for a key, and what
 * the rooms call a partition to one another. It stands in changelogs and among the intents of a sink,
 * so it never changes.
 */
export const partitionName = (topic: string, partition: number): string => `${topic}|${partition}`

export const partitionNameOf = (at: {
  readonly topic: string
  readonly partition: number
}): string => partitionName(at.topic, at.partition)
