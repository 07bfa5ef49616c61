/** What Kafka said, as errors of the house: what is wrong, and what to do about it. */
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection } from './connection.ts'

const described = (connection: KafkaConnection): string => connection.brokers.join(', ')

export const brokersUnavailable = (connection: KafkaConnection, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Kafka at ${described(connection)} does not answer (${messageOf(cause)}). ` +
      'Check that the brokers run and can be reached from here under the names they advertise, ' +
      'and whether they ask for TLS.',
    { cause },
  )

export const loginRefused = (connection: KafkaConnection, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka at ${described(connection)} refused the connection (${messageOf(cause)}). ` +
      'Check the settings of TLS and SASL, the user name and the password.',
    { cause },
  )

export const accessRefused = (what: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `Kafka refused ${what} (${messageOf(cause)}). Give the user the rights for it (ACLs).`,
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

const LOST = /^TypeError.*'topicMetadata'/
const AUTHENTICATION = /authenticat|sasl|ssl|tls|certificate|self.signed/i
const AUTHORIZATION = /authoriz|authoris/i

/** An error of the kafkajs client, which names its kinds in messages and types. */
export const ofKafkajs = (
  connection: KafkaConnection,
  what: string,
  error: unknown,
): MillraceError => {
  if (error instanceof MillraceError) return error
  const text = `${(error as Error)?.name} ${(error as { type?: string })?.type} ${messageOf(error)}`
  // kafkajs trips over metadata that it has not got, as it lost the broker meanwhile.
  if (LOST.test(text)) return brokersUnavailable(connection, 'the connection was lost')
  if (AUTHENTICATION.test(text)) return loginRefused(connection, error)
  if (AUTHORIZATION.test(text)) return accessRefused(what, error)
  return brokersUnavailable(connection, error)
}
