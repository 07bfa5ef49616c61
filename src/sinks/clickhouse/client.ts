/** How the house talks to ClickHouse: always over HTTP, embedded or not; only the address differs. */
import { Agent } from 'node:https'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { MillraceError } from '../../engine/errors.ts'

export interface ClickHouseAddress {
  /** `http://host:port` or `https://host:port`, without path. */
  readonly url: string
  readonly username: string
  readonly password: string
  readonly database: string
  /** For `https` where the system's authorities do not do. PEM texts. */
  readonly tls?: ClickHouseTls
}

export interface ClickHouseTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  /** Default true. */
  readonly rejectUnauthorized?: boolean
}

/** The database where the path of an address names none. */
export const DATABASE = 'millrace'

/**
 * Every setting that decides what a statement means. Defaults have changed between versions of the
 * server, and some mean silent loss.
 */
export const SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_partitions_per_insert_block: '0',
  output_format_json_quote_64bit_integers: 1,
  date_time_input_format: 'best_effort',
} as const

/** @param text `http://user:password@host:port/database`, as in `CLICKHOUSE_URL` */
export const addressOf = (text: string): ClickHouseAddress => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw malformed(text)
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part)
    } catch {
      throw malformed(text)
    }
  }
  return {
    url: url.origin,
    username: decoded(url.username) || 'default',
    password: decoded(url.password),
    database: decoded(url.pathname.slice(1)) || DATABASE,
  }
}

const REQUEST_TIMEOUT_MS = 300_000

/** Of the house's tables in an embedded engine. */
export const addressIn = ({
  url,
  username,
  password,
}: Omit<ClickHouseAddress, 'database'>): ClickHouseAddress => ({
  url,
  username,
  password,
  database: DATABASE,
})

/**
 * @param database another than the address names, such as one that is there before ours is made
 * @param requestTimeoutMs how long a statement may be silent
 */
export const clientOf = (
  address: ClickHouseAddress,
  database: string = address.database,
  requestTimeoutMs: number = REQUEST_TIMEOUT_MS,
): ClickHouseClient =>
  createClient({
    url: address.url,
    username: address.username,
    password: address.password,
    database,
    application: 'millrace',
    clickhouse_settings: SETTINGS,
    request_timeout: requestTimeoutMs,
    // Who asks is told what failed, and says it in words of the house.
    log: { level: ClickHouseLogLevel.OFF },
    max_open_connections: CONNECTIONS_MAX,
    ...(address.tls ? { http_agent: agentOf(address.tls) } : {}),
  })

const CONNECTIONS_MAX = 16

const agentOf = (tls: ClickHouseTls): Agent =>
  new Agent({ ...tls, keepAlive: true, maxSockets: CONNECTIONS_MAX })

/** Without what may be a password, whatever signs are in it. */
const malformed = (text: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${text.replace(/\/\/.*@/s, '//…@')} is no address of a ClickHouse server. Write ` +
      'http://user:password@host:8123/database, with signs such as @, / and % in a password as ' +
      '%40, %2F and %25.',
  )
