/** What kafkajs threw, as errors of the house. */
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection } from '../kafka/connection.ts'
import { messageOf, ofKafkajs, typeOf } from '../kafka/faults.ts'

/** The leader has moved, or does not know the topic yet: ask for the metadata and try again. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof MillraceError) && typeOf(error) !== 'KafkaJSNotImplemented'

/** A group's answer to a member that is behind its rounds, or not of it any more. */
export const isOfGroup = (error: unknown): boolean =>
  /^(REBALANCE_IN_PROGRESS|ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID|FENCED_INSTANCE_ID)$/.test(
    typeOf(error),
  )

export const faultOf = (connection: KafkaConnection, what: string, error: unknown): Error => {
  const type = typeOf(error)
  if (type === 'KafkaJSNotImplemented') return codecMissing(what, error)
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') return tooLarge(what, error)
  if (type === 'INCONSISTENT_GROUP_PROTOCOL') return otherClient(what, error)
  return ofKafkajs(connection, what, error)
}

const otherClient = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka refused ${what}: its members share partitions in another way, as another client's do. ` +
      'Stop all processes of the application before changing its client.',
    { cause },
  )

const codecMissing = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `The kafkajs client cannot decompress what it got at ${what} (${messageOf(cause)}): it knows ` +
      'gzip alone. Have the producers of the topic use gzip or no compression, or choose ' +
      '`client: rdkafka`.',
    { cause },
  )

const tooLarge = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka refused ${what}: a record is larger than the topic takes. Raise ` +
      '`max.message.bytes` of the topic, or write smaller records.',
    { cause },
  )

export const compressionUnknown = (compression: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `The kafkajs client cannot write ${compression}. Choose \`compression: gzip\` or ` +
      '`compression: none`, or `client: rdkafka`, which knows lz4, snappy and zstd.',
  )

/** The group has moved on without this member. */
export const fenced = (group: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_FENCED',
    `Group "${group}" refused the positions (${messageOf(cause)}): its partitions have been ` +
      'given to others. What is in memory here is not the state any more; start anew.',
    { cause },
  )
