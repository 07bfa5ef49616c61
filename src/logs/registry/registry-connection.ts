/** Where a schema registry is, and how it is spoken to. */
import { MillraceError } from '../../engine/errors.ts'

export interface RegistryConnection {
  /** `http(s)://host:port`, with a path where the registry has one; several are tried in turn. */
  readonly urls: readonly string[]
  /** Basic authentication. */
  readonly username?: string
  readonly password?: string
  readonly tls?: RegistryTls
  /** For one request, from its beginning to the end of its answer. Default 5 s. */
  readonly timeoutMs?: number
  /** Before the registry is held to be away, over all urls. Default 5. */
  readonly attemptsMax?: number
  /** Before the second attempt; doubled each time, up to 2 s. Default 100 ms. */
  readonly firstPauseMs?: number
}

/** PEM text. */
export interface RegistryTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  /** Default true. */
  readonly rejectUnauthorized?: boolean
}

/**
 * @param text one address, or several with commas between them; `http://user:password@host:8081`
 *   names the user as well, where `connection` names none
 * @throws CONFIG_INVALID
 */
export const registryAt = (
  text: string,
  connection: Omit<RegistryConnection, 'urls'> = {},
): RegistryConnection => {
  const urls = text.split(',').map(part => urlOf(part.trim()))
  const { username, password } = urls[0]!
  const named = username === '' ? {} : { username: decoded(username), password: decoded(password) }
  return { ...named, ...connection, urls: urls.map(withoutUser) }
}

const urlOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '') return url
  throw malformed(text)
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    throw malformed('//@')
  }
}

const withoutUser = ({ origin, pathname }: URL): string => origin + pathname.replace(/\/+$/, '')

/** Without what may be a password, whatever signs are in it. */
const malformed = (text: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${text.replace(/\/\/.*@/s, '//…@')} is no address of a schema registry. Write ` +
      'http://host:8081, with the path where it has one, and commas between several; signs such as ' +
      '@, / and % in a password as %40, %2F and %25.',
  )
