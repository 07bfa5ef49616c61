import { KEPT_WHOLE } from '../../logs/log.ts'
import type { Target } from '../../replay/target.ts'
import { type DrainOptions, drainTables } from './drain-tables.ts'
import { openTables, type Tables, type TablesOptions } from './tables.ts'
import { orElse } from './without-chdb.ts'

/**
 * The tables of ClickHouse as the target of a run: inputs and results go into the run's log in its
 * commits, and from there, at its own pace, into the tables. A run that ends waits for them.
 */
export const tablesTarget = (
  options: Omit<TablesOptions, 'topicSettings' | 'onStored' | 'batch'> & Partial<DrainOptions>,
): Target => {
  let tables: Tables | null = null
  return {
    isRunLog: true,
    wantsInputs: true,
    resultFormat: 'avro',
    async open() {
      const opening = openTables({ ...options, topicSettings: () => KEPT_WHOLE })
      tables = await orElse(opening, 'Or write to a server, with --to clickhouse:URL.')
    },
    async write() {
      // A sink that has stopped stops the run: it would only write what nobody takes from the log.
      await Promise.race([tables!.sink.failure, ALIVE])
      return null
    },
    async finish() {
      const { wallNow = Date.now, isStopped = () => false } = options
      await drainTables(tables!.sink, { wallNow, isStopped })
    },
    async close() {
      await tables?.stop()
    },
  }
}

const ALIVE = Promise.resolve()
