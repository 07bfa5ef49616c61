/** One life of the engine's process, seen from the one that starts it. */
import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ErrorCode, MillraceError } from '../engine/errors.ts'
import type { EngineMessage, StartMessage } from './engine-messages.ts'

export interface EngineProcess {
  readonly pid: number
  readonly port: number
  /** Resolves with how it ended: `signal SIGKILL`, `code 1`. */
  readonly exited: Promise<string>
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
}

/** Enough threads for all statements at once, and for files and names beside them. */
const THREADS = '16'
/** How long the engine may take to end, its last merges included. */
const STOP_MAX_MS = 8_000
/** Of what the engine says before it fails, the last part is kept. */
const STDERR_MAX = 8_192

/** Fails with `CLICKHOUSE_IN_USE`, `_MISSING`, `_UNAVAILABLE`, `PORT_IN_USE` or `DATA_VERSION`. */
export const startEngineProcess = async (message: StartMessage): Promise<EngineProcess> => {
  const child = forkChild()
  const stderr = tailOf(child)
  const exited = new Promise<string>(resolve => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`))
    // Where no process could be made, none will exit. Other errors leave one that will.
    child.on('error', error => child.pid ?? resolve(error.message))
  })
  child.send(message)
  const first = await Promise.race([
    new Promise<EngineMessage>(resolve => child.once('message', resolve as (m: unknown) => void)),
    exited,
  ])
  if (typeof first === 'string') {
    throw failed(message, 'CLICKHOUSE_UNAVAILABLE', `it ended with ${first}`, stderr())
  }
  if (first.type === 'failed') {
    await exited
    throw failed(message, first.code, first.message, stderr())
  }
  return {
    pid: child.pid!,
    port: first.port,
    exited,
    async stop() {
      if (child.connected) child.disconnect()
      // It may hang in the engine's own end. What is stored is stored.
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MAX_MS)
      await exited
      clearTimeout(late)
    },
  }
}

const forkChild = (): ChildProcess => {
  const source = import.meta.url.endsWith('.ts')
  return fork(
    fileURLToPath(new URL(`./engine-child.${source ? 'ts' : 'js'}`, import.meta.url)),
    [],
    {
      // From sources, as tests and tools run it, types have to be stripped.
      execArgv: source ? ['--import', typeStripper()] : [],
      env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
}

const typeStripper = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

const tailOf = (child: ChildProcess): (() => string) => {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_MAX)
  })
  return () => tail
}

const failed = (
  { directory, port }: StartMessage,
  code: ErrorCode,
  message: string,
  stderr: string,
): MillraceError => {
  const said = stderr.trim()
  if (code === 'PORT_IN_USE') {
    return new MillraceError(
      code,
      `Port ${port} of 127.0.0.1 is in use. Stop what listens there, or choose another port.`,
    )
  }
  if (code === 'CLICKHOUSE_IN_USE' && /Cannot lock file/.test(said)) {
    return new MillraceError(
      code,
      `The ClickHouse engine in ${directory} is open in another process. Stop that process, ` +
        'ask it over HTTP, or use another directory.',
    )
  }
  if (code === 'CLICKHOUSE_MISSING') {
    return new MillraceError(
      code,
      `The embedded ClickHouse cannot be loaded: ${message.replace(/\.*$/, '.')} It comes with the ` +
        'optional package chdb, for Linux (x64, arm64, glibc) and macOS: install it with ' +
        'npm install chdb@3.4.0.',
    )
  }
  if (code === 'DATA_VERSION') return new MillraceError(code, message)
  if (/ENOSPC|No space left|NOT_ENOUGH_SPACE/.test(message + said)) {
    return new MillraceError(
      'CLICKHOUSE_DISK_FULL',
      `The disk of ${directory} is full, and ClickHouse cannot start there. Free some space; then ` +
        'go on.',
    )
  }
  return new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    `The ClickHouse engine in ${directory} did not start: ${message}${said && `\n${said}`}`,
  )
}
