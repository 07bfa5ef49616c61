/** One read of one partition, without a reader that goes on. */

import { typeOf } from '../kafka/faults.ts'
import type { Batch, ReadLimits, TopicPartition } from '../log.ts'
import { offsetGone } from '../record-rules.ts'
import { leaderOf } from './cluster.ts'
import type { KafkajsConnection } from './connection.ts'
import { type Fetched, fetchFrom } from './fetch.ts'
import { PartitionBuffer } from './partition-buffer.ts'

const PARTITION_BYTES_MAX = 8 * 1024 * 1024

/** Fails with `LOG_OFFSET_GONE`; beyond the end there is nothing. */
export const readOnce = async (
  connection: KafkajsConnection,
  at: TopicPartition,
  from: number,
  limits: ReadLimits,
): Promise<Batch> => {
  await connection.know([at])
  const buffer = new PartitionBuffer({ ...at, next: from })
  while (!buffer.isAtEnd) {
    const fetched = await fetchOnce(connection, buffer, limits)
    if (fetched === null) break
    buffer.put(fetched)
    const batch = buffer.read(limits)
    if (batch.records.length > 0) return batch
  }
  return { ...at, records: [], atEnd: true }
}

/** Null where the offset is behind the end. */
const fetchOnce = (
  connection: KafkajsConnection,
  { at, position }: PartitionBuffer,
  { bytesMax }: ReadLimits,
): Promise<Fetched | null> => {
  const bytes = Math.max(1, Math.min(bytesMax, PARTITION_BYTES_MAX))
  return connection.ask(`reading "${at.topic}"`, async () => {
    try {
      const leader = leaderOf(connection.cluster, at.topic, at.partition)
      if (leader === null) throw new Error(`partition ${at.partition} has no leader`)
      const asked = { waitMs: 0, partitionBytesMax: bytes }
      return (await fetchFrom(connection.cluster, leader, [position], asked))[0] ?? null
    } catch (error) {
      if (typeOf(error) !== 'OFFSET_OUT_OF_RANGE') throw error
      const { first } = await connection.range(at)
      if (position.next < first) throw offsetGone(at, position.next, first)
      return null
    }
  })
}
