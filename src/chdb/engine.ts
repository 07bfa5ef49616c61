/** The engine of `chdb`, open on a directory: sessions, and statements run in them. */
import { STATEMENT_MAX_BYTES } from './body.ts'
import { type Fault, faultOf } from './fault.ts'
import { loadNativeEngine, type NativeConnection, type NativeResult } from './native-engine.ts'
import { quoted, quotedName } from './tokens.ts'

/** Where the defaults of the engine in a library differ from a server's. */
const AS_ON_A_SERVER = ['--implicit_select=0']
/** A statement is found by a mark in it, and the list of what runs cuts it at 100 KB by default. */
const LISTED_WHOLE = [`--log_queries_cut_to_length=${2 * STATEMENT_MAX_BYTES}`]

export interface Engine {
  /** Such as `26.7.2.1`. */
  readonly version: string
  readonly timezone: string
  openSession(): Session
  /** Ends the statement that has the mark in it, and returns without waiting for its end. */
  kill(mark: string): Promise<void>
  killAll(): Promise<void>
  close(): void
}

/** One statement at a time. Closed by whoever opened it, when none runs. */
export interface Session {
  run(sql: string, format?: string): Promise<NativeResult>
  /** For an `INSERT` that reads its rows from a file; @returns how many were written. */
  insert(sql: string): Promise<number>
  close(): void
}

export const openEngine = async (directory: string, configFile: string): Promise<Engine> => {
  const native = loadNativeEngine()
  const engineArguments = [`--config-file=${configFile}`, ...AS_ON_A_SERVER, ...LISTED_WHOLE]
  const openSession = () => sessionOf(native, native.CreateConnection(directory, engineArguments))
  const control = openSession()
  const told = await control.run('SELECT version(), timezone()', 'TabSeparated')
  const [version = '', timezone = ''] = text(told).trim().split('\t')
  const end = async (condition: string) => {
    // Never SYNC: the engine in a library would wait for ever.
    await control.run(`KILL QUERY WHERE ${condition} ASYNC FORMAT Null`)
  }
  return {
    version,
    timezone,
    openSession,
    kill: mark => end(`position(query, ${quoted(mark)}) > 0`),
    killAll: () => end(`NOT startsWith(query, 'KILL')`),
    close: control.close,
  }
}

export const text = (result: NativeResult): string => Buffer.from(result.bytes).toString('utf8')

const sessionOf = (
  native: ReturnType<typeof loadNativeEngine>,
  connection: NativeConnection,
): Session => ({
  run: (sql, format = 'TabSeparated') =>
    native.QueryAsyncConnection(connection, sql, format).catch(refused),
  async insert(sql) {
    // This entry tells how many rows were written. It wants data behind the statement: a blank.
    const entry = native.InsertRawAsyncConnection(connection, sql, Buffer.from(' '), false)
    return (await entry.catch(refused)).rowsWritten
  },
  close: () => native.CloseConnection(connection),
})

const refused = (error: unknown): never => {
  const fault = faultOf(error)
  if (isFatal(fault)) {
    // The engine does nothing any more. Whoever watches this process starts another.
    process.kill(process.pid, 'SIGKILL')
  }
  throw fault
}

const isFatal = ({ code, message }: Fault) => code === 236 && message.includes('fatal error')

/** Statements that make a session what a request asked for. */
export const preparation = (
  database: string | null,
  settings: ReadonlyMap<string, string>,
): string => {
  const uses = database === null ? [] : [`USE ${quotedName(database)}`]
  const sets = [...settings].map(([name, value]) => `${name} = ${quoted(value)}`)
  return [...uses, ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : [])].join('; ')
}
