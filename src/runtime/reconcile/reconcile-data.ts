/** Proves the tables of a data directory: each against its topic, each rollup against its table. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { AnyTopic } from '../../engine/topic.ts'
import type { Log } from '../../logs/log.ts'
import { reconcileTable, type TableProof } from '../../sinks/clickhouse/reconcile/reconcile.ts'
import {
  type RollupProof,
  reconcileRollups,
} from '../../sinks/clickhouse/reconcile/reconcile-rollups.ts'
import { groupOf } from '../../sinks/clickhouse/storing/intents.ts'

export interface Proof {
  readonly tables: readonly TableProof[]
  readonly rollups: readonly RollupProof[]
}

export interface ReconcileOptions {
  readonly log: Log
  readonly client: ClickHouseClient
  readonly database: string
  /** The application whose sink filled the tables. */
  readonly application: string
  readonly topics: readonly AnyTopic[]
  readonly withRollups: boolean
  readonly onTable: (table: string) => void
}

export const reconcileData = async (options: ReconcileOptions): Promise<Proof> => {
  const { log, client, database, topics, withRollups, onTable } = options
  const upTo = await acknowledged(log, groupOf(options.application))
  const tables: TableProof[] = []
  for (const topic of topics) {
    onTable(tableNameOf(topic))
    const upToHere = (partition: number): number => upTo(topic.name, partition)
    tables.push(await reconcileTable({ client, database, log, topic, upTo: upToHere }))
  }
  if (withRollups) onTable('rollups')
  return { tables, rollups: withRollups ? await reconcileRollups(client, database) : [] }
}

export const tableNameOf = ({ name }: AnyTopic): string => name.replaceAll('-', '_')

/** How far the sink has come; a partition that it never committed, it has not begun. */
const acknowledged = async (log: Log, group: string) => {
  const nextOf = new Map<string, number>()
  for (const { topic, partition, next } of await log.committed(group)) {
    nextOf.set(`${topic}-${partition}`, next)
  }
  return (topic: string, partition: number): number => nextOf.get(`${topic}-${partition}`) ?? 0
}

export const isProved = ({ tables, rollups }: Proof): boolean =>
  [...tables, ...rollups].every(({ differences }) => differences === 0)
