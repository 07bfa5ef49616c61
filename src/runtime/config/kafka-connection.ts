/** What the configuration says of a cluster, with the files that it names read. */
import { readFile } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection, KafkaSasl, KafkaTls } from '../../logs/kafka/connection.ts'
import type { Config } from './config-schema.ts'
import { defined } from './defined.ts'

type ConfiguredTls = NonNullable<Config['log']['tls']>

/** Fails with `INPUT_MISSING` where a file is not there. */
export const kafkaConnectionOf = async ({
  application,
  log,
}: Config): Promise<KafkaConnection> => ({
  brokers: log.brokers ?? [],
  clientId: application,
  compression: log.compression,
  ...defined({
    replicationFactor: log.replicationFactor,
    tls: log.tls && (await tlsOf('log.tls', log.tls)),
    sasl: log.sasl && saslOf(log.sasl),
  }),
})

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

const saslOf = (sasl: NonNullable<Config['log']['sasl']>): KafkaSasl => {
  const { mechanism = 'PLAIN', username = '', password = '', token, tokenFile } = sasl
  if (mechanism !== 'OAUTHBEARER') return { mechanism, username, password }
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
