/**
 * What the log knows of itself, in memory: topics, the offsets of their partitions, and positions
 * of groups. It is read once when the log is opened, and changed only after a commit went through,
 * so it always says what is on disk.
 */
import { MillraceError } from '../../engine/errors.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { Position, TopicPartition, TopicSettings } from '../log.ts'
import { checkPartition, topicUnknown } from '../record-rules.ts'
import { ALL_PARTITIONS, ALL_POSITIONS, ALL_TOPICS, partitionOfKey, positionOfKey } from './keys.ts'
import type { Store } from './store.ts'

/** Where a partition begins and ends, and how far it has been compacted. */
export interface PartitionState {
  /** The first offset that can be read. */
  readonly first: number
  /** The offset of the next record. */
  readonly next: number
  /** Of the stored batches. */
  readonly bytes: number
  /** Below this offset every key is there once. */
  readonly cleanedTo: number
  /** Of the batches below `cleanedTo`, as they were then. */
  readonly cleanedBytes: number
}

export const EMPTY: PartitionState = {
  first: 0,
  next: 0,
  bytes: 0,
  cleanedTo: 0,
  cleanedBytes: 0,
}

export const encodeState = (state: PartitionState): Buffer => {
  const bytes = Buffer.allocUnsafe(40)
  bytes.writeDoubleLE(state.first, 0)
  bytes.writeDoubleLE(state.next, 8)
  bytes.writeDoubleLE(state.bytes, 16)
  bytes.writeDoubleLE(state.cleanedTo, 24)
  bytes.writeDoubleLE(state.cleanedBytes, 32)
  return bytes
}

const decodeState = (bytes: Buffer): PartitionState => ({
  first: bytes.readDoubleLE(0),
  next: bytes.readDoubleLE(8),
  bytes: bytes.readDoubleLE(16),
  cleanedTo: bytes.readDoubleLE(24),
  cleanedBytes: bytes.readDoubleLE(32),
})

/** A partition with the number of its topic on disk. */
export interface Partition extends TopicPartition {
  readonly topicId: number
  state: PartitionState
}

export interface StoredTopic {
  readonly id: number
  readonly settings: TopicSettings
}

export class Catalogue {
  readonly settings = new Map<string, TopicSettings>()
  readonly #ids = new Map<string, number>()
  readonly #partitions = new Map<string, Partition[]>()
  readonly #positions = new Map<string, Map<string, Position>>()
  #bytes = 0

  static load(store: Store): Catalogue {
    const catalogue = new Catalogue()
    for (const { key, value } of store.range(ALL_TOPICS)) {
      const topic = key.toString('latin1', 1)
      catalogue.addTopic(topic, JSON.parse(value.toString()) as StoredTopic)
    }
    catalogue.#loadStates(store)
    for (const { key, value } of store.range(ALL_POSITIONS)) {
      const { group, topic, partition } = positionOfKey(key)
      catalogue.setPosition(group, { topic, partition, next: value.readDoubleLE(0) })
    }
    return catalogue
  }

  #loadStates(store: Store): void {
    const topics = new Map([...this.#ids].map(([topic, id]) => [id, topic]))
    for (const { key, value } of store.range(ALL_PARTITIONS)) {
      const { topicId, partition } = partitionOfKey(key)
      const at = { topic: topics.get(topicId)!, partition }
      this.setState(this.partition(at), decodeState(value))
    }
  }

  get nextTopicId(): number {
    return this.#ids.size
  }

  /** Of all batches of all partitions. */
  get bytes(): number {
    return this.#bytes
  }

  addTopic(topic: string, { id, settings }: StoredTopic): void {
    this.settings.set(topic, settings)
    if (this.#ids.has(topic)) return
    this.#ids.set(topic, id)
    this.#partitions.set(
      topic,
      Array.from({ length: settings.partitions }, (_, partition) => ({
        topic,
        partition,
        topicId: id,
        state: EMPTY,
      })),
    )
  }

  idOf(topic: string): number | undefined {
    return this.#ids.get(topic)
  }

  partitionsOf(topic: string): readonly Partition[] {
    const partitions = this.#partitions.get(topic)
    if (!partitions) throw topicUnknown(topic)
    return partitions
  }

  partition(at: TopicPartition): Partition {
    const partition = this.#partitions.get(at.topic)?.[at.partition]
    if (partition) return partition
    checkPartition(this.settings, at)
    throw new MillraceError('LOG_CORRUPT', `Topic "${at.topic}" is listed without its partitions.`)
  }

  setState(partition: Partition, state: PartitionState): void {
    this.#bytes += state.bytes - partition.state.bytes
    partition.state = state
  }

  setPosition(group: string, position: Position): void {
    const positions = this.#positions.get(group) ?? new Map<string, Position>()
    positions.set(partitionNameOf(position), position)
    this.#positions.set(group, positions)
  }

  positionsOf(group: string): readonly Position[] {
    return [...(this.#positions.get(group)?.values() ?? [])]
  }

  positionOf(group: string, at: TopicPartition): number | undefined {
    return this.#positions.get(group)?.get(partitionNameOf(at))?.next
  }
}
