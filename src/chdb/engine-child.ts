/**
 * The process of the engine. It is started by `engine-process.ts`, is told where by one message, and
 * ends when the channel to its parent closes: also where the parent was killed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MillraceError } from '../engine/errors.ts'
import { engineConfig } from './config.ts'
import { type Engine, openEngine } from './engine.ts'
import type { EngineMessage, FailedMessage, StartMessage } from './engine-messages.ts'
import { STATEMENTS_AT_ONCE, type Workshop } from './execute.ts'
import { httpServerOf } from './http-server.ts'
import { engineVersion, isInstalled } from './native-engine.ts'
import {
  checkEngineVersion,
  type Place,
  passwordOf,
  placeIn,
  sweepResults,
  writeServerFile,
} from './place.ts'
import { sessionsOf } from './sessions.ts'
import { slotsOf } from './slots.ts'
import { openSpool } from './spool.ts'

/** How long statements that were told to end may take for it. */
const STOP_MAX_MS = 5_000

const start = async ({ directory, port, durable }: StartMessage): Promise<void> => {
  const place = placeIn(directory)
  mkdirSync(directory, { recursive: true })
  checkEngineVersion(directory, place, installedVersion())
  writeFileSync(place.config, engineConfig(durable), { mode: 0o600 })
  const engine = await opened(directory, place)
  const shop = workshopOf(engine, place)
  const server = httpServerOf(shop, passwordOf(place))
  process.once('exit', shop.spool.remove)
  process.once('disconnect', () => void stop(server, shop, place))
  const listening = await listen(server, port)
  const url = `http://127.0.0.1:${listening}`
  writeServerFile(place, { engine: engineVersion(), url, pid: process.pid })
  // The parent may have gone while the engine was opened, before anybody listened for that.
  if (!process.connected) return stop(server, shop, place)
  tell({ type: 'listening', port: listening })
}

const installedVersion = (): string => {
  if (isInstalled()) return engineVersion()
  throw new MillraceError('CLICKHOUSE_MISSING', 'The package chdb is not installed.')
}

const opened = async (directory: string, place: Place): Promise<Engine> => {
  try {
    return await openEngine(place.data, place.config)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (/Failed to create connection/.test(message)) {
      throw new MillraceError('CLICKHOUSE_IN_USE', `The engine could not open ${directory}.`)
    }
    throw new MillraceError('CLICKHOUSE_MISSING', message)
  }
}

const workshopOf = (engine: Engine, place: Place): Workshop => {
  sweepResults(place)
  const spool = openSpool(place.results, STATEMENTS_AT_ONCE)
  const { pipes } = spool
  const slots = Array.from({ length: STATEMENTS_AT_ONCE }, (_, n) => pipes[n] ?? null)
  return {
    engine,
    sessions: sessionsOf(engine),
    spool,
    slots: slotsOf(slots),
    running: new Set(),
    resultsDirectory: place.results,
  }
}

const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

/** Ends what runs, waits for that, and then ends: the engine faults where it is left in the middle. */
const stop = async (server: Server, shop: Workshop, place: Place): Promise<void> => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STOP_MAX_MS).unref()
  server.close()
  server.closeIdleConnections()
  while (shop.running.size > 0) {
    await shop.engine.killAll().catch(() => {})
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  server.closeAllConnections()
  shop.sessions.close()
  shop.engine.close()
  writeServerFile(place, { engine: engineVersion() })
  process.exit(0)
}

const tell = (message: EngineMessage): void => {
  process.send?.(message)
}

const failure = (error: unknown): FailedMessage => {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof MillraceError) return { type: 'failed', code: error.code, message }
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') return { type: 'failed', code: 'PORT_IN_USE', message }
  return { type: 'failed', code: 'CLICKHOUSE_UNAVAILABLE', message }
}

// The terminal sends these to every process of its group. It is the parent that says when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

process.once('message', (message: StartMessage) => {
  start(message).catch(error => {
    process.send?.(failure(error), () => process.exit(1))
  })
})
