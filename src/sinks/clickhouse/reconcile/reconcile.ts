/**
 * Proves that a table holds exactly the records of its topic.
 *
 * Each record that the log retains, and that the sink has acknowledged, is made a row once more, and
 * compared byte by byte with what the table has at its offset: once, and the same. A record without
 * a row must be a dead letter of the sink. Rows of records that the log has removed are counted and
 * not judged; neither are dead letters that it has removed, so their records would be missing.
 *
 * All rows of a topic are compared in the same way: no topic of the log is compacted yet, and where
 * one is, rows of records that compaction removed would have to be left out of it.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import type { WriterSchemas } from '../../../engine/schema/avro-codec.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import type { Log } from '../../../logs/log.ts'
import { rowEncoderOf } from '../rows/row-encoder.ts'
import { checkColumns } from '../schema/table-columns.ts'
import { lettersOfSink } from './letters-of-sink.ts'
import { reconcilePartition } from './reconcile-partition.ts'
import { findStrays, lastOffsets, type Retained, tableIn } from './stray-rows.ts'
import { Findings, type TableProof } from './table-proof.ts'

export type { RowDifference, TableProof } from './table-proof.ts'

export interface ReconcileTableOptions {
  readonly client: ClickHouseClient
  readonly database: string
  readonly log: Log
  readonly topic: AnyTopic
  /** The next offset that the sink will take of a partition: what is below it, is acknowledged. */
  readonly upTo: (partition: number) => number
  /** Schemas beside the topic's own, as the sink has them. */
  readonly writers?: WriterSchemas
  /** Differences that are listed of each kind; all are counted. Default 100. */
  readonly differencesMax?: number
  /** Offsets whose rows are asked for at once. Default 200,000. */
  readonly pageOffsets?: number
}

/**
 * A topic that the log does not have has no records.
 *
 * @throws TABLE_DIFFERS where the table is missing or has other columns, CLICKHOUSE_UNAVAILABLE
 *   where an answer breaks off, LOG_OFFSET_GONE where the log removes records meanwhile
 */
export const reconcileTable = async (options: ReconcileTableOptions): Promise<TableProof> => {
  const { client, database, topic, upTo, differencesMax = 100 } = options
  await checkColumns(client, database, topic)
  const encoder = rowEncoderOf(topic, options.writers)
  const findings = new Findings(differencesMax)
  const from = tableIn(database, encoder.table)
  const lasts = await lastOffsets(client, from)
  const retained = await retainedBy(options.log, topic.name)
  const letters = await lettersOfSink(options.log, topic.name)
  for (const [partition, { first, next }] of retained.entries()) {
    const end = Math.min(next, Math.max(first, upTo(partition)))
    findings.pending += next - end
    const check = { ...options, encoder, findings, partition, letters: letters(partition) }
    await reconcilePartition(check, first, end)
  }
  await findStrays(client, from, retained, lasts, findings)
  return findings.proof(encoder.table, topic.name)
}

/** By partition. */
const retainedBy = async (log: Log, topic: string): Promise<readonly Retained[]> => {
  const partitions = (await log.topics()).get(topic)?.partitions ?? 0
  const at = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  return Promise.all(at.map(one => log.range(one)))
}
