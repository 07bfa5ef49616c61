/** What a request asks for, from its address and headers. */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { refusal } from './fault.ts'

export interface StatementRequest {
  readonly queryId: string
  readonly database: string | null
  /** The statement, or its beginning, in the address; '' where it is in the body. */
  readonly query: string
  readonly defaultFormat: string
  /** Settings and, as `param_x`, the values of `{x:Type}`. */
  readonly settings: ReadonlyMap<string, string>
  readonly sessionId: string | null
  readonly sessionTimeoutMs: number
  readonly sessionMustExist: boolean
  readonly compressed: boolean
  readonly waitForEnd: boolean
  /** Of the `Native` format that the client would like; 0 for the oldest. */
  readonly protocolVersion: number
}

/** Parameters of the interface itself; every other one is a setting. */
const OWN_PARAMETERS = new Set(
  (
    'query database default_format user password query_id session_id session_timeout ' +
    'session_check compress decompress wait_end_of_query http_wait_end_of_query buffer_size ' +
    'enable_http_compression http_zlib_compression_level quota_key stacktrace ' +
    'client_protocol_version send_progress_in_http_headers http_headers_progress_interval_ms'
  ).split(' '),
)
const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const SESSION_TIMEOUT_S = 60
const SESSION_TIMEOUT_MAX_S = 3600

export const statementRequestOf = (request: IncomingMessage, url: URL): StatementRequest => {
  const given = url.searchParams
  refuseUnsupported(given)
  const queryId = given.get('query_id') || randomUUID()
  return {
    queryId,
    database: given.get('database') || headerOf(request, 'x-clickhouse-database'),
    query: given.get('query') ?? '',
    defaultFormat: formatNamed(
      given.get('default_format') || headerOf(request, 'x-clickhouse-format') || 'TabSeparated',
    ),
    settings: settingsOf(request, given, queryId),
    sessionId: given.get('session_id') || null,
    sessionTimeoutMs: sessionTimeoutMs(given.get('session_timeout')),
    sessionMustExist: given.get('session_check') === '1',
    compressed: isOn(given.get('enable_http_compression')),
    protocolVersion: Number(given.get('client_protocol_version') ?? 0),
    waitForEnd: isOn(given.get('wait_end_of_query')) || isOn(given.get('http_wait_end_of_query')),
  }
}

export const headerOf = (request: IncomingMessage, name: string): string | null => {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

const isOn = (value: string | null) => value === '1' || value === 'true'

const refuseUnsupported = (given: URLSearchParams): void => {
  for (const name of ['compress', 'decompress']) {
    if (isOn(given.get(name))) {
      throw refusal(
        48,
        'NOT_IMPLEMENTED',
        `${name}=1, the blocks of ClickHouse's own compression, is not supported by the ` +
          `embedded engine. Set ${name}=0; gzip works.`,
      )
    }
  }
}

const formatNamed = (name: string): string => {
  if (/^\w+$/.test(name)) return name
  throw refusal(73, 'UNKNOWN_FORMAT', `Unknown format ${name}`)
}

const settingsOf = (request: IncomingMessage, given: URLSearchParams, queryId: string) => {
  const settings = new Map<string, string>()
  for (const [name, value] of given) {
    if (OWN_PARAMETERS.has(name)) continue
    if (!SETTING_NAME.test(name)) throw refusal(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`)
    settings.set(name, value)
  }
  // How a running statement is found again. What the client wanted there comes after it.
  const comment = settings.get('log_comment')
  settings.set('log_comment', comment ? `${queryId} ${comment}` : queryId)
  if (request.method !== 'POST' && !isOn(settings.get('readonly') ?? null)) {
    settings.delete('readonly')
    settings.set('readonly', '2')
  }
  return settings
}

const sessionTimeoutMs = (given: string | null): number => {
  const seconds = given === null ? SESSION_TIMEOUT_S : Number(given)
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= SESSION_TIMEOUT_MAX_S) {
    return seconds * 1000
  }
  throw refusal(
    374,
    'INVALID_SESSION_TIMEOUT',
    `Session timeout '${given}' is not a number of seconds from 1 to ${SESSION_TIMEOUT_MAX_S}`,
  )
}
