/** Committed positions of groups: asked for with one handle per group, and committed without transactions. */
import type { KafkaConsumer, TopicPartitionOffset } from 'node-rdkafka'
import { patiently } from '../kafka/patience.ts'
import type { Position, TopicPartition } from '../log.ts'
import { asked, ifOpen } from './call-gate.ts'
import { paused, served } from './client.ts'
import { isPassing } from './faults.ts'

const COMMITTED_MS = 30_000

/** Stable positions: where a transaction is open that would move them, this waits for its end. */
export const committedOf = async (
  consumer: KafkaConsumer,
  partitions: readonly TopicPartition[],
): Promise<Position[]> => {
  if (partitions.length === 0) return []
  const known = await patiently(isPassing, () =>
    asked<TopicPartitionOffset[]>(consumer, done =>
      consumer.committed([...partitions], COMMITTED_MS, done),
    ),
  )
  // A partition without a position comes back without an offset.
  return known
    .filter(({ offset }) => offset !== undefined && offset >= 0)
    .map(({ topic, partition, offset }) => ({ topic, partition, next: offset }))
}

type Committed = (error: unknown) => void

/** Commits positions on a consumer handle, one call after the other, and hears how it went. */
export class PositionCommits {
  readonly #waiting: Committed[] = []

  /** To be given to the handle as `offset_commit_cb`. */
  readonly answered = (error: unknown): void => {
    this.#waiting.shift()?.(error)
  }

  /** Serves the handle until the answer is there; whoever else serves it does no harm. */
  commit(consumer: KafkaConsumer, positions: readonly Position[]): Promise<void> {
    return patiently(isPassing, () => this.#commit(consumer, positions))
  }

  async #commit(consumer: KafkaConsumer, positions: readonly Position[]): Promise<void> {
    let outcome: { error: unknown } | null = null
    this.#waiting.push(error => {
      outcome = { error }
    })
    ifOpen(consumer, () =>
      consumer.commit(
        positions.map(({ topic, partition, next }) => ({ topic, partition, offset: next })),
      ),
    )
    const untilMs = performance.now() + COMMITTED_MS
    while (outcome === null) {
      if (performance.now() > untilMs) throw { code: -185, message: 'no answer to the positions' }
      await served(consumer)
      await paused(1)
    }
    const { error } = outcome as { error: unknown }
    if (error) throw error
  }
}
