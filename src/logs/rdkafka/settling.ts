/**
 * `Log.settled()`: a reader of whole transactions sees a partition up to the first open one. What was
 * committed behind it, by others or earlier, is there and cannot be read yet.
 */
import type { KafkaConsumer } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import type { TopicPartition } from '../log.ts'
import { paused } from './client.ts'
import { rangeOf } from './feed.ts'

const ASK_AGAIN_MS = 50

/**
 * @param all sees records of open transactions
 * @param whole sees whole transactions only
 */
export const settle = async (
  all: KafkaConsumer,
  whole: KafkaConsumer,
  partitions: readonly TopicPartition[],
  timeoutMs: number,
): Promise<void> => {
  const untilMs = performance.now() + timeoutMs
  const settleOne = async (at: TopicPartition): Promise<void> => {
    const end = (await rangeOf(all, at)).next
    while ((await rangeOf(whole, at)).next < end) {
      if (performance.now() > untilMs) throw stillOpen(at, timeoutMs)
      await paused(ASK_AGAIN_MS)
    }
  }
  await Promise.all(partitions.map(settleOne))
}

const stillOpen = ({ topic, partition }: TopicPartition, timeoutMs: number) =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `A transaction in "${topic}" partition ${partition} has been open for more than ${timeoutMs} ms, ` +
      'longer than the brokers should allow. Look for a hanging transaction ' +
      '(`kafka-transactions.sh find-hanging`), and abort it.',
  )
