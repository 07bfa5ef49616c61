/** The configuration of kafkajs for a connection: of its own log, and of the admin that both logs use. */
import type { KafkaConfig, Mechanism, SASLOptions } from 'kafkajs'
import type { KafkaConnection, KafkaSasl, KafkaTls } from './connection.ts'
import { loginRefused } from './faults.ts'
import { tokenLogin } from './token-login.ts'

const tlsOf = (tls: true | KafkaTls): true | NonNullable<KafkaConfig['ssl']> => {
  if (tls === true) return true
  const { ca, cert, key, passphrase, rejectUnauthorized } = tls
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  }
}

const saslOf = (sasl: KafkaSasl, connection: KafkaConnection): SASLOptions | Mechanism => {
  if (sasl.mechanism === 'OAUTHBEARER') {
    const refused = (reason: string) => loginRefused(connection, reason)
    return { mechanism: 'oauthbearer', authenticationProvider: tokenLogin(sasl.token, refused) }
  }
  const { username, password } = sasl
  if (sasl.mechanism === 'PLAIN') return { mechanism: 'plain', username, password }
  return sasl.mechanism === 'SCRAM-SHA-256'
    ? { mechanism: 'scram-sha-256', username, password }
    : { mechanism: 'scram-sha-512', username, password }
}

/** So long before a login is over kafkajs logs in again; with its own 10 s, short ones never work. */
const LOGIN_AGAIN_MS = 1_500

export const kafkajsConfigOf = (connection: KafkaConnection): KafkaConfig => ({
  brokers: [...connection.brokers],
  clientId: connection.clientId ?? 'millrace',
  ...(connection.tls ? { ssl: tlsOf(connection.tls) } : {}),
  ...(connection.sasl ? { sasl: saslOf(connection.sasl, connection) } : {}),
  connectionTimeout: 5_000,
  reauthenticationThreshold: LOGIN_AGAIN_MS,
  requestTimeout: 20_000,
})
