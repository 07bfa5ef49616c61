/**
 * The statement and the data of a request.
 *
 * ClickHouse reads the statement of the address, a new line, and the body as one text: so the statement
 * may be in either, and the data of an insert after it. Only the beginning is held in memory where
 * data follows; a statement without data may have `STATEMENT_MAX_BYTES`.
 */
import { refusal } from './fault.ts'
import { type InsertStatement, insertOf, type Statement, statementOf } from './statement.ts'

/** Where an insert's data has to have begun. */
export const HEAD_MAX_BYTES = 1024 * 1024
export const STATEMENT_MAX_BYTES = 16 * 1024 * 1024

export interface ReadRequest {
  /** Null where there is none. */
  readonly statement: Statement | null
  /** What follows an insert's statement; empty after others. */
  readonly data: AsyncIterable<Buffer>
}

export const readRequest = async (
  query: string,
  body: AsyncIterable<Buffer>,
): Promise<ReadRequest> => {
  const inAddress = Buffer.from(query, 'utf8')
  const insert = insertOf(inAddress)
  if (insert) return { statement: insert, data: afterAddress(inAddress, insert, body) }
  const chunks = body[Symbol.asyncIterator]()
  let head = query.trim() === '' ? Buffer.alloc(0) : Buffer.concat([inAddress, NEW_LINE])
  let looksLikeData = true
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) return withoutMore(head)
    head = Buffer.concat([head, value])
    if (head.length < HEAD_MAX_BYTES) continue
    const found = looksLikeData ? insertOf(head) : null
    if (found) return { statement: found, data: rest(head.subarray(found.dataStart), chunks) }
    looksLikeData = false
    if (head.length > STATEMENT_MAX_BYTES) throw tooLong()
  }
}

const NEW_LINE = Buffer.from('\n')

async function* afterAddress(
  inAddress: Buffer,
  insert: InsertStatement,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const inline = inAddress.subarray(insert.dataStart)
  if (inline.toString('latin1').trim() !== '') {
    yield inline
    yield NEW_LINE
  }
  yield* body
}

const withoutMore = (head: Buffer): ReadRequest => {
  const statement = statementOf(head)
  const data = statement?.kind === 'insert' ? [head.subarray(statement.dataStart)] : []
  return { statement, data: rest(data[0] ?? Buffer.alloc(0), null) }
}

async function* rest(first: Buffer, chunks: AsyncIterator<Buffer> | null): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  if (chunks === null) return
  yield* { [Symbol.asyncIterator]: () => chunks }
}

const tooLong = () =>
  refusal(
    62,
    'SYNTAX_ERROR',
    `Max query size exceeded: a statement may have ${STATEMENT_MAX_BYTES} bytes, and the data of ` +
      `an insert has to begin within ${HEAD_MAX_BYTES}`,
  )
