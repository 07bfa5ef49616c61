/**
 * What a running Millrace tells those who watch it, over HTTP: numbers, health, status. Reading only.
 *
 * It listens on this machine alone unless another host is given; whoever gives one decides who can
 * reach it, since nobody is asked for a password.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MillraceError } from '../engine/errors.ts'
import { type Answer, answerTo, plain, type Served } from './answers.ts'
import type { Health } from './health.ts'
import { isLoopback, namesLoopback } from './host-names.ts'
import type { Metrics } from './metrics.ts'

export type { Health } from './health.ts'

export interface ServeOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** The address to listen on. Default: 127.0.0.1, this machine alone. */
  readonly host?: string
  readonly metrics: Metrics
  readonly health: () => Health
  /** What is given out as JSON. */
  readonly status: () => object
}

export interface HttpServer {
  /** As `http://127.0.0.1:9464`, without path. */
  readonly url: string
  stop(): Promise<void>
}

const CONNECTIONS_MAX = 100
const REQUEST_TIMEOUT_MS = 10_000
/** How long an answer that is under way may take once the server is stopped. */
const STOP_TIMEOUT_MS = 1_000

/** Fails with `PORT_IN_USE`, or with `CONFIG_INVALID` where one cannot listen there at all. */
export const serveHttp = async (options: ServeOptions): Promise<HttpServer> => {
  const { port, host = '127.0.0.1' } = options
  const limits = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }
  const isLocal = isLoopback(host)
  const server = createServer(limits, (request, response) => {
    void respond(request, response, options, isLocal)
  })
  server.maxConnections = CONNECTIONS_MAX
  await listen(server, port, host)
  return { url: urlOf(server), stop: () => stop(server) }
}

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
  isLocal: boolean,
): Promise<void> => {
  const answer = await answerOf(request, served, isLocal)
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    ...(answer.status === 405 ? { allow: 'GET, HEAD', connection: 'close' } : {}),
  })
  response.end(answer.body)
}

const answerOf = async (
  { method, url, headers }: IncomingMessage,
  served: Served,
  isLocal: boolean,
): Promise<Answer> => {
  if (isLocal && !namesLoopback(headers.host)) {
    return plain(403, 'Ask for this server as localhost or 127.0.0.1: it answers to no other name.')
  }
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET and HEAD are answered.')
  try {
    return await answerTo(url?.split('?')[0] ?? '/', headers.accept ?? '', served)
  } catch (error) {
    return plain(500, `This could not be told: ${(error as Error).message}`)
  }
}

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(cannotListen(error, port, host))
    server.once('error', refuse)
    try {
      server.listen(port, host, () => {
        server.off('error', refuse)
        resolve()
      })
    } catch (error) {
      refuse(error as NodeJS.ErrnoException)
    }
  })

const cannotListen = (cause: NodeJS.ErrnoException, port: number, host: string): MillraceError =>
  cause.code === 'EADDRINUSE'
    ? new MillraceError(
        'PORT_IN_USE',
        `Port ${port} is in use by another program. Stop that one, or give another port with --port.`,
        { cause },
      )
    : new MillraceError(
        'CONFIG_INVALID',
        `One cannot listen on ${host}, port ${port}: ${cause.message}. Give another with --port.`,
        { cause },
      )

const urlOf = (server: Server): string => {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Answers that are under way are given; connections that wait for a next request are ended. */
const stop = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = new Promise(resolve => server.close(resolve))
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS)
  await closed
  clearTimeout(deadline)
}
