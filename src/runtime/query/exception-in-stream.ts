/**
 * ClickHouse may fail when it has already sent a part of the answer, with the status of success. It
 * then writes the error at the end of the body, behind a mark with a tag that it sent as a header:
 *
 *   …rows…\r\n__exception__\r\n<tag>\r\n<message>\n<length> <tag>\r\n__exception__\r\n
 */
import { EXCEPTION_TAG_HEADER_NAME, parseError } from '@clickhouse/client'

const WORD = '__exception__'

/** The error's text is at most 16 KB; what is longer is cut. */
const MESSAGE_BYTES_MAX = 64 * 1024

/** The bytes of the answer alone. Throws the error that stands at the end of it. */
export async function* answerBytes(
  body: AsyncIterable<Buffer>,
  headers: NodeJS.Dict<string | string[]>,
): AsyncGenerator<Buffer> {
  const tag = headers[EXCEPTION_TAG_HEADER_NAME]
  if (typeof tag !== 'string') return yield* body
  const mark = Buffer.from(`\r\n${WORD}\r\n${tag}\r\n`)
  let kept: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk])
    const at = bytes.indexOf(mark)
    // Without the mark, its beginning may still be at the end.
    const certain = at < 0 ? Math.max(0, bytes.length - mark.length) : at
    if (certain > 0) yield bytes.subarray(0, certain)
    kept = bytes.subarray(certain)
    if (kept.length > MESSAGE_BYTES_MAX) break
  }
  if (beginsWith(kept, mark)) throw errorIn(kept.subarray(mark.length), tag)
  if (kept.length > 0) yield kept
}

const beginsWith = (bytes: Buffer, mark: Buffer): boolean =>
  bytes.subarray(0, mark.length).equals(mark)

const errorIn = (bytes: Buffer, tag: string): Error => {
  const text = bytes.toString('utf8')
  const end = text.lastIndexOf(tag)
  return parseError(text.slice(0, end < 0 ? undefined : end).replace(/\s*\d*\s*$/, ''))
}
