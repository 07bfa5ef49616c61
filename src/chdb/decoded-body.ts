/** The body of a request as it was before it was compressed. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Engine } from './engine.ts'
import { refusal } from './fault.ts'
import type { Spool } from './spool.ts'
import { quoted } from './tokens.ts'

/** What Node decodes, piece by piece. */
const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const

/** What the engine decodes for us. The body is in its memory meanwhile, within the engine's limit. */
const OF_THE_ENGINE = new Set(['lz4', 'zstd', 'xz', 'bz2', 'snappy'])

export const decodedBody = async (
  request: IncomingMessage,
  engine: Engine,
  spool: Spool,
): Promise<AsyncIterable<Buffer>> => {
  if (request.headers['content-type']?.startsWith('multipart/')) throw multipart()
  const encoding = request.headers['content-encoding']?.toLowerCase() || 'identity'
  if (encoding === 'identity') return request
  if (OF_THE_ENGINE.has(encoding)) return decodedByEngine(request, encoding, engine, spool)
  const decoder = DECODERS[encoding as keyof typeof DECODERS]?.()
  if (decoder === undefined) throw unknownEncoding(encoding)
  // A pipe does not pass on that its source has failed.
  request.once('error', error => decoder.destroy(error))
  return request.pipe(decoder)
}

async function* decodedByEngine(
  request: IncomingMessage,
  encoding: string,
  engine: Engine,
  spool: Spool,
): AsyncGenerator<Buffer> {
  const encoded = await spool.store(request)
  const decoded = `${encoded}-decoded`
  const session = engine.openSession()
  try {
    await session.run(
      `SELECT body FROM file(${quoted(encoded)}, 'RawBLOB', 'body String', ${quoted(encoding)}) ` +
        `INTO OUTFILE ${quoted(decoded)} TRUNCATE COMPRESSION 'none' FORMAT RawBLOB`,
    )
    yield* createReadStream(decoded)
  } finally {
    session.close()
    await rm(encoded, { force: true })
    await rm(decoded, { force: true })
  }
}

const unknownEncoding = (encoding: string) =>
  refusal(
    48,
    'NOT_IMPLEMENTED',
    `Content-Encoding ${encoding} is not supported by the embedded engine. ` +
      `Use ${[...Object.keys(DECODERS), ...OF_THE_ENGINE].join(', ')}`,
  )

const multipart = () =>
  refusal(
    48,
    'NOT_IMPLEMENTED',
    'Tables sent along with a statement (multipart/form-data) are not supported by the embedded ' +
      'engine. Insert them into a temporary table of a session.',
  )
