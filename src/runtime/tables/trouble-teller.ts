/** What a sink that tries again says to whoever watches: a line now and then, not one for each attempt. */
import type { SinkTrouble } from '../../sinks/clickhouse/storing/sink-context.ts'

/** The same trouble, of whichever table, is told again after so long. */
const TOLD_AGAIN_MS = 30_000
/** Kinds of trouble that are remembered. */
const KINDS_MAX = 100

/** @param now in ms, from any moment on */
export const troubleTeller = (
  tell: (event: string) => void,
  now: () => number,
): ((trouble: SinkTrouble) => void) => {
  const toldAt = new Map<string, number>()
  return ({ table, error }) => {
    const kind = error.replace(/\d+/g, '#')
    if (now() - (toldAt.get(kind) ?? Number.NEGATIVE_INFINITY) < TOLD_AGAIN_MS) return
    if (toldAt.size >= KINDS_MAX) toldAt.clear()
    toldAt.set(kind, now())
    tell(`ClickHouse does not take ${table}, and is asked again: ${error}`)
  }
}
