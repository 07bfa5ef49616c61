import type { SourcePosition } from '../../engine/commit.ts'
import type { Position, TopicPartition } from '../../logs/log.ts'

export const positionIn = (
  positions: readonly (SourcePosition | Position)[],
  { topic, partition }: TopicPartition,
): number | undefined =>
  positions.find(each => each.topic === topic && each.partition === partition)?.next
