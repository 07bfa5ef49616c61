/** What Kafka said, as errors of the house: what is wrong, and what to do about it. */
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection } from './connection.ts'

const described = (connection: KafkaConnection): string => connection.brokers.join(', ')

export const brokersUnavailable = (connection: KafkaConnection, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Kafka at ${described(connection)} does not answer (${messageOf(cause)}). ` +
      'Check that the brokers run and can be reached from here under the names they advertise, ' +
      'and whether they want TLS (`log.tls`) or not, or a login (`log.sasl`).',
    { cause },
  )

/** They are there, and cannot do it now: as where a transaction was given up while they were away. */
export const brokersUnable = (
  connection: KafkaConnection,
  what: string,
  cause: unknown,
): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Kafka at ${described(connection)} answers, and cannot do what is asked: ${what} ` +
      `(${messageOf(cause)}). This mostly passes, as when brokers were away and have come back; where ` +
      'it does not, see what the brokers write.',
    { cause },
  )

export const loginRefused = (connection: KafkaConnection, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka at ${described(connection)} refused the login (${messageOf(cause)}). ${loginAdvice(connection)}`,
    { cause },
  )

const loginAdvice = ({ sasl }: KafkaConnection): string => {
  if (sasl === undefined) return 'It asks for a login: give `log.sasl`.'
  return sasl.mechanism === 'OAUTHBEARER'
    ? 'Check that the token is not over and is meant for this cluster (`log.sasl`), and that the ' +
        'listener takes OAUTHBEARER.'
    : `Check the user name and the password in \`log.sasl\`, and that the listener takes ${sasl.mechanism}.`
}

/** No connection came about that both sides believe in. */
export const tlsRefused = (connection: KafkaConnection, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `There is no secure connection to Kafka at ${described(connection)} (${messageOf(cause).trim()}). ` +
      'Give the certificate of its authority as `log.tls.ca`, and our own as `log.tls.cert` and ' +
      '`log.tls.key` where it asks for one; and check that the port is one for TLS.',
    { cause },
  )

export const accessRefused = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka refused ${what} (${messageOf(cause)}). Give the user the rights for it (ACLs).`,
    { cause },
  )

/** kafkajs does not tell which of the two it is. */
const noCoordinator = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Kafka names no coordinator for ${what} (${messageOf(cause)}). Check that the user may read the ` +
      'group (ACLs), and that all partitions of __consumer_offsets have leaders.',
    { cause },
  )

export const clientMissing = (client: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_CLIENT_MISSING',
    `The Kafka client ${client} is not installed (${messageOf(cause)}). Install g++, make, ` +
      'python3 and the OpenSSL headers (apt-get install g++ make python3 libssl-dev), then ' +
      `npm install ${client}; or choose \`client: kafkajs\`, which needs no compiler and writes ` +
      'at least once.',
    { cause },
  )

export const messageOf = (error: unknown): string =>
  error instanceof Error
    ? error.message
    : String((error as { message?: unknown })?.message ?? error)

/** kafkajs' name of the broker's error, such as `UNKNOWN_MEMBER_ID`. */
export const typeOf = (error: unknown): string => {
  const { type, name, cause } = Object(error) as { type?: string; name?: string; cause?: unknown }
  if (type) return type
  return cause ? typeOf(cause) : (name ?? '')
}

const ELECTING = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

/** A leader or coordinator was just elected, or is about to be; kafkajs has asked a few times already. */
export const isElecting = (error: unknown): boolean => {
  const type = typeOf(error)
  const isOfEachPartition = type === 'KafkaJSDeleteTopicRecordsError'
  return (
    ELECTING.has(type) ||
    (isOfEachPartition && (error as { retriable?: boolean }).retriable === true)
  )
}

const LOST = /^TypeError.*'topicMetadata'/
const AUTHENTICATION = /authenticat|sasl/i
/** Of TLS, and of what is given for it. */
const TLS = /ssl|tls|certificate|self.signed|\bPEM\b|\balert\b|key values mismatch|altname/i
const NO_COORDINATOR = /GroupCoordinatorNotFound/
const AUTHORIZATION = /authoriz|authoris/i

/** Also of a broker that goes down, so it may pass. */
const CUT_OFF = /disconnected before secure TLS/
/** What we threw within the client, which may have put it into an error of its own. */
const oursIn = (error: unknown): MillraceError | null => {
  if (error instanceof MillraceError) return error
  const { cause } = Object(error) as { cause?: unknown }
  return cause === undefined ? null : oursIn(cause)
}

/** What was asked of several topics fails with an error that holds one for each. */
const toldBy = (error: unknown): string => {
  const { name, type, errors = [] } = Object(error) as Partial<KafkajsError>
  return [name, type, messageOf(error), ...errors.map(toldBy)].join(' ')
}

interface KafkajsError {
  readonly name: string
  readonly type: string
  readonly errors: readonly unknown[]
}

/** An error of the kafkajs client, which names its kinds in messages and types. */
export const ofKafkajs = (
  connection: KafkaConnection,
  what: string,
  error: unknown,
): MillraceError => {
  const ours = oursIn(error)
  if (ours !== null) return ours
  const text = toldBy(error)
  // kafkajs trips over metadata that it has not got, as it lost the broker meanwhile.
  if (LOST.test(text)) return brokersUnavailable(connection, 'the connection was lost')
  if (AUTHENTICATION.test(text)) return loginRefused(connection, error)
  if (TLS.test(text) && !CUT_OFF.test(text)) return tlsRefused(connection, error)
  if (AUTHORIZATION.test(text)) return accessRefused(what, error)
  if (NO_COORDINATOR.test(text)) return noCoordinator(what, error)
  return brokersUnavailable(connection, error)
}
