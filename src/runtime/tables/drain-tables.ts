/** The end of a run: everything that is in the log goes into its tables, where they can take it. */
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { ClickHouseSink } from '../../sinks/clickhouse/storing/sink.ts'

/** A ClickHouse that starts again needs a few seconds; one whose disk is full may need a person. */
const STALLED_AFTER_MS = 15_000
const LOOK_INTERVAL_MS = 100

export interface DrainOptions {
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** Whether somebody waits for the end. Until then a ClickHouse that takes nothing is waited for. */
  readonly isStopped: () => boolean
}

/**
 * Resolves when all is stored. Fails as the sink does, and with `CLICKHOUSE_UNAVAILABLE` where
 * somebody waits for the end and a table has taken nothing for 15 s.
 */
export const drainTables = async (sink: ClickHouseSink, options: DrainOptions): Promise<void> => {
  const over = new AbortController()
  try {
    await Promise.race([sink.drain(), stalled(sink, options, over.signal)])
  } finally {
    over.abort()
  }
}

const stalled = async (
  sink: ClickHouseSink,
  { wallNow, isStopped }: DrainOptions,
  signal: AbortSignal,
): Promise<void> => {
  let awaitedSince = Number.POSITIVE_INFINITY
  while (!signal.aborted) {
    const now = wallNow()
    if (isStopped()) awaitedSince = Math.min(awaitedSince, now)
    for (const { table, since, error } of sink.status()) {
      if (since === undefined || error === undefined) continue
      if (now - Math.max(since, awaitedSince) > STALLED_AFTER_MS) throw takesNothing(table, error)
    }
    await wait(LOOK_INTERVAL_MS, undefined, { ref: false })
  }
}

const takesNothing = (table: string, error: string): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    `ClickHouse does not take ${table}: ${error.replace(/\.*$/, '.')} Nothing is lost: what is not ` +
      'stored is in the log. Mend that, and the same command goes on from there.',
  )
