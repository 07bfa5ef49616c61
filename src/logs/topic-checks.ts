/**
 * Topics of an application that somebody else made, or changed: what of their settings would lose
 * state is refused, and what makes a bad day worse is told.
 */
import { MillraceError } from '../engine/errors.ts'
import { MESSAGE_BYTES_MAX } from './kafka/topic-configs.ts'
import type { TopicSettings } from './log.ts'

/** Fails with `LOG_TOPIC_CONFLICT`, and says how the topic is mended. */
export const checkCleaning = (topic: string, is: TopicSettings, wanted: TopicSettings): void => {
  if (wanted.compacted && !is.compacted) {
    throw conflict(topic, 'is not compacted, so old state would be removed', 'compact')
  }
  if (wanted.compacted && hasLimit(is)) {
    throw conflict(
      topic,
      'is compacted and has a retention, so old state would be removed',
      'compact',
    )
  }
  if (!wanted.compacted && is.compacted) {
    throw conflict(topic, 'is compacted, so all but the last commits would be removed', 'delete')
  }
}

const hasLimit = ({ retentionMs, retentionBytes }: TopicSettings): boolean =>
  retentionMs !== null || retentionBytes !== null

/** One sentence of what is wrong and one of how it is mended, for each. */
export const topicWarnings = (
  topic: string,
  is: TopicSettings,
  wanted: TopicSettings,
): readonly string[] => [...retentionWarnings(topic, is, wanted), ...clusterWarnings(topic, is)]

const retentionWarnings = (topic: string, is: TopicSettings, wanted: TopicSettings): string[] => {
  if (wanted.compacted) return []
  const warnings: string[] = []
  const isShorter = is.retentionMs !== null && is.retentionMs < (wanted.retentionMs ?? Infinity)
  if (isShorter) {
    warnings.push(
      `Topic "${topic}" keeps records for ${is.retentionMs} ms: a run can be verified, and a process ` +
        `that was away for longer go on, no further back. ${mendedBy(topic, 'retention.ms', wanted.retentionMs ?? -1)}`,
    )
  }
  if (is.retentionBytes !== null) {
    warnings.push(
      `Topic "${topic}" keeps ${is.retentionBytes} bytes of a partition, which a busy day may fill: ` +
        `what is older is gone. ${mendedBy(topic, 'retention.bytes', -1)}`,
    )
  }
  return warnings
}

const clusterWarnings = (topic: string, { cluster }: TopicSettings): string[] => {
  if (cluster === undefined) return []
  const { replicas, leastInSync, messageBytesMax } = cluster
  const warnings: string[] = []
  if (replicas > 2 && leastInSync < 2) {
    warnings.push(
      `Topic "${topic}" has ${replicas} replicas, and one alone acknowledges: what it has may be ` +
        `lost with it. ${mendedBy(topic, 'min.insync.replicas', 2)}`,
    )
  }
  if (replicas > 1 && leastInSync >= replicas) {
    warnings.push(
      `Topic "${topic}" has ${replicas} replicas and wants all of them in sync: nothing is written ` +
        `while one broker is away. ${mendedBy(topic, 'min.insync.replicas', replicas - 1)}`,
    )
  }
  if (messageBytesMax < MESSAGE_BYTES_MAX) {
    warnings.push(
      `Topic "${topic}" takes records of ${messageBytesMax} bytes at most: a larger one stops the ` +
        `run. ${mendedBy(topic, 'max.message.bytes', MESSAGE_BYTES_MAX)}`,
    )
  }
  return warnings
}

const conflict = (topic: string, what: string, policy: 'compact' | 'delete'): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_CONFLICT',
    `Topic "${topic}" ${what}. ${mendedBy(topic, 'cleanup.policy', policy)}`,
  )

const mendedBy = (topic: string, setting: string, value: string | number): string =>
  `Mend it with \`kafka-configs.sh --bootstrap-server … --alter --entity-type topics ` +
  `--entity-name ${topic} --add-config ${setting}=${value}\`.`
