/**
 * Calls a registry until one of its addresses answers, or the attempts are used up.
 *
 *   no answer, 408, 429, 5xx        the next address, after a pause once all were asked
 *   401, 403, bad certificates      REGISTRY_REFUSED: asking again does not help
 *   anything else                   an answer, which the caller of this understands
 */
import * as http from 'node:http'
import * as https from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { RegistryConnection } from './registry-connection.ts'
import { certificateFault, refusedEntry, strangeAnswer, unavailable } from './registry-errors.ts'
import { type RawAnswer, type RegistryRequest, sendRequest } from './registry-request.ts'

export interface RegistryAnswer {
  readonly status: number
  readonly body: unknown
  /** The registry's own, such as 40403; null where it succeeded. */
  readonly errorCode: number | null
  readonly message: string
}

export type RegistryMethod = RegistryRequest['method']

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'
const PAUSE_MS_MAX = 2_000

export class RegistryCaller {
  readonly #connection: RegistryConnection
  readonly #headers: Readonly<Record<string, string>>
  readonly #agents: readonly (http.Agent | https.Agent)[]
  /** The address that answered last. */
  #current = 0

  constructor(connection: RegistryConnection) {
    if (connection.urls.length === 0) {
      throw new MillraceError('CONFIG_INVALID', 'A schema registry needs an address: give its url.')
    }
    this.#connection = connection
    this.#headers = headersOf(connection)
    const secure = new https.Agent({ keepAlive: true, ...connection.tls })
    const plain = new http.Agent({ keepAlive: true })
    this.#agents = connection.urls.map(url => (url.startsWith('https:') ? secure : plain))
  }

  /**
   * @param path from the address on, such as `/schemas/ids/7`
   * @throws REGISTRY_UNAVAILABLE after all attempts, REGISTRY_REFUSED
   */
  async call(method: RegistryMethod, path: string, body?: object): Promise<RegistryAnswer> {
    const { attemptsMax = 5, urls } = this.#connection
    let failure: unknown
    for (let attempt = 0; attempt < Math.max(attemptsMax, urls.length); attempt++) {
      if (attempt >= urls.length) await this.#pause(attempt - urls.length)
      try {
        return await this.#ask(method, path, body)
      } catch (thrown) {
        if (thrown instanceof MillraceError) throw thrown
        failure = thrown
        this.#current = (this.#current + 1) % urls.length
      }
    }
    throw unavailable(urls, failure)
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy()
  }

  async #ask(method: RegistryMethod, path: string, body?: object): Promise<RegistryAnswer> {
    const base = this.#connection.urls[this.#current]!
    const answer = await this.#send(method, base, path, body)
    const { status } = answer
    if (status === 401 || status === 403) throw refusedEntry(base, status)
    if (status === 408 || status === 429 || status >= 500) {
      throw new Error(`it answered ${status}: ${answer.text.slice(0, 200)}`)
    }
    return understood(base, path, answer)
  }

  async #send(
    method: RegistryMethod,
    base: string,
    path: string,
    body: object | undefined,
  ): Promise<RawAnswer> {
    try {
      return await sendRequest({
        method,
        url: new URL(base + path),
        headers: this.#headers,
        body: body === undefined ? null : JSON.stringify(body),
        agent: this.#agents[this.#current]!,
        timeoutMs: this.#connection.timeoutMs ?? 5_000,
      })
    } catch (thrown) {
      throw certificateFault(base, thrown) ?? thrown
    }
  }

  #pause(round: number): Promise<void> {
    const { firstPauseMs = 100 } = this.#connection
    return wait(Math.min(PAUSE_MS_MAX, firstPauseMs * 2 ** round))
  }
}

const headersOf = ({ username, password = '' }: RegistryConnection): Record<string, string> => {
  const common = { 'content-type': CONTENT_TYPE, accept: `${CONTENT_TYPE}, application/json` }
  if (username === undefined) return common
  const credentials = Buffer.from(`${username}:${password}`).toString('base64')
  return { ...common, authorization: `Basic ${credentials}` }
}

/** An error without a code of its own is that of some other server, or of a wrong path. */
const understood = (base: string, path: string, { status, text }: RawAnswer): RegistryAnswer => {
  const body = parsed(text)
  if (status >= 200 && status < 300 && body !== undefined) {
    return { status, body, errorCode: null, message: '' }
  }
  const { error_code: errorCode, message } = (body ?? {}) as Record<string, unknown>
  if (typeof errorCode !== 'number') throw strangeAnswer(base + path, status, text)
  return { status, body, errorCode, message: String(message) }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
