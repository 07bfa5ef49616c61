/**
 * Tokens for OAUTHBEARER, as an identity provider gives them to a program: the client credentials
 * grant (RFC 6749, 4.4). One is kept until most of its life is over.
 */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaToken } from '../../logs/kafka/connection.ts'
import { type RawAnswer, sendRequest } from '../../logs/registry/registry-request.ts'

export interface TokenClient {
  /** Of the provider's token endpoint. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
  /** PEM text: whom to trust instead of the system's authorities. */
  readonly ca?: string
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly wallNow?: () => number
}

const TIMEOUT_MS = 10_000
/** Below the 80 % at which clients want the next one, so that it is a new one. */
const KEPT_FOR = 0.75
/** RFC 6749 leaves the life of a token open; this is what most providers give. */
const LIFE_MS = 300_000

/** Its function fails with `LOG_UNAVAILABLE` or `LOG_REFUSED`, and never tells the secret. */
export const tokenSource = (client: TokenClient): (() => Promise<KafkaToken>) => {
  const now = client.wallNow ?? Date.now
  let kept: { readonly token: Promise<KafkaToken>; untilMs: number } | null = null
  const fetched = async (): Promise<KafkaToken> => {
    const askedAtMs = now()
    const { value, lifeMs } = await fetchToken(client)
    if (kept !== null) kept.untilMs = askedAtMs + lifeMs * KEPT_FOR
    return { value, expiresAtMs: askedAtMs + lifeMs }
  }
  return () => {
    if (kept !== null && now() < kept.untilMs) return kept.token
    // While it is being fetched, whoever asks gets the same.
    kept = { token: Promise.resolve().then(fetched), untilMs: Number.POSITIVE_INFINITY }
    kept.token.catch(() => {
      kept = null
    })
    return kept.token
  }
}

const fetchToken = async (client: TokenClient): Promise<{ value: string; lifeMs: number }> => {
  const { status, text } = await asked(client)
  if (status >= 500 || status === 429) throw unavailable(client, `it answered ${status}`)
  if (status !== 200) throw refused(client, `it answered ${status}${reasonIn(text)}`)
  const { access_token: value, expires_in: lifeSeconds } = objectIn(text)
  if (typeof value !== 'string' || value === '') throw refused(client, 'its answer has no token')
  const isGiven = typeof lifeSeconds === 'number' && lifeSeconds > 0
  return { value, lifeMs: isGiven ? lifeSeconds * 1_000 : LIFE_MS }
}

const asked = async (client: TokenClient): Promise<RawAnswer> => {
  const { url, scope, ca } = client
  const agent = url.startsWith('https:')
    ? new HttpsAgent(ca === undefined ? {} : { ca })
    : new HttpAgent()
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope ? { scope } : {}),
  })
  try {
    return await sendRequest({
      method: 'POST',
      url: new URL(url),
      headers: {
        authorization: credentialsOf(client),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: `${body}`,
      agent,
      timeoutMs: TIMEOUT_MS,
    })
  } catch (cause) {
    throw unavailable(client, (cause as Error).message, cause)
  } finally {
    agent.destroy()
  }
}

/** Both are form-encoded before they are joined, as RFC 6749, 2.3.1 wants it. */
const credentialsOf = ({ clientId, clientSecret }: TokenClient): string => {
  const [id, secret] = [clientId, clientSecret].map(part => encodeURIComponent(part))
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

const objectIn = (text: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** `invalid_client` and the like; what else stands there may be anything. */
const reasonIn = (text: string): string => {
  const { error } = objectIn(text)
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? `, ${error}` : ''
}

const unavailable = ({ url }: TokenClient, what: string, cause?: unknown): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `No token comes from ${hostOf(url)} (${what}). Check \`log.sasl.oidc.url\`, that it can be ` +
      'reached from here, and its certificate (`log.sasl.oidc.ca`).',
    { cause },
  )

const refused = ({ url }: TokenClient, what: string): MillraceError =>
  new MillraceError(
    'LOG_REFUSED',
    `${hostOf(url)} gives no token (${what}). Check \`url\`, \`clientId\`, \`clientSecret\` and ` +
      '`scope` in `log.sasl.oidc`.',
  )

/** Of an address, what nobody minds to read in a message. */
const hostOf = (url: string): string => {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
