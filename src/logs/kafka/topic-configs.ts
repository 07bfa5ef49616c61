/** Settings of topics as Kafka's configuration entries, and back. */
import type { ClusterSettings, TopicSettings } from '../log.ts'

const DAY_MS = 24 * 3_600_000
/** Readers have this long to see a tombstone before compaction removes it. */
const TOMBSTONE_RETENTION_MS = 7 * DAY_MS
/** So that restoring from a changelog does not wait for what is rewritten all the time. */
const COMPACTION_LAG_MS = 60_000
/**
 * Of a batch of records. The engine takes records of up to 1 MiB, and a letter, what is held or a parcel
 * holds such a record with more around it, which a broker's default of 1 MiB would refuse for ever.
 */
export const MESSAGE_BYTES_MAX = 8 * 1024 * 1024
/** Of a broker. */
const MESSAGE_BYTES_DEFAULT = 1_048_588
/** Only closed segments are compacted; small ones keep a changelog near the size of its state. */
const SEGMENT_BYTES = 64 * 1024 * 1024

export const ASKED_CONFIGS = [
  'cleanup.policy',
  'retention.ms',
  'retention.bytes',
  'min.insync.replicas',
  'max.message.bytes',
]

export type TopicConfigs = ReadonlyMap<string, string>

export const configsOf = (settings: TopicSettings): { name: string; value: string }[] =>
  Object.entries({
    'cleanup.policy': policyOf(settings),
    'retention.ms': `${settings.retentionMs ?? -1}`,
    'retention.bytes': `${settings.retentionBytes ?? -1}`,
    // The log says when it took a record in; producers' clocks differ.
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': `${MESSAGE_BYTES_MAX}`,
    ...(settings.compacted ? COMPACTION : {}),
  }).map(([name, value]) => ({ name, value }))

const COMPACTION = {
  'delete.retention.ms': `${TOMBSTONE_RETENTION_MS}`,
  'min.compaction.lag.ms': `${COMPACTION_LAG_MS}`,
  'segment.bytes': `${SEGMENT_BYTES}`,
  'segment.ms': `${DAY_MS}`,
}

const policyOf = ({ compacted, retentionMs, retentionBytes }: TopicSettings): string => {
  if (!compacted) return 'delete'
  return retentionMs === null && retentionBytes === null ? 'compact' : 'compact,delete'
}

export const settingsOf = (partitions: number, configs: TopicConfigs): TopicSettings => {
  const policy = (configs.get('cleanup.policy') ?? 'delete').split(',')
  const deletes = policy.includes('delete')
  return {
    partitions,
    compacted: policy.includes('compact'),
    retentionMs: deletes ? limitOf(configs.get('retention.ms')) : null,
    retentionBytes: deletes ? limitOf(configs.get('retention.bytes')) : null,
  }
}

/** @param replicas of a partition */
export const clusterOf = (replicas: number, configs: TopicConfigs): ClusterSettings => ({
  replicas,
  leastInSync: Number(configs.get('min.insync.replicas') ?? 1),
  messageBytesMax: Number(configs.get('max.message.bytes') ?? MESSAGE_BYTES_DEFAULT),
})

/** -1 is Kafka's "no limit". */
const limitOf = (value: string | undefined): number | null =>
  value === undefined || Number(value) < 0 ? null : Number(value)
