/** The ClickHouse of a configuration, with the certificates that it names read. */
import { MillraceError } from '../../engine/errors.ts'
import { addressOf, type ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import type { Config } from '../config/config-schema.ts'
import { defined } from '../config/defined.ts'
import { tlsOf } from '../config/kafka-connection.ts'

/** null where none is configured. Fails with `INPUT_MISSING` where a certificate is not there. */
export const configuredClickHouse = async ({
  sinks: { clickhouse },
}: Config): Promise<ClickHouseAddress | null> => {
  if (clickhouse?.url === undefined) return null
  const { url, username, password = '', database, tls } = clickhouse
  return {
    ...addressOf(url),
    username,
    password,
    database,
    ...defined({ tls: tls && (await tlsOf('sinks.clickhouse.tls', tls)) }),
  }
}

/** Of a command that cannot do without. */
export const requiredClickHouse = async (config: Config): Promise<ClickHouseAddress> => {
  const address = await configuredClickHouse(config)
  if (address !== null) return address
  throw new MillraceError(
    'CONFIG_INVALID',
    'the configuration names no ClickHouse: give sinks.clickhouse.url, or ask another with ' +
      '--clickhouse.',
  )
}
