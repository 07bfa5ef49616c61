/** `Log.reader()`: partitions at positions of the caller's own, without a group. */
import type { KafkaConsumer } from 'node-rdkafka'
import type { Batch, Position, Reader, ReadLimits, TopicPartition } from '../log.ts'
import { logClosed, offsetGone } from '../record-rules.ts'
import { ifOpen } from './call-gate.ts'
import { disconnectClient } from './client.ts'
import { Feed, nameOf } from './feed.ts'

export class PartitionReader implements Reader {
  readonly #consumer: KafkaConsumer
  readonly #feed: Feed
  readonly #rangeOf: (at: TopicPartition) => Promise<{ readonly first: number }>
  readonly #onClosed: (reader: PartitionReader) => void
  #closed = false

  constructor(
    consumer: KafkaConsumer,
    rangeOf: (at: TopicPartition) => Promise<{ readonly first: number }>,
    onClosed: (reader: PartitionReader) => void,
  ) {
    this.#rangeOf = rangeOf
    this.#consumer = consumer
    this.#feed = new Feed(consumer)
    this.#onClosed = onClosed
  }

  async add(positions: readonly Position[]): Promise<void> {
    this.#checkOpen()
    const ranges = await Promise.all(positions.map(position => this.#rangeOf(position)))
    await this.remove(positions)
    for (const [i, position] of positions.entries()) this.#add(position, ranges[i]!.first)
  }

  /** A position below the first retained offset is found at once, and told by `poll`. */
  #add(position: Position, first: number): void {
    const fed = this.#feed.add(position)
    if (position.next < first) fed.fault = offsetGone(position, position.next, first)
    else {
      const assign = () => this.#consumer.incrementalAssign([assignmentOf(position)])
      ifOpen(this.#consumer, assign)
    }
  }

  async remove(partitions: readonly TopicPartition[]): Promise<void> {
    this.#checkOpen()
    for (const at of partitions) {
      if (!this.#feed.at(at)) continue
      this.#feed.remove(at)
      ifOpen(this.#consumer, () => this.#unassign(at))
    }
  }

  #unassign(at: TopicPartition): void {
    const isAssigned = this.#consumer.assignments().some(held => nameOf(held) === nameOf(at))
    if (isAssigned) this.#consumer.incrementalUnassign([at])
  }

  async poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    this.#checkOpen()
    return this.#feed.poll(limits)
  }

  isAtEnd(at: TopicPartition): boolean {
    return this.#feed.at(at)?.atEnd ?? false
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#feed.setPaused(partitions, true)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#feed.setPaused(partitions, false)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#onClosed(this)
    await disconnectClient(this.#consumer)
  }

  #checkOpen(): void {
    if (this.#closed) throw logClosed()
  }
}

const assignmentOf = ({ topic, partition, next }: Position) => ({ topic, partition, offset: next })
