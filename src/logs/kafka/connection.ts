/** How to reach a Kafka cluster, as a value; each client is configured from it. */
import type { KafkaConfig, Mechanism, SASLOptions } from 'kafkajs'
import { loginRefused } from './faults.ts'
import { tokenLogin } from './token-login.ts'

export interface KafkaTls {
  /** PEM text. Default: the authorities that the system trusts. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  readonly rejectUnauthorized?: boolean
}

export interface KafkaToken {
  readonly value: string
  /** When it stops being accepted, in ms since 1970; a new one is asked for before. */
  readonly expiresAtMs?: number
}

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: string
    }
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: () => Promise<KafkaToken> }

export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface KafkaConnection {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[]
  readonly clientId?: string
  readonly tls?: boolean | KafkaTls
  readonly sasl?: KafkaSasl
  /** Default `lz4`. */
  readonly compression?: KafkaCompression
  /** Of topics that are created. Default: the broker's. */
  readonly replicationFactor?: number
}

/** What both clients need to make TLS of it. */
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
