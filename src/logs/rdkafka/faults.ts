/** Error codes of librdkafka, by what can be done about them. */
import type { LibrdKafkaError } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection } from '../kafka/connection.ts'
import {
  accessRefused,
  brokersUnable,
  brokersUnavailable,
  loginRefused,
  messageOf,
  tlsRefused,
} from '../kafka/faults.ts'

export const CODES = {
  autoOffsetReset: -140,
  fenced: -144,
  fatal: -150,
  authentication: -169,
  unknownPartition: -190,
  unknownTopic: -188,
  transport: -195,
  ssl: -181,
  queueFull: -184,
  timedOut: -185,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  messageTooLarge: 10,
  recordListTooLarge: 18,
} as const

/** Another producer has taken over the transactional id. */
const PRODUCER_FENCED = new Set([CODES.fenced, 47, 90])
/** The group does not count this member in any more. */
const MEMBER_FENCED = new Set([25, 82, 110])
/** The group is being shared out anew; a member that stays in may send the same again. */
const GENERATION_MOVED = new Set([22, 27, 51, 113])
const ACCESS = new Set([29, 30, 31, 53, 65])
/**
 * Of leaders and coordinators that were just elected, or that are not known yet, and of connections
 * that were lost: those above 0 are the protocol's, those below librdkafka's.
 */
const PASSING = new Set<number>([
  ...[CODES.unknownTopicOrPartition, 5, 6, 8, 9, 13, 14, 15, 16, 74, 75, 78, 88, 100],
  ...[CODES.unknownPartition, CODES.unknownTopic, CODES.transport, -180, -164],
])
const INVALID_RECORD = new Set<number>([CODES.messageTooLarge, CODES.recordListTooLarge, 2, 87])

export const codeOf = (error: unknown): number => (error as LibrdKafkaError | null)?.code ?? 0

export const isProducerFenced = (error: unknown): boolean => PRODUCER_FENCED.has(codeOf(error))
export const isMemberFenced = (error: unknown): boolean => MEMBER_FENCED.has(codeOf(error))
export const isGenerationMoved = (error: unknown): boolean => GENERATION_MOVED.has(codeOf(error))
/** Whether asking again soon may be answered. */
export const isPassing = (error: unknown): boolean => PASSING.has(codeOf(error))
export const isAccess = (error: unknown): boolean => ACCESS.has(codeOf(error))
export const isInvalidRecord = (error: unknown): boolean => INVALID_RECORD.has(codeOf(error))

export const fencedOut = (who: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_FENCED',
    `${who} has been taken over by another process, or was given up while this one or the brokers ` +
      `were away (${messageOf(cause)}). Nothing of this commit was written. ` +
      'Drop what is in memory and start again from what was committed.',
    { cause },
  )

/** As `faultOf`, for what may also be an error of the program itself: that stays what it is. */
export const faultOfClient = (
  connection: KafkaConnection,
  what: string,
  error: unknown,
): unknown =>
  typeof (error as { readonly code?: unknown } | null)?.code === 'number'
    ? faultOf(connection, what, error as LibrdKafkaError)
    : error

/** What a call failed with, where nothing better is known about it. */
export const faultOf = (
  connection: KafkaConnection,
  what: string,
  error: LibrdKafkaError,
): MillraceError => {
  if (error instanceof MillraceError) return error
  const { code } = error
  if (code === CODES.authentication) return loginRefused(connection, error)
  if (code === CODES.ssl || /^ssl\./.test(messageOf(error))) return tlsRefused(connection, error)
  if (isAccess(error)) return accessRefused(what, error)
  if (isInvalidRecord(error)) {
    return new MillraceError(
      'LOG_RECORD_INVALID',
      `Kafka refused a record of ${what} (${messageOf(error)}). Make it smaller, or raise ` +
        '`max.message.bytes` of the topic.',
      { cause: error },
    )
  }
  if (isOfBroker(error)) return brokersUnable(connection, what, error)
  return brokersUnavailable(connection, error)
}

/** Codes below 0 are the client's own; a transaction's failure may carry the broker's in its text alone. */
const isOfBroker = (error: LibrdKafkaError): boolean =>
  error.code > 0 || /\bBroker: /.test(messageOf(error))
