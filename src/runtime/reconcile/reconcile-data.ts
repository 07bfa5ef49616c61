/** Proves the tables of an application: each against its topic, each rollup against its table. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { partitionName, partitionNameOf } from '../../engine/partition-name.ts'
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import type { Log } from '../../logs/log.ts'
import { lettersOfSink } from '../../sinks/clickhouse/reconcile/letters-of-sink.ts'
import { reconcileTable, type TableProof } from '../../sinks/clickhouse/reconcile/reconcile.ts'
import {
  type RollupProof,
  reconcileRollups,
} from '../../sinks/clickhouse/reconcile/reconcile-rollups.ts'
import { readGaps, type SinkGap } from '../../sinks/clickhouse/storing/gaps.ts'
import { groupOf, intentsTopicOf } from '../../sinks/clickhouse/storing/intents.ts'

export interface Proof {
  readonly tables: readonly TableProof[]
  /** Whether the sink has stored anything at all, also in tables that were not asked about. */
  readonly hasStored: boolean
  readonly rollups: readonly RollupProof[]
  /** Rollups that could not be judged, as rows came in whenever they were looked at. */
  readonly moving: readonly string[]
  /** What the log removed of these topics before it was stored: in no table, and no difference. */
  readonly gaps: readonly SinkGap[]
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
  /** As the sink has them. */
  readonly writers?: WriterSchemas
  readonly formatOf?: (topic: string) => TopicFormat
}

export const reconcileData = async (options: ReconcileOptions): Promise<Proof> => {
  const { log, client, database, topics, withRollups, onTable, writers, formatOf } = options
  const upTo = await acknowledged(log, groupOf(options.application))
  const letters = await lettersOfSink(log)
  const tables: TableProof[] = []
  for (const topic of topics) {
    onTable(tableNameOf(topic))
    const upToHere = (partition: number): number => upTo.next(topic.name, partition)
    const format = formatOf?.(topic.name) ?? 'auto'
    const of = { topic, upTo: upToHere, letters, format, ...(writers ? { writers } : {}) }
    tables.push(await reconcileTable({ client, database, log, ...of }))
  }
  const gaps = await gapsOf(options)
  // A few of the tables say nothing of the others: the sink's positions do.
  const hasStored = !tables.every(isBare) || (!withRollups && upTo.isBegun)
  if (!withRollups) return { tables, hasStored, rollups: [], moving: [], gaps }
  onTable('rollups')
  return { tables, hasStored, ...(await atRest(options)), gaps }
}

/** In the order of topic, partition and offset. */
const gapsOf = async ({ log, application, topics }: ReconcileOptions): Promise<SinkGap[]> => {
  const intents = intentsTopicOf(application)
  if (!(await log.topics()).has(intents)) return []
  const names = topics.map(({ name }) => name)
  const gaps = (await readGaps(log, intents)).filter(({ topic }) => names.includes(topic))
  const place = ({ topic }: SinkGap): number => names.indexOf(topic)
  return gaps.sort((a, b) => place(a) - place(b) || a.partition - b.partition || a.from - b.from)
}

/** A comparison that rows came in between is made again so often, and after so long. */
const LOOKS = 5
const LOOK_AGAIN_MS = 500

/**
 * A rollup that differs, beside a sink that stores rows, may have been looked at between a table and
 * its rollup. One that is the same is proved.
 */
const atRest = async (options: ReconcileOptions): Promise<Pick<Proof, 'rollups' | 'moving'>> => {
  for (let look = 1; ; look++) {
    const before = await positionsText(options)
    const rollups = await reconcileRollups(options.client, options.database)
    const differing = rollups.filter(({ differences }) => differences > 0)
    const isMoving = differing.length > 0 && before !== (await positionsText(options))
    if (!isMoving) return { rollups, moving: [] }
    if (look === LOOKS) {
      const proved = rollups.filter(({ differences }) => differences === 0)
      return { rollups: proved, moving: differing.map(({ rollup }) => rollup) }
    }
    await wait(LOOK_AGAIN_MS)
  }
}

const positionsText = async ({ log, application }: ReconcileOptions): Promise<string> => {
  const positions = await log.committed(groupOf(application))
  return positions
    .map(position => `${partitionNameOf(position)}@${position.next}`)
    .sort()
    .join()
}

export const tableNameOf = ({ name }: AnyTopic): string => name.replaceAll('-', '_')

/** How far the sink has come; a partition that it never committed, it has not begun. */
const acknowledged = async (log: Log, group: string) => {
  const nextOf = new Map<string, number>()
  for (const position of await log.committed(group)) {
    nextOf.set(partitionNameOf(position), position.next)
  }
  return {
    isBegun: [...nextOf.values()].some(next => next > 0),
    next: (topic: string, partition: number): number =>
      nextOf.get(partitionName(topic, partition)) ?? 0,
  }
}

/** Nothing was stored there, and nothing that was to be stored could not be. */
const isBare = ({
  records,
  rows,
  refused,
  rowsBeyondRetention,
  rowsReplaced,
}: TableProof): boolean => records + rows + refused + rowsBeyondRetention + rowsReplaced === 0

/** Records of its topic wait, and there is nothing yet that could be proved. */
export const isWaiting = (proof: TableProof): boolean =>
  isBare(proof) && proof.pending > 0 && proof.differences === 0

export const pendingOf = ({ tables }: Pick<Proof, 'tables'>): number =>
  tables.reduce((sum, { pending }) => sum + pending, 0)

/** Tables that nothing is stored in, though there is something to store, hold for no proof. */
export const isEmptyHanded = (proof: Pick<Proof, 'tables' | 'hasStored'>): boolean =>
  !proof.hasStored && pendingOf(proof) > 0

export const differencesOf = ({ tables, rollups }: Pick<Proof, 'tables' | 'rollups'>): number =>
  [...tables, ...rollups].reduce((sum, { differences }) => sum + differences, 0)
