/** An insert that is sent again, unchanged, until ClickHouse says what became of it. */
import { setTimeout as wait } from 'node:timers/promises'
import { remedyOf } from './faults.ts'
import { InsertWaited } from './insert.ts'
import type { BackOff } from './sink-context.ts'

export interface Retrying {
  readonly signal: AbortSignal
  readonly backOff: BackOff
  /** Not called where the first attempt only waited for its turn: that is no failure yet. */
  readonly onRetry: (error: unknown, attempts: number, retryInMs: number) => void
}

/**
 * Resolves to null once the rows are stored, and to the error where one of them is refused. Fails
 * where a person has to act, and when the signal comes.
 */
export const insertRetrying = async (
  insert: () => Promise<void>,
  { signal, backOff, onRetry }: Retrying,
): Promise<unknown> => {
  let retryInMs = backOff.firstMs
  for (let attempts = 1; ; attempts++) {
    try {
      await insert()
      return null
    } catch (error) {
      signal.throwIfAborted()
      const remedy = remedyOf(error)
      if (remedy === 'row') return error
      if (remedy === 'stop') throw error
      if (attempts > 1 || !(error instanceof InsertWaited)) onRetry(error, attempts, retryInMs)
    }
    await wait(retryInMs, undefined, { signal })
    retryInMs = Math.min(2 * retryInMs, backOff.maxMs)
  }
}
