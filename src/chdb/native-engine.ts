/**
 * The native functions of `chdb` that are used here, and how they are found.
 *
 * They are what `Session` of that package is made of. It is not used itself because a session that is
 * closed waits for every statement of the process, those of other sessions too: behind one that takes
 * an hour, an hour's worth of sessions would stay open. It also hides how many rows were written.
 * The version of the package is pinned for that reason.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A session of the engine: what is set in it is seen by its own statements alone. */
export type NativeConnection = { readonly native: unique symbol }

export interface NativeResult {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
}

export interface NativeInsert {
  readonly rowsWritten: number
  readonly bytesWritten: number
}

export interface NativeEngine {
  CreateConnection(directory: string, engineArguments: readonly string[]): NativeConnection
  CloseConnection(connection: NativeConnection): void
  QueryAsyncConnection(
    connection: NativeConnection,
    sql: string,
    format: string,
  ): Promise<NativeResult>
  InsertRawAsyncConnection(
    connection: NativeConnection,
    sql: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<NativeInsert>
}

const require = createRequire(import.meta.url)

export const isInstalled = (): boolean => {
  try {
    require.resolve('chdb/package.json')
    return true
  } catch {
    return false
  }
}

/** Throws where `chdb` is not installed, or has no library for this platform. */
export const loadNativeEngine = (): NativeEngine => {
  const { loadNative } = require(join(dirname(require.resolve('chdb')), 'dist', 'loader.js')) as {
    loadNative(): NativeEngine
  }
  return loadNative()
}

/** The version of the engine's library, such as `26.7.3-stable.1`, without loading it. */
export const engineVersion = (): string => {
  const { optionalDependencies } = require('chdb/package.json') as {
    optionalDependencies: Record<string, string>
  }
  return Object.values(optionalDependencies)[0] ?? '0'
}
