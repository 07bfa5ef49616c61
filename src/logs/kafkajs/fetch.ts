/** One request for records, to one broker, for any number of partitions that it leads. */
import type { Cluster } from 'kafkajs'
import { partitionName, partitionNameOf } from '../../engine/partition-name.ts'
import type { Position, StoredRecord } from '../log.ts'
import { type FetchedPartition, recordsOf } from './records.ts'

export interface FetchLimits {
  /** How long the broker waits for the first record. */
  readonly waitMs: number
  /** Of one partition; the broker sends at least one batch, whatever its size. */
  readonly partitionBytesMax: number
}

export interface Fetched extends Position {
  readonly records: readonly StoredRecord[]
  /** Where the next fetch goes on: markers and aborted records are behind it. */
  readonly next: number
  /** The end of what is committed, when the broker answered. */
  readonly end: number
}

/** Of a response; a single larger batch is sent nevertheless. */
const RESPONSE_BYTES_MAX = 16 * 1024 * 1024

export const fetchFrom = async (
  cluster: Cluster,
  nodeId: string,
  positions: readonly Position[],
  limits: FetchLimits,
): Promise<Fetched[]> => {
  const broker = await cluster.findBroker({ nodeId })
  const { responses } = (await broker.fetch({
    isolationLevel: 1,
    maxWaitTime: limits.waitMs,
    minBytes: 1,
    maxBytes: RESPONSE_BYTES_MAX,
    topics: positions.map(({ topic, partition, next }) => ({
      topic,
      partitions: [{ partition, fetchOffset: `${next}`, maxBytes: limits.partitionBytesMax }],
    })),
  })) as { responses: readonly { topicName: string; partitions: readonly FetchedPartition[] }[] }
  const asked = new Map(positions.map(at => [partitionNameOf(at), at]))
  const alone = positions.length === 1
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap(fetched => {
      const position = asked.get(partitionName(topic, fetched.partition))
      return position ? [fetchedOf(position, fetched, alone)] : []
    }),
  )
}

const fetchedOf = (at: Position, fetched: FetchedPartition, alone: boolean): Fetched => {
  const { topic, partition } = at
  const end = Number(fetched.lastStableOffset)
  const last = fetched.messages.at(-1)
  const records = recordsOf(fetched, at.next)
  if (last)
    return { topic, partition, records, next: Math.max(at.next, Number(last.offset) + 1), end }
  // Compaction leaves batches without records. They come alone, and kafkajs does not say how far
  // they reach; in a response for several partitions there may just have been no room.
  const next = alone && at.next < end ? at.next + 1 : at.next
  return { topic, partition, records, next, end }
}
