/**
 * ClickHouse in the house: its engine in a process of its own, behind its HTTP interface on loopback.
 *
 * The process is watched. When it ends without being asked to, another is started on the same
 * directory and port, so clients only have to try again; what they were told is stored is there.
 */
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '../engine/errors.ts'
import { isAlive } from '../processes/process-alive.ts'
import { USERNAME } from './access.ts'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import { passwordOf, placeIn, readPassword, readServerFile } from './place.ts'

export interface EmbeddedClickHouseOptions {
  /** TCP port on 127.0.0.1; 0 or absent: any free one. Fails with `PORT_IN_USE`. */
  readonly port?: number
  /** A line for whoever watches: restarts, faults. */
  readonly onEvent?: (event: string) => void
  /** Inserts and merges reach the disk before they are acknowledged. Default false. */
  readonly durable?: boolean
}

export interface EmbeddedClickHouse {
  /** `http://127.0.0.1:port`. Stays the same over restarts. */
  readonly url: string
  readonly username: string
  /** Random, per data directory, kept in a file that its user alone may read. */
  readonly password: string
  /** Of the engine's process now. */
  readonly pid: number
  readonly restarts: number
  stop(): Promise<void>
}

/** The waits before a restart: the first, doubled each time up to the last. */
export const RESTART_MIN_MS = 50
export const RESTART_MAX_MS = 10_000
/** After so long a life the waits begin anew. */
const HEALTHY_MS = 30_000

/**
 * Starts the engine in `directory`, which is made where it is missing.
 *
 * Fails with `CLICKHOUSE_MISSING` where `chdb` is not installed or not for this platform,
 * `CLICKHOUSE_IN_USE` where another process has the directory open, `PORT_IN_USE`, `DATA_VERSION`
 * where a newer engine has written it, and `CLICKHOUSE_UNAVAILABLE`.
 */
export const startEmbeddedClickHouse = async (
  directory: string,
  options: EmbeddedClickHouseOptions = {},
): Promise<EmbeddedClickHouse> => {
  const path = resolve(directory)
  const start = (port: number) =>
    startEngineProcess({ type: 'start', directory: path, port, durable: options.durable ?? false })
  const first = await startWhereOneEnds(path, () => start(options.port ?? 0))
  const watch = watching(first, () => start(first.port), options.onEvent ?? (() => {}))
  return {
    url: `http://127.0.0.1:${first.port}`,
    username: USERNAME,
    password: passwordOf(placeIn(path)),
    get pid() {
      return watch.pid
    },
    get restarts() {
      return watch.restarts
    },
    stop: () => watch.stop(),
  }
}

/** An engine whose parent was killed ends what it does, and then itself, in about five seconds. */
const ENDING_MAX_MS = 10_000
const ENDING_LOOK_MS = 200

/** One that is in use and answers stays; one that does not is about to end. */
const startWhereOneEnds = async (
  path: string,
  start: () => Promise<EngineProcess>,
): Promise<EngineProcess> => {
  const until = performance.now() + ENDING_MAX_MS
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const isInUse = error instanceof MillraceError && error.code === 'CLICKHOUSE_IN_USE'
      if (!isInUse || performance.now() > until) throw error
      if ((await runningEmbeddedClickHouse(path)) !== null) throw error
    }
    await wait(ENDING_LOOK_MS)
  }
}

/**
 * The engine that another process has open on this directory, so that a second program can ask a
 * running one. Null where none answers.
 */
export const runningEmbeddedClickHouse = async (
  directory: string,
): Promise<Pick<EmbeddedClickHouse, 'url' | 'username' | 'password'> | null> => {
  const place = placeIn(directory)
  const { url, pid } = readServerFile(place) ?? {}
  const password = readPassword(place)
  // After a crash the file says where it was, and another program may listen there by now.
  if (url === undefined || password === null || !isAlive(pid)) return null
  // With the password: another program may have the port by now.
  const headers = { 'X-ClickHouse-User': USERNAME, 'X-ClickHouse-Key': password }
  const answer = await fetch(`${url}/?query=SELECT%201`, {
    headers,
    signal: AbortSignal.timeout(5_000),
  }).catch(() => null)
  return answer?.ok && (await answer.text()) === '1\n'
    ? { url, username: USERNAME, password }
    : null
}

interface Watch {
  readonly pid: number
  readonly restarts: number
  stop(): Promise<void>
}

const watching = (
  first: EngineProcess,
  startAgain: () => Promise<EngineProcess>,
  onEvent: (event: string) => void,
): Watch => {
  let current = first
  let restarts = 0
  let waitMs = RESTART_MIN_MS
  let isStopping = false
  const stopping = new AbortController()

  const watch = async (): Promise<void> => {
    while (!isStopping) {
      const since = performance.now()
      const how = await current.exited
      if (isStopping) return
      if (performance.now() - since > HEALTHY_MS) waitMs = RESTART_MIN_MS
      onEvent(`ClickHouse ended with ${how}; it is started again`)
      await restart()
    }
  }
  const restart = async (): Promise<void> => {
    while (!isStopping) {
      await wait(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, RESTART_MAX_MS)
      if (isStopping) return
      try {
        current = await startAgain()
        restarts++
        return onEvent(`ClickHouse answers again, in process ${current.pid}`)
      } catch (error) {
        onEvent(`ClickHouse did not start: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
  const watched = watch()
  return {
    get pid() {
      return current.pid
    },
    get restarts() {
      return restarts
    },
    async stop() {
      isStopping = true
      stopping.abort()
      await current.stop()
      await watched
      // One that was being started when we were told to stop.
      await current.stop()
    },
  }
}
