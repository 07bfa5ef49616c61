/**
 * What a commit may hold, checked before anything is written. The embedded logs share these rules,
 * and they are the strictest of the substrates', so that what works on a laptop works on Kafka.
 */
import { MillraceError } from '../engine/errors.ts'
import type { Append, Commit, LogRecord, TopicPartition, TopicSettings } from './log.ts'

export const RECORD_BYTES_MAX = 64 * 1024 * 1024
export const KEY_BYTES_MAX = 32 * 1024
export const HEADER_BYTES_MAX = 64 * 1024
/** All records of one commit together. */
export const COMMIT_BYTES_MAX = 256 * 1024 * 1024
export const PARTITIONS_MAX = 1024
export const TOPICS_MAX = 4096
/** What a record costs beside its bytes, so that many tiny records are bounded as well. */
const RECORD_OVERHEAD_BYTES = 16

/** Topics with their settings, as a log knows them. */
export type KnownTopics = ReadonlyMap<string, TopicSettings>

export const topicUnknown = (topic: string): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `The log has no topic "${topic}". Create it first, or check the name.`,
  )

export const checkPartition = (topics: KnownTopics, { topic, partition }: TopicPartition): void => {
  const settings = topics.get(topic)
  if (!settings) throw topicUnknown(topic)
  if (Number.isInteger(partition) && partition >= 0 && partition < settings.partitions) return
  throw new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `Topic "${topic}" has partitions 0 to ${settings.partitions - 1}, and no ${partition}.`,
  )
}

export const checkTopic = (topic: string, settings: TopicSettings): void => {
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(topic) || topic === '.' || topic === '..') {
    throw invalid(
      'CONFIG_INVALID',
      `"${topic}" is no topic name. Use 1 to 249 of the characters A-Z a-z 0-9 . _ -`,
    )
  }
  const { partitions } = settings
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= PARTITIONS_MAX) return
  throw invalid(
    'CONFIG_INVALID',
    `Topic "${topic}" asks for ${partitions} partitions. Give it 1 to ${PARTITIONS_MAX}.`,
  )
}

export const checkTopicCount = (topics: KnownTopics): void => {
  if (topics.size < TOPICS_MAX) return
  throw invalid('CONFIG_INVALID', `The log has ${TOPICS_MAX} topics, which is its limit.`)
}

/** The settings that decide where records are, and which of them are lost, may not differ. */
export const checkSameTopic = (topic: string, is: TopicSettings, asked: TopicSettings): void => {
  if (is.partitions === asked.partitions && is.compacted === asked.compacted) return
  throw new MillraceError(
    'LOG_TOPIC_CONFLICT',
    `Topic "${topic}" is there with ${described(is)}, and was asked for with ${described(asked)}. ` +
      'Ask for it as it is (`partitions` of an application stays as it was at its first start), or use ' +
      'another name (`application`): a run under it computes anew from all that the sources hold, and adds ' +
      'its results to those that are in the result topics already.',
  )
}

const described = ({ partitions, compacted }: TopicSettings): string =>
  `${partitions} partitions${compacted ? ', compacted' : ', not compacted'}`

export const checkCommit = (topics: KnownTopics, commit: Commit): void => {
  let bytes = 0
  for (const append of commit.appends) {
    checkPartition(topics, append)
    bytes += checkRecords(append, topics.get(append.topic)!.compacted)
  }
  if (bytes > COMMIT_BYTES_MAX) {
    throw invalid(
      'LOG_RECORD_INVALID',
      `A commit of ${bytes} bytes is over the limit of ${COMMIT_BYTES_MAX}. Commit more often.`,
    )
  }
  if (commit.consumed) checkConsumed(topics, commit.consumed)
}

const checkConsumed = (topics: KnownTopics, consumed: NonNullable<Commit['consumed']>): void => {
  checkGroup(consumed.group)
  for (const position of consumed.positions) {
    checkPartition(topics, position)
    if (Number.isSafeInteger(position.next) && position.next >= 0) continue
    throw invalid(
      'LOG_RECORD_INVALID',
      `${position.next} is no offset for "${position.topic}" ${position.partition}. ` +
        'A position is the next offset to read, from 0 on.',
    )
  }
}

export const checkGroup = (group: string): void => {
  if (/^[\x21-\x7e]{1,249}$/.test(group)) return
  throw invalid('CONFIG_INVALID', `"${group}" is no group name. Use 1 to 249 printable characters.`)
}

const checkRecords = (append: Append, compacted: boolean): number => {
  let bytes = 0
  for (let i = 0; i < append.records.length; i++) {
    const record = append.records[i]!
    const size = recordBytes(record)
    const fault = faultOf(record, size, compacted)
    if (fault !== null) throw recordInvalid(append, i, fault)
    bytes += size + RECORD_OVERHEAD_BYTES
  }
  return bytes
}

/** Bytes of key, value and headers. */
export const recordBytes = (record: LogRecord): number => {
  const { key, value, headers } = record
  const bytes = (key === null ? 0 : key.length) + (value === null ? 0 : value.length)
  return headers === undefined ? bytes : bytes + headerBytes(headers)
}

const headerBytes = (headers: Readonly<Record<string, string>>): number => {
  let bytes = 0
  for (const name in headers) bytes += 4 + name.length + headers[name]!.length
  return bytes
}

const faultOf = (record: LogRecord, bytes: number, compacted: boolean): string | null => {
  const { key, value, headers } = record
  if (value !== null && value.length === 0) {
    return 'has an empty value. Write at least one byte, or null for a tombstone.'
  }
  if (key === null && compacted) {
    return 'has no key, and the topic is compacted by key. Give it a key.'
  }
  if (key !== null && key.length > KEY_BYTES_MAX) {
    return `has a key of ${key.length} bytes, over the limit of ${KEY_BYTES_MAX}. Hash long keys.`
  }
  if (headers !== undefined) {
    const fault = headersFault(headers)
    if (fault !== null) return fault
  }
  if (bytes > RECORD_BYTES_MAX) {
    return `has ${bytes} bytes, over the limit of ${RECORD_BYTES_MAX}. Split it.`
  }
  return null
}

const headersFault = (headers: Readonly<Record<string, string>>): string | null => {
  for (const name in headers) {
    if (name.length > 0 && isAscii(name) && isAscii(headers[name]!)) continue
    return `has a header "${name}" that is not ASCII. Encode it, for example as base64.`
  }
  if (headerBytes(headers) <= HEADER_BYTES_MAX) return null
  return `has headers of more than ${HEADER_BYTES_MAX} bytes. Put the data into the value.`
}

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

const recordInvalid = ({ topic, partition }: TopicPartition, index: number, fault: string) =>
  invalid(
    'LOG_RECORD_INVALID',
    `Record ${index} of the append to "${topic}" partition ${partition} ${fault}`,
  )

const invalid = (code: 'LOG_RECORD_INVALID' | 'CONFIG_INVALID', message: string): MillraceError =>
  new MillraceError(code, message)

export const offsetGone = (at: TopicPartition, from: number, first: number): MillraceError =>
  new MillraceError(
    'LOG_OFFSET_GONE',
    `Offset ${from} of "${at.topic}" partition ${at.partition} has been removed by retention; ` +
      `the first is ${first}. Commit a position from ${first} on, or keep the topic longer.`,
  )

export const logClosed = (): MillraceError =>
  new MillraceError('LOG_CLOSED', 'The log or subscription has been closed. Open it again.')
