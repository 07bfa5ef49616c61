/** Why a query failed, in ClickHouse's own words, and what to do where it does not say so itself. */

import { ClickHouseError } from '@clickhouse/client'
import { MillraceError } from '../../engine/errors.ts'
import { isOfNetwork } from '../../sinks/clickhouse/network-errors.ts'
import { shortened } from '../command-line/table.ts'

const SYNTAX_ERROR = 62
const UNKNOWN_DATABASE = 81
const TIMEOUT_EXCEEDED = 159
const READONLY = 164
const ACCESS = new Set([192, 193, 194, 516])

export interface Asked {
  /** Of the server, for who does not reach it. */
  readonly url: string
  /** Where somebody wrote it. */
  readonly sql?: string
  /** Where ClickHouse was told to stop it. */
  readonly timeoutMs?: number
}

/** An error of the house for what ClickHouse or the network said; others go through as they are. */
export const queryFailure = (thrown: unknown, asked: Asked): unknown => {
  if (thrown instanceof ClickHouseError) return refused(thrown, asked)
  return isOfNetwork(thrown) ? unanswered(thrown, asked) : thrown
}

/** It had taken the connection: there is no fault in the address. */
const BROKEN_OFF = /ECONNRESET|EPIPE|PREMATURE_CLOSE|socket hang up|aborted/

/** Of TLS: certificates that are not trusted or missing, or a server that speaks without. */
const OF_CERTIFICATES = /CERT|SELF_SIGNED|UNABLE_TO_|_TLS_|_SSL_|EPROTO/

const unanswered = (cause: NodeJS.ErrnoException, { url }: Asked): MillraceError => {
  const said = cause.code ?? cause.message
  if (OF_CERTIFICATES.test(said)) return untrusted(cause, url, said)
  if (BROKEN_OFF.test(said)) return brokenOff(cause, url, said)
  return new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    `ClickHouse does not answer at ${url} (${said.replace(/\.$/, '')}). Start it, or correct its ` +
      'address.',
    { cause },
  )
}

const untrusted = (cause: Error, url: string, said: string): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_REFUSED',
    `ClickHouse at ${url} cannot be reached safely (${said}: ${cause.message.trim()}). Give the ` +
      'authority that signed its certificate as tls.ca, and where it asks for a certificate of ' +
      'yours, tls.cert and tls.key.',
    { cause },
  )

const brokenOff = (cause: Error, url: string, said: string): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    `ClickHouse at ${url} broke off while it answered (${said}): it was stopped or has failed. Ask ` +
      'again; the one of a demo is started again by itself.',
    { cause },
  )

const refused = (error: ClickHouseError, asked: Asked): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_REFUSED',
    [messageOf(error, asked.sql ?? ''), ...adviceFor(error, asked)].join(' '),
    { cause: error },
  )

const messageOf = ({ code, type, message }: ClickHouseError, sql: string): string => {
  const position = Number(/failed at position (\d+)/.exec(message)?.[1])
  if (Number(code) === SYNTAX_ERROR && position > 0) {
    return `ClickHouse says (code ${code}, SYNTAX_ERROR): syntax error ${placeIn(sql, position)}.`
  }
  const text = message.trim().replace(/\.*$/, '.')
  return `ClickHouse says (code ${code}, ${type}): ${text}`
}

const NEAR_MAX = 30

/**
 * The client keeps the position and not what stands there, since it takes that for the error's name.
 *
 * @param position of a byte, from 1
 */
const placeIn = (sql: string, position: number): string => {
  const bytes = Buffer.from(sql.trimEnd())
  if (position > bytes.length) return 'at the end'
  const lines = bytes.toString('utf8', 0, position - 1).split('\n')
  const near = bytes.toString('utf8', position - 1)
  return `in line ${lines.length}, column ${lines.at(-1)!.length + 1}, at: ${shortened(near, NEAR_MAX)}`
}

const adviceFor = ({ code }: ClickHouseError, { sql = '', timeoutMs }: Asked): string[] => {
  const number = Number(code)
  if (number === TIMEOUT_EXCEEDED && timeoutMs !== undefined) {
    return [`It was stopped after ${timeoutMs / 1_000} s; give it longer with --timeout.`]
  }
  if (number === READONLY)
    return ['What is asked here can read alone: SELECT, SHOW, DESCRIBE, EXPLAIN.']
  if (number === UNKNOWN_DATABASE) return ['Make its tables with `npx millrace migrate`.']
  if (ACCESS.has(number))
    return ['Put user and password into the address: http://user:password@host.']
  return number === SYNTAX_ERROR && /\bFORMAT\b/i.test(sql)
    ? ['Leave FORMAT out: --json, --csv and --parquet choose it.']
    : []
}
