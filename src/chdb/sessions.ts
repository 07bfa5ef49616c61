/**
 * The session of a statement. Without a `session_id` it is a new one, which costs 0.2 ms: so nothing
 * that one statement sets or makes can reach another. With one it is kept, for temporary tables and
 * `SET`, until nobody has used it for its timeout.
 */
import type { Engine, Session } from './engine.ts'
import { preparation, text } from './engine.ts'
import { refusal } from './fault.ts'
import type { StatementRequest } from './request.ts'
import { quoted, quotedName } from './tokens.ts'

export interface LeasedSession {
  readonly session: Session
  /** To be called when the statement has ended: who asks for the session then waits for `release`. */
  ended(): void
  release(): Promise<void>
}

export interface Sessions {
  /** A session with the database and the settings that the request asks for. */
  lease(request: StatementRequest): Promise<LeasedSession>
  close(): void
}

/** How many sessions with a name there may be at a time. */
export const NAMED_SESSIONS_MAX = 256

interface NamedSession {
  readonly session: Session
  isBusy: boolean
  /** Those who wait for a session whose statement has ended; null while it runs. */
  waiting: (() => void)[] | null
  expiry: NodeJS.Timeout | undefined
}

export const sessionsOf = (engine: Engine): Sessions => {
  const named = new Map<string, NamedSession>()
  return {
    lease: request =>
      request.sessionId === null
        ? leaseNew(engine, request)
        : leaseNamed(engine, named, request.sessionId, request),
    close() {
      for (const { session, isBusy, expiry } of named.values()) {
        clearTimeout(expiry)
        if (!isBusy) session.close()
      }
      named.clear()
    },
  }
}

const leaseNew = async (engine: Engine, request: StatementRequest): Promise<LeasedSession> => {
  const session = engine.openSession()
  try {
    await session.run(preparation(request.database, request.settings))
  } catch (error) {
    session.close()
    throw error
  }
  return { session, ended: () => {}, release: async () => session.close() }
}

const leaseNamed = async (
  engine: Engine,
  named: Map<string, NamedSession>,
  id: string,
  request: StatementRequest,
): Promise<LeasedSession> => {
  const kept = named.get(id) ?? openNamed(engine, named, id, request)
  await untilFree(kept, id)
  kept.isBusy = true
  kept.waiting = null
  clearTimeout(kept.expiry)
  const { session } = kept
  const finish = async (restore: string) => {
    if (restore !== '') await session.run(restore).catch(() => {})
    const next = kept.waiting?.shift()
    kept.waiting = null
    // Busy all the while, so that nobody comes in between.
    if (next) return next()
    kept.isBusy = false
    if (!named.has(id)) return session.close()
    kept.expiry = expiryOf(named, id, kept, request.sessionTimeoutMs)
  }
  let restore = ''
  try {
    restore = await restoringStatement(session, request)
    await session.run(preparation(request.database, request.settings))
  } catch (error) {
    await finish(restore)
    throw error
  }
  const ended = () => {
    kept.waiting ??= []
  }
  return { session, ended, release: () => finish(restore) }
}

/**
 * A client has its answer a moment before its session is free again, and may already send the next
 * statement. A session whose statement still runs is locked, as on a server.
 */
const untilFree = async (kept: NamedSession, id: string): Promise<void> => {
  if (!kept.isBusy) return
  const { waiting } = kept
  if (waiting === null || waiting.length > 0) {
    throw refusal(373, 'SESSION_IS_LOCKED', `Session ${id} is locked by a concurrent client`)
  }
  await new Promise<void>(resolve => waiting.push(resolve))
}

const openNamed = (
  engine: Engine,
  named: Map<string, NamedSession>,
  id: string,
  request: StatementRequest,
): NamedSession => {
  if (request.sessionMustExist) throw refusal(372, 'SESSION_NOT_FOUND', `Session ${id} not found`)
  if (named.size >= NAMED_SESSIONS_MAX) {
    throw refusal(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `There are ${named.size} sessions already`)
  }
  const kept = { session: engine.openSession(), isBusy: false, waiting: null, expiry: undefined }
  named.set(id, kept)
  return kept
}

const expiryOf = (
  named: Map<string, NamedSession>,
  id: string,
  kept: NamedSession,
  timeoutMs: number,
): NodeJS.Timeout =>
  setTimeout(() => {
    named.delete(id)
    kept.session.close()
  }, timeoutMs).unref()

/**
 * What brings a kept session back to what it had before a request. Values of `{x:Type}` cannot be
 * unset; they stay until they are given again.
 */
const restoringStatement = async (
  session: Session,
  { settings, database }: StatementRequest,
): Promise<string> => {
  const names = [...settings.keys()].filter(name => !name.startsWith('param_'))
  const sql =
    'SELECT currentDatabase(), groupArrayIf((name, value), changed) ' +
    `FROM system.settings WHERE name IN (${names.map(quoted).join(', ')})`
  const [current, changed] = JSON.parse(text(await session.run(sql, 'JSONCompactEachRow'))) as [
    string,
    [string, string][],
  ]
  const before = new Map(changed)
  const sets = names.map(name => {
    const value = before.get(name)
    return `${name} = ${value === undefined ? 'DEFAULT' : quoted(value)}`
  })
  return `${database === null ? '' : `USE ${quotedName(current)}; `}SET ${sets.join(', ')}`
}
