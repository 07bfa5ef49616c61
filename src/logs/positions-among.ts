import { partitionNameOf } from '../engine/partition-name.ts'
import type { Position, TopicPartition } from './log.ts'

/** Those that are of the partitions; all of them where none are named. */
export const positionsAmong = (
  positions: readonly Position[],
  partitions: readonly TopicPartition[] | undefined,
): readonly Position[] => {
  if (partitions === undefined) return positions
  const names = new Set(partitions.map(partitionNameOf))
  return positions.filter(position => names.has(partitionNameOf(position)))
}
