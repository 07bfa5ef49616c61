/**
 * Who may ask. The engine can read and write whatever its user can, so:
 *
 * - only loopback is listened on;
 * - the `Host` header has to name it: a page on the internet whose name is made to point here
 *   (DNS rebinding) would otherwise be let in by the browser;
 * - so has the `Origin`, where there is one: a browser that was once told the password sends it along
 *   with what any page posts here;
 * - the password of the directory has to be given.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Fault, refusal } from './fault.ts'
import { headerOf } from './request.ts'

export const USERNAME = 'default'
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

/** Why a request is not from this machine's user; null where it may be. */
export const foreignness = ({ headers: { host = '', origin } }: IncomingMessage): string | null => {
  if (!LOOPBACK.test(host)) return 'Only requests to 127.0.0.1 or localhost are answered.'
  if (origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, ''))) return null
  return 'Pages of other hosts are not answered.'
}

/** Null where the request may go on. */
export const accessFault = (request: IncomingMessage, url: URL, password: string): Fault | null => {
  const given = credentialsOf(request, url)
  if (given !== null && isSame(given.username, USERNAME) && isSame(given.password, password)) {
    return null
  }
  if (given === null) {
    return refusal(194, 'REQUIRED_PASSWORD', 'The embedded ClickHouse wants user and password')
  }
  return refusal(
    516,
    'AUTHENTICATION_FAILED',
    `${given.username}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}

interface Credentials {
  readonly username: string
  readonly password: string
}

const credentialsOf = (request: IncomingMessage, url: URL): Credentials | null => {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic !== undefined) return basicCredentials(basic)
  const key = headerOf(request, 'x-clickhouse-key')
  if (key !== null) {
    return { username: headerOf(request, 'x-clickhouse-user') ?? USERNAME, password: key }
  }
  const password = url.searchParams.get('password')
  if (password === null) return null
  return { username: url.searchParams.get('user') || USERNAME, password }
}

const basicCredentials = (encoded: string): Credentials => {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0
    ? { username: text, password: '' }
    : { username: text.slice(0, colon) || USERNAME, password: text.slice(colon + 1) }
}

/** Without telling by the time it takes how much was right. */
const isSame = (given: string, wanted: string): boolean =>
  timingSafeEqual(hash(given), hash(wanted))

const hash = (text: string) => createHash('sha256').update(text).digest()
