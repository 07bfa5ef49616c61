/**
 * A schema registry for tests: a small HTTP server that speaks the documented API of Confluent's and
 * keeps its schemas in memory. It is strict: what the documentation does not allow is refused, so that
 * a client which leaves out a content type or sends a schema as an object is found out.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AvroSchema } from '../../../engine/form.ts'
import { avroType } from '../../../engine/schema/avro-type.ts'

export interface RegistryServerOptions {
  readonly user?: { readonly name: string; readonly password: string }
  readonly tls?: https.ServerOptions
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: Record<string, unknown>
}

type Route = readonly [method: string, path: RegExp, answer: (...parts: string[]) => unknown]

/** What is answered instead of a body. */
class Refusal extends Error {
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'
const ACCEPTED = new Set([CONTENT_TYPE, 'application/vnd.schemaregistry+json', 'application/json'])

export class RegistryServer {
  /** Method and path of each request that came, in order. */
  readonly requests: string[] = []
  /** Answered to the next requests instead, one after the other; `hang` never answers. */
  readonly faults: (number | 'hang' | 'cut')[] = []
  readonly #options: RegistryServerOptions
  readonly #server: http.Server
  readonly #texts: string[] = []
  readonly #types = new Map<string, string>()
  readonly #subjects = new Map<string, number[]>()
  readonly #modes = new Map<string, string>()

  static async start(options: RegistryServerOptions = {}): Promise<RegistryServer> {
    const server = new RegistryServer(options)
    await server.listen(0)
    return server
  }

  private constructor(options: RegistryServerOptions) {
    this.#options = options
    const answer = (request: http.IncomingMessage, response: http.ServerResponse) =>
      void this.#answer(request, response)
    this.#server = options.tls ? https.createServer(options.tls, answer) : http.createServer(answer)
  }

  listen(port: number): Promise<void> {
    return new Promise(resolve => this.#server.listen(port, '127.0.0.1', resolve))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  /** As another language than Avro would be registered. */
  addOther(schemaType: string, schema: string): number {
    const id = this.#idOf(schema)
    this.#types.set(schema, schemaType)
    return id
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`)
    const fault = this.faults.shift()
    if (fault === 'hang') return
    if (fault === 'cut') return void request.socket.destroy()
    let [status, body] = [200, null as unknown]
    try {
      if (fault !== undefined) throw new Refusal(fault, fault * 100 + 1, 'a fault')
      body = await this.#bodyFor(request)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      status = thrown.status
      body = { error_code: thrown.code, message: thrown.message }
    }
    response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(JSON.stringify(body))
  }

  async #bodyFor(request: http.IncomingMessage): Promise<unknown> {
    this.#checkUser(request.headers.authorization)
    const asked = await askedBy(request)
    const routes = this.#routes(asked.body)
    for (const [method, path, answer] of routes) {
      const parts = path.exec(asked.path)
      if (parts && method === asked.method) {
        return answer(...parts.slice(1).map(part => decodeURIComponent(part)))
      }
    }
    throw new Refusal(404, 404, 'HTTP 404 Not Found')
  }

  #checkUser(authorization: string | undefined): void {
    const { user } = this.#options
    if (user === undefined) return
    const wanted = Buffer.from(`${user.name}:${user.password}`).toString('base64')
    if (authorization !== `Basic ${wanted}`) throw new Refusal(401, 40101, 'Unauthorized')
  }

  #routes(body: Record<string, unknown>): readonly Route[] {
    return [
      ['GET', /^\/subjects$/, () => [...this.#subjects.keys()]],
      [
        'GET',
        /^\/subjects\/([^/]+)\/versions$/,
        name => this.#versionsOf(name!).map((_, i) => i + 1),
      ],
      [
        'GET',
        /^\/subjects\/([^/]+)\/versions\/(latest|\d+)$/,
        (name, at) => this.#version(name!, at!),
      ],
      ['POST', /^\/subjects\/([^/]+)\/versions$/, name => this.#register(name!, body)],
      ['POST', /^\/subjects\/([^/]+)$/, name => this.#lookup(name!, body)],
      ['GET', /^\/schemas\/ids\/(\d+)$/, id => this.#byId(Number(id))],
      [
        'POST',
        /^\/compatibility\/subjects\/([^/]+)\/versions\/latest$/,
        name => this.#compatibility(name!, body),
      ],
      ['GET', /^\/config$/, () => ({ compatibilityLevel: 'BACKWARD' })],
      ['GET', /^\/config\/([^/]+)$/, name => ({ compatibilityLevel: this.#modeOf(name!) })],
      ['PUT', /^\/config\/([^/]+)$/, name => this.#configure(name!, body)],
    ]
  }

  #versionsOf(subject: string): number[] {
    const ids = this.#subjects.get(subject)
    if (ids === undefined) throw new Refusal(404, 40401, `Subject '${subject}' not found.`)
    return ids
  }

  #version(subject: string, at: string): unknown {
    const ids = this.#versionsOf(subject)
    const version = at === 'latest' ? ids.length : Number(at)
    const id = ids[version - 1]
    if (id === undefined) throw new Refusal(404, 40402, `Version ${at} not found.`)
    return { subject, version, id, schema: this.#texts[id - 1] }
  }

  #register(subject: string, body: Record<string, unknown>): unknown {
    const schema = schemaIn(body)
    const ids = this.#subjects.get(subject) ?? []
    const known = ids.find(id => this.#texts[id - 1] === schema)
    if (known !== undefined) return { id: known }
    const message = this.#incompatibility(subject, schema)
    if (message !== null) {
      throw new Refusal(409, 409, `Schema being registered is incompatible: ${message}`)
    }
    const id = this.#idOf(schema)
    this.#subjects.set(subject, [...ids, id])
    return { id }
  }

  /** One schema has one id, in however many subjects it is. */
  #idOf(schema: string): number {
    const at = this.#texts.indexOf(schema)
    return at >= 0 ? at + 1 : this.#texts.push(schema)
  }

  #lookup(subject: string, body: Record<string, unknown>): unknown {
    const schema = schemaIn(body)
    const ids = this.#versionsOf(subject)
    const at = ids.findIndex(id => this.#texts[id - 1] === schema)
    if (at < 0) throw new Refusal(404, 40403, 'Schema not found')
    return { subject, version: at + 1, id: ids[at], schema }
  }

  #byId(id: number): unknown {
    const schema = this.#texts[id - 1]
    if (schema === undefined) throw new Refusal(404, 40403, `Schema ${id} not found`)
    const schemaType = this.#types.get(schema)
    return schemaType ? { schema, schemaType } : { schema }
  }

  #compatibility(subject: string, body: Record<string, unknown>): unknown {
    this.#versionsOf(subject)
    const message = this.#incompatibility(subject, schemaIn(body))
    return { is_compatible: message === null, messages: message === null ? [] : [message] }
  }

  #modeOf(subject: string): string {
    return this.#modes.get(subject) ?? 'BACKWARD'
  }

  #configure(subject: string, body: Record<string, unknown>): unknown {
    this.#modes.set(subject, String(body.compatibility))
    return { compatibility: body.compatibility }
  }

  /** By the latest version: backward and full as Avro resolves schemas; none is always compatible. */
  #incompatibility(subject: string, schema: string): string | null {
    const mode = this.#modeOf(subject)
    const latest = this.#texts[(this.#subjects.get(subject)?.at(-1) ?? 0) - 1]
    if (latest === undefined || mode === 'NONE') return null
    const backward = /BACKWARD|FULL/.test(mode) ? unreadable(schema, latest) : null
    return backward ?? (/FORWARD|FULL/.test(mode) ? unreadable(latest, schema) : null)
  }
}

const askedBy = async (request: http.IncomingMessage): Promise<Asked> => {
  const { method = '', url = '/', headers } = request
  const path = url.split('?')[0]!
  const body = await text(request)
  if (body === '') return { method, path, body: {} }
  if (!ACCEPTED.has(headers['content-type'] ?? '')) {
    throw new Refusal(415, 415, 'HTTP 415 Unsupported Media Type')
  }
  return { method, path, body: JSON.parse(body) as Record<string, unknown> }
}

const schemaIn = ({ schema }: Record<string, unknown>): string => {
  if (typeof schema !== 'string') throw new Refusal(422, 42201, 'Invalid schema: it is no text')
  try {
    avroType(JSON.parse(schema) as AvroSchema)
  } catch (thrown) {
    throw new Refusal(422, 42201, `Invalid schema: ${(thrown as Error).message}`)
  }
  return schema
}

const unreadable = (reader: string, writer: string): string | null => {
  const [type, written] = [reader, writer].map(one => avroType(JSON.parse(one) as AvroSchema))
  try {
    type!.createResolver(written!)
    return null
  } catch (thrown) {
    return (thrown as Error).message
  }
}
