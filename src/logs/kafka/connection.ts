/** How to reach a Kafka cluster, as a value; each client is configured from it. */

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
