/**
 * The tables of an application: a ClickHouse with the house's schema in it, and the sink that fills
 * them from the application's log.
 *
 *   log ─► sink ─► ClickHouse: embedded in the data directory, or the server at an address
 */
import { setTimeout as wait } from 'node:timers/promises'
import {
  type EmbeddedClickHouse,
  startEmbeddedClickHouse,
} from '../../chdb/embedded-click-house.ts'
import { MillraceError } from '../../engine/errors.ts'
import { topics } from '../../events.ts'
import { createMissingTopic } from '../../logs/create-missing-topic.ts'
import type { Log, TopicSettings } from '../../logs/log.ts'
import { addressIn, type ClickHouseAddress, clientOf } from '../../sinks/clickhouse/client.ts'
import { tableNameOf } from '../../sinks/clickhouse/rows/columns.ts'
import { migrate } from '../../sinks/clickhouse/schema/migrations.ts'
import { refuseOtherRows } from '../../sinks/clickhouse/schema/other-rows.ts'
import { gapText } from '../../sinks/clickhouse/storing/gaps.ts'
import { clickHouseDestination } from '../../sinks/clickhouse/storing/insert.ts'
import { groupOf } from '../../sinks/clickhouse/storing/intents.ts'
import { ClickHouseSink, type ClickHouseSinkOptions } from '../../sinks/clickhouse/storing/sink.ts'
import { checkIsClickHouse } from './known-click-house.ts'
import { troubleTeller } from './trouble-teller.ts'

export interface TablesOptions
  extends Pick<
    ClickHouseSinkOptions,
    'writers' | 'formatOf' | 'provenForMs' | 'onTrouble' | 'onRebalance'
  > {
  readonly log: Log
  readonly applicationId: string
  /** An address, or the folder of an embedded engine. */
  readonly clickHouse: ClickHouseAddress | { readonly folder: string; readonly port?: number }
  /** Of topics that the log does not have yet. */
  readonly topicSettings: (topic: string) => TopicSettings
  readonly onEvent?: (event: string) => void
  /** Told once, in a sentence, what is waited for where the server cannot be used at first. */
  readonly onWaiting?: (trouble: string) => void
  readonly onStored?: ClickHouseSinkOptions['onStored']
  readonly batch?: ClickHouseSinkOptions['batch']
}

export interface Tables {
  readonly address: ClickHouseAddress
  readonly sink: ClickHouseSink
  /** null where the server is not ours. */
  readonly embedded: EmbeddedClickHouse | null
  /** Leaves everything so that it can go on from there. */
  stop(): Promise<void>
}

/** Starts the engine where it is embedded, brings the schema up to date, and starts the sink. */
export const openTables = async (options: TablesOptions): Promise<Tables> => {
  const { log, applicationId, clickHouse, onEvent, onStored, batch } = options
  const embedded =
    'folder' in clickHouse
      ? await startEmbeddedClickHouse(clickHouse.folder, {
          ...(clickHouse.port === undefined ? {} : { port: clickHouse.port }),
          ...(onEvent ? { onEvent } : {}),
        })
      : null
  const address = embedded ? addressIn(embedded) : (clickHouse as ClickHouseAddress)
  const client = clientOf(address)
  const tellTrouble = troubleTeller(onEvent ?? (() => {}), () => performance.now())
  try {
    await migrated(address, options.onWaiting)
    for (const { name } of topics) await createMissingTopic(log, name, options.topicSettings(name))
    const isNew = (await log.committed(groupOf(applicationId))).length === 0
    if (isNew) await refuseOtherRows(client, address.database, topics.map(tableNameOf))
    const sink = await ClickHouseSink.start({
      log,
      applicationId,
      topics,
      destination: clickHouseDestination(client, address.database),
      ...(options.writers ? { writers: options.writers } : {}),
      ...(options.formatOf ? { formatOf: options.formatOf } : {}),
      ...(onStored ? { onStored } : {}),
      ...(batch ? { batch } : {}),
      ...(options.onRebalance ? { onRebalance: options.onRebalance } : {}),
      ...(options.provenForMs === undefined ? {} : { provenForMs: options.provenForMs }),
      onTrouble: trouble => {
        tellTrouble(trouble)
        options.onTrouble?.(trouble)
      },
      onGap: gap => onEvent?.(gapText(gap)),
    })
    const stop = async (): Promise<void> => {
      try {
        await sink.stop()
      } finally {
        await client.close()
        await embedded?.stop()
      }
    }
    return { address, sink, embedded, stop }
  } catch (error) {
    await client.close()
    await embedded?.stop()
    throw error
  }
}

/** An engine that is killed while it starts is there again in a second, and a migration can be repeated. */
const MIGRATE_FOR_MS = 10_000
const MIGRATE_AGAIN_MS = 500

const migrated = async (
  address: ClickHouseAddress,
  onWaiting?: (trouble: string) => void,
): Promise<void> => {
  const until = performance.now() + MIGRATE_FOR_MS
  for (let attempt = 1; ; attempt++) {
    try {
      await checkIsClickHouse(address)
      await migrate(address)
      return
    } catch (error) {
      const mayBeTriedAgain = error instanceof MillraceError && error.instruction === 'retry'
      if (!mayBeTriedAgain || performance.now() > until) throw error
      if (attempt === 1) onWaiting?.(error.message)
      await wait(MIGRATE_AGAIN_MS)
    }
  }
}
