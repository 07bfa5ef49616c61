/** The HTTP interface of ClickHouse on loopback, in front of the engine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { accessFault, foreignness } from './access.ts'
import { execute, type Workshop } from './execute.ts'
import { faultOf } from './fault.ts'
import { sendFault, setCommonHeaders } from './reply.ts'
import { statementRequestOf } from './request.ts'

export const CONNECTIONS_MAX = 256
/** As a server's `http_max_uri_size`: a statement, or the values of its parameters, may be in the address. */
const HEADERS_MAX_BYTES = 1024 * 1024
/** Longer than clients keep an idle connection, so that it is they who close it. */
const KEEP_ALIVE_MS = 30_000

export const httpServerOf = (shop: Workshop, password: string): Server => {
  const server = createServer({ maxHeaderSize: HEADERS_MAX_BYTES }, (request, response) => {
    answer(shop, password, request, response).catch(error => {
      sendFault(request, response, faultOf(error), shop.engine.version)
    })
  })
  server.maxConnections = CONNECTIONS_MAX
  server.keepAliveTimeout = KEEP_ALIVE_MS
  // A body may be as long in coming as it likes; its client may be a slow one.
  server.requestTimeout = 0
  return server
}

const answer = async (
  shop: Workshop,
  password: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const foreign = foreignness(request)
  if (foreign !== null) return sendText(request, response, 403, `${foreign}\n`)
  const url = new URL(request.url ?? '/', 'http://localhost')
  setCommonHeaders(response, shop.engine, null)
  if (url.pathname === '/ping' || url.pathname === '/replicas_status') {
    return sendText(request, response, 200, 'Ok.\n')
  }
  const fault = accessFault(request, url, password)
  if (fault) throw fault
  if (url.pathname !== '/')
    return sendText(request, response, 404, `There is no ${url.pathname}.\n`)
  if (!['GET', 'HEAD', 'POST'].includes(request.method ?? '')) {
    return sendText(request, response, 501, `There is no ${request.method}.\n`)
  }
  if (request.method !== 'POST' && !url.searchParams.get('query')) {
    return sendText(request, response, 200, 'Ok.\n')
  }
  const asked = statementRequestOf(request, url)
  setCommonHeaders(response, shop.engine, asked.queryId)
  await execute(shop, asked, request, response)
}

const sendText = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void => {
  request.resume()
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
