/** One request to a registry, over the HTTP of Node: its `fetch` takes no client certificates. */
import * as http from 'node:http'
import * as https from 'node:https'

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly agent: http.Agent
  readonly timeoutMs: number
}

export interface RawAnswer {
  readonly status: number
  readonly text: string
}

/** Of an answer. The largest schemas of this world have some hundred kilobytes. */
const ANSWER_BYTES_MAX = 16 << 20

/** Rejects with an error of sockets, names or certificates, or with `ETIMEDOUT`. */
export const sendRequest = async (asked: RegistryRequest): Promise<RawAnswer> => {
  const signal = AbortSignal.timeout(asked.timeoutMs)
  try {
    const response = await responseTo(asked, signal)
    return { status: response.statusCode ?? 0, text: await textOf(response) }
  } catch (thrown) {
    if (!signal.aborted) throw thrown
    const what = `no answer within ${asked.timeoutMs} ms`
    throw Object.assign(new Error(what, { cause: thrown }), { code: 'ETIMEDOUT' })
  }
}

const responseTo = (
  { method, url, headers, body, agent }: RegistryRequest,
  signal: AbortSignal,
): Promise<http.IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const sent = request(url, { method, headers, agent, signal }, resolve)
    sent.on('error', reject)
    sent.end(body ?? undefined)
  })

const textOf = async (response: http.IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += (part as Buffer).length
    if (bytes > ANSWER_BYTES_MAX) throw tooLarge()
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}

const tooLarge = (): Error =>
  Object.assign(new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`), { code: 'EMSGSIZE' })
