/** What the configuration says of a cluster, with the files that it names read. */
import { readFile } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection, KafkaSasl, KafkaTls } from '../../logs/kafka/connection.ts'
import type { Config } from './config-schema.ts'
import { defined } from './defined.ts'
import { tokenSource } from './token-source.ts'

type ConfiguredTls = NonNullable<Config['log']['tls']>

/** Fails with `INPUT_MISSING` where a file is not there. */
export const kafkaConnectionOf = async ({
  application,
  log,
}: Config): Promise<KafkaConnection> => ({
  brokers: (log.brokers ?? []).map(withPort),
  clientId: application,
  compression: log.compression,
  ...defined({
    replicationFactor: log.replicationFactor,
    tls: log.tls && (await tlsOf('log.tls', log.tls)),
    sasl: log.sasl && (await saslOf(log.sasl)),
  }),
})

const KAFKA_PORT = 9092

const withPort = (broker: string): string =>
  /:\d+$/.test(broker) ? broker : `${broker}:${KAFKA_PORT}`

/** @param name of the section, for messages */
export const tlsOf = async (
  name: string,
  { ca, cert, key, ...others }: ConfiguredTls,
): Promise<KafkaTls> =>
  defined({
    ...others,
    ca: await textIn(`${name}.ca`, ca),
    cert: await textIn(`${name}.cert`, cert),
    key: await textIn(`${name}.key`, key),
  })

type ConfiguredSasl = NonNullable<Config['log']['sasl']>

const saslOf = async (sasl: ConfiguredSasl): Promise<KafkaSasl> => {
  const { mechanism = 'PLAIN', username = '', password = '', token, tokenFile, oidc } = sasl
  if (mechanism !== 'OAUTHBEARER') return { mechanism, username, password }
  if (oidc !== undefined) return { mechanism, token: await tokensOf(oidc) }
  return {
    mechanism,
    token: async () => {
      // A file is replaced before its token ends, so it is read again well within a minute.
      if (token !== undefined) return { value: token }
      const value = (await textIn('log.sasl.tokenFile', tokenFile)) ?? ''
      return { value: value.trim(), expiresAtMs: Date.now() + TOKEN_FILE_MS }
    },
  }
}

const TOKEN_FILE_MS = 60_000

const tokensOf = async (oidc: NonNullable<ConfiguredSasl['oidc']>) => {
  const { url = '', clientId = '', clientSecret = '', scope } = oidc
  const ca = await textIn('log.sasl.oidc.ca', oidc.ca)
  return tokenSource({ url, clientId, clientSecret, ...defined({ scope, ca }) })
}

const textIn = async (key: string, path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new MillraceError(
      'INPUT_MISSING',
      `${key} names a file that cannot be read: ${cause.message}. Give one that can.`,
      { cause },
    )
  })
}
