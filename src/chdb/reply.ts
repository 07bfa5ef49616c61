/** The answer to a request, in the form that ClickHouse gives it. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createBrotliCompress, createDeflate, createGzip, type Gzip } from 'node:zlib'
import type { Engine } from './engine.ts'
import { type Fault, faultOf, statusOf } from './fault.ts'
import type { StatementRequest } from './request.ts'

/**
 * So much of an answer is held back before its headers are sent: a statement that fails before has its
 * status, and a short answer its length.
 */
export const HELD_MAX_BYTES = 1024 * 1024

export interface Summary {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly rowsWritten: number
}

export const NOTHING: Summary = { rowsRead: 0, bytesRead: 0, rowsWritten: 0 }

export interface Answer {
  readonly format: string
  /** By which the statement can be found and ended; null where that is not wanted. */
  readonly mark: string | null
  readonly rows: Readable
  /** Settles when the statement has ended; all of `rows` is there then. */
  readonly ended: Promise<Summary>
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONStrings: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TSV: 'text/tab-separated-values; charset=UTF-8',
  TabSeparatedWithNames: 'text/tab-separated-values; charset=UTF-8',
  TSVWithNames: 'text/tab-separated-values; charset=UTF-8',
}
const BINARY =
  /^(?:Native|RowBinary.*|Parquet|Arrow.*|ORC|Avro|MsgPack|Protobuf.*|BSONEachRow|Npy)$/

const contentTypeOf = (format: string): string =>
  CONTENT_TYPES[format] ??
  (BINARY.test(format) ? 'application/octet-stream' : 'text/plain; charset=UTF-8')

export const setCommonHeaders = (
  response: ServerResponse,
  engine: Engine,
  queryId: string | null,
): void => {
  response.setHeader('X-ClickHouse-Server-Display-Name', 'millrace')
  response.setHeader('X-ClickHouse-Timezone', engine.timezone)
  if (queryId !== null) response.setHeader('X-ClickHouse-Query-Id', queryId)
}

/** Sends an answer as it comes, no faster than the client takes it. */
export const sendAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  asked: StatementRequest,
  answer: Answer,
  version: string,
): Promise<void> => {
  const { rows, ended } = answer
  const held: Buffer[] = []
  let output: Writable | null = null
  let bytes = 0
  const tag = randomBytes(8).toString('hex')
  const start = (summary: Summary | null, length: number | null): Writable => {
    response.setHeader('Content-Type', contentTypeOf(answer.format))
    response.setHeader('X-ClickHouse-Format', answer.format)
    response.setHeader('X-ClickHouse-Summary', summaryText(summary ?? NOTHING))
    if (summary === null) response.setHeader('X-ClickHouse-Exception-Tag', tag)
    return compressing(request, response, asked, length)
  }
  try {
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (output === null) {
        held.push(chunk)
        if (bytes <= HELD_MAX_BYTES) continue
        output = start(null, null)
        for (const one of held.splice(0)) await write(output, one)
      } else await write(output, chunk)
    }
    const summary = await ended
    output ??= start(summary, bytes)
    for (const one of held) await write(output, one)
  } catch (error) {
    if (output === null) throw error
    await ended.catch(() => {})
    output.write(trailer(await cause(ended, error), tag, version))
  }
  output.end()
  await finished(response)
}

/** What the engine said, where it said something: the rows only know that they ended. */
const cause = (ended: Promise<unknown>, error: unknown): Promise<Fault> =>
  ended.then(() => faultOf(error), faultOf)

const write = async (output: Writable, chunk: Buffer): Promise<void> => {
  if (output.destroyed) throw new Error('the client went away')
  if (output.write(chunk)) return
  await Promise.race([once(output, 'drain'), once(output, 'close')])
}

const summaryText = ({ rowsRead, bytesRead, rowsWritten }: Summary): string =>
  JSON.stringify({
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: String(rowsWritten),
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: String(rowsWritten),
    result_bytes: '0',
    elapsed_ns: '0',
  })

const compressing = (
  request: IncomingMessage,
  response: ServerResponse,
  { compressed }: StatementRequest,
  length: number | null,
): Writable => {
  const encoding = compressed ? acceptedEncoding(request) : null
  if (encoding === null) {
    if (length !== null) response.setHeader('Content-Length', length)
    return response
  }
  response.setHeader('Content-Encoding', encoding)
  const encoder: Gzip = ENCODERS[encoding]()
  encoder.pipe(response)
  response.once('close', () => encoder.destroy())
  return encoder
}

const ENCODERS = {
  gzip: () => createGzip({ level: 3 }),
  deflate: () => createDeflate({ level: 3 }),
  br: () => createBrotliCompress({ params: { 257: 3 } }) as unknown as Gzip,
}

const acceptedEncoding = (request: IncomingMessage): keyof typeof ENCODERS | null => {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  for (const encoding of ['gzip', 'br', 'deflate'] as const) {
    if (new RegExp(`\\b${encoding}\\b`).test(accepted)) return encoding
  }
  return null
}

export const withVersion = ({ message }: Fault, version: string): string =>
  `${message} (version ${version} (embedded))`

/** An error after the headers are gone, in the form that ClickHouse has had for it since 25.11. */
const trailer = (fault: Fault, tag: string, version: string): string => {
  const message = withVersion(fault, version)
  const length = Buffer.byteLength(message) + 1
  const mark = '\r\n__exception__\r\n'
  return `${mark}${tag}\r\n${message}\n${length} ${tag}${mark}`
}

/** An error before anything was sent. */
export const sendFault = (
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
  version: string,
): void => {
  // The rest of the body is read and dropped, so that the client gets to read the answer.
  request.resume()
  if (response.headersSent || response.destroyed) return void response.destroy()
  const body = `${withVersion(fault, version)}\n`
  response.writeHead(statusOf(fault.code), {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': Buffer.byteLength(body),
    'X-ClickHouse-Exception-Code': String(fault.code),
    ...(fault.code === 194
      ? { 'WWW-Authenticate': 'Basic realm="ClickHouse server HTTP API"' }
      : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
