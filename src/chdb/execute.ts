/** A statement from its request to its answer. */

import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { readRequest } from './body.ts'
import { type Channel, fileChannel, pipeChannel } from './channel.ts'
import { decodedBody } from './decoded-body.ts'
import type { Engine, Session } from './engine.ts'
import { refusal } from './fault.ts'
import { isNativeHello, nativeHello } from './native-hello.ts'
import { type Answer, NOTHING, type Summary, sendAnswer } from './reply.ts'
import type { StatementRequest } from './request.ts'
import type { Sessions } from './sessions.ts'
import type { Slots } from './slots.ts'
import type { Spool } from './spool.ts'
import type { InsertStatement, OtherStatement, ReadStatement, Statement } from './statement.ts'

/** How many statements run at once; more wait. Each of them keeps a thread of the process busy. */
export const STATEMENTS_AT_ONCE = 12

export interface Workshop {
  readonly engine: Engine
  readonly sessions: Sessions
  readonly spool: Spool
  /** What a running statement holds: the name of its pipe, or null where there are none. */
  readonly slots: Slots<string | null>
  readonly running: Set<string>
  readonly resultsDirectory: string
}

export const execute = async (
  shop: Workshop,
  asked: StatementRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const decoded = await decodedBody(request, shop.engine, shop.spool)
  const { statement, data } = await readRequest(asked.query, decoded)
  if (statement === null) throw refusal(62, 'SYNTAX_ERROR', 'Syntax error: the query is empty')
  if (statement.kind === 'read' && isNativeHello(asked, statement.sql)) {
    return sendAnswer(request, response, asked, helloAnswer(shop.engine), shop.engine.version)
  }
  const body = statement.kind === 'insert' ? await shop.spool.store(data) : null
  try {
    await runAlone(shop, asked, (slot, hasEnded) =>
      runStatement(shop, asked, request, response, statement, body, slot, hasEnded),
    )
  } finally {
    if (body !== null) await rm(body, { force: true })
  }
}

const helloAnswer = (engine: Engine): Answer => ({
  format: 'Native',
  mark: null,
  rows: Readable.from([nativeHello(engine)], { objectMode: false }),
  ended: Promise.resolve(NOTHING),
})

/**
 * With a slot, and under an identity that no other running statement has. It is free again when the
 * statement has ended, which may be before its answer is sent.
 */
const runAlone = async (
  { running, slots }: Workshop,
  { queryId }: StatementRequest,
  run: (slot: string | null, hasEnded: () => void) => Promise<void>,
): Promise<void> => {
  if (running.has(queryId)) {
    throw refusal(
      216,
      'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
      `Query with id = ${queryId} is already running.`,
    )
  }
  running.add(queryId)
  let isOurs = true
  const hasEnded = () => {
    if (isOurs) running.delete(queryId)
    isOurs = false
  }
  const slot = await slots.take()
  try {
    await run(slot, hasEnded)
  } finally {
    slots.giveBack(slot)
    hasEnded()
  }
}

const runStatement = async (
  shop: Workshop,
  asked: StatementRequest,
  request: IncomingMessage,
  response: ServerResponse,
  statement: Statement,
  body: string | null,
  slot: string | null,
  hasEnded: () => void,
): Promise<void> => {
  if (response.destroyed) return
  const { session, ended, release } = await shop.sessions.lease(asked)
  const answer =
    statement.kind === 'read'
      ? readAnswer(shop, session, asked, statement, slot)
      : wholeAnswer(session, asked, statement, body)
  const free = () => {
    ended()
    hasEnded()
  }
  answer.ended.then(free, free)
  const cancel = () => void cancelled(shop, answer)
  response.once('close', cancel)
  if (response.destroyed) cancel()
  try {
    await sendAnswer(request, response, asked, answer, shop.engine.version)
  } finally {
    await answer.ended.catch(() => {})
    answer.rows.destroy()
    response.off('close', cancel)
    await release()
  }
}

/**
 * As on a server, a statement that changes something goes on where its client has gone away.
 *
 * The rows are not destroyed here: the engine may be about to open the pipe, and would wait for ever
 * for somebody to read from it.
 */
const cancelled = async ({ engine }: Workshop, { mark, ended }: Answer): Promise<void> => {
  if (mark === null) return
  const end = ended.then(
    () => true,
    () => true,
  )
  // More than once: a statement that is still being planned cannot be ended yet.
  while (!(await Promise.race([end, pause(KILL_AGAIN_MS)]))) {
    await engine.kill(mark).catch(() => {})
  }
}

const KILL_AGAIN_MS = 30

const pause = (ms: number): Promise<false> =>
  new Promise(resolve => {
    setTimeout(resolve, ms, false).unref()
  })

const readAnswer = (
  shop: Workshop,
  session: Session,
  asked: StatementRequest,
  statement: ReadStatement,
  slot: string | null,
): Answer => {
  const mark = randomUUID()
  const channel: Channel =
    slot === null || asked.waitForEnd
      ? fileChannel(join(shop.resultsDirectory, `answer-${mark}`))
      : pipeChannel(slot)
  const ended = session
    .run(statement.intoOutfile(channel.path, mark, asked.defaultFormat))
    .then(({ rowsRead, bytesRead }): Summary => ({ rowsRead, bytesRead, rowsWritten: 0 }))
  ended.then(
    () => channel.close('done'),
    () => channel.close('failed'),
  )
  const format = statement.format ?? asked.defaultFormat
  return { format, mark, rows: channel.rows, ended }
}

const wholeAnswer = (
  session: Session,
  asked: StatementRequest,
  statement: InsertStatement | OtherStatement,
  body: string | null,
): Answer => {
  const format = (statement.kind === 'other' ? statement.format : null) ?? asked.defaultFormat
  const result =
    statement.kind === 'insert'
      ? session.insert(statement.fromInfile(body!)).then(inserted)
      : session.run(statement.sql, asked.defaultFormat).then(told)
  result.catch(() => {})
  const rows = Readable.from(rowsOf(result), { objectMode: false })
  return { format, mark: null, rows, ended: result.then(({ summary }) => summary) }
}

interface Whole {
  readonly bytes: Uint8Array
  readonly summary: Summary
}

const inserted = (rowsWritten: number): Whole => ({
  bytes: new Uint8Array(),
  summary: { ...NOTHING, rowsWritten },
})

const told = (result: Awaited<ReturnType<Session['run']>>): Whole => ({
  bytes: result.bytes,
  summary: { ...NOTHING, rowsRead: result.rowsRead, bytesRead: result.bytesRead },
})

async function* rowsOf(result: Promise<Whole>): AsyncGenerator<Buffer> {
  const { bytes } = await result
  if (bytes.length > 0) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
