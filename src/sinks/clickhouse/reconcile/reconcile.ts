/**
 * Proves that a table holds exactly the records of its topic.
 *
 * Each record that the log retains, and that the sink has acknowledged, is made a row once more, and
 * compared byte by byte with what the table has at its offset: once, and the same. A record without
 * a row must be a dead letter of the sink. Rows of records that the log has removed are counted and
 * not judged; neither are dead letters that it has removed, so their records would be missing.
 *
 * Offsets without a record are nothing: transactions leave some. In a compacted topic they may be those
 * of records that a later one of their key has replaced: the rows of these are counted, and judged by
 * nothing but that each is there once; what the topic holds now, the last of each key, has to have its
 * row as anywhere.
 *
 * The sink may be at work meanwhile, and the log may remove records: a table is begun anew then.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import type { WriterSchemas } from '../../../engine/schema/avro-codec.ts'
import type { TopicFormat } from '../../../engine/schema/topic-format.ts'
import { retiredWriters } from '../../../engine/schema/writer-schemas.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { retiredSchemas } from '../../../events.ts'
import type { Log, TopicPartition } from '../../../logs/log.ts'
import { rowEncoderOf } from '../rows/row-encoder.ts'
import { checkColumns } from '../schema/table-columns.ts'
import { type LettersOfSink, lettersOfSink } from './letters-of-sink.ts'
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
  /** Schemas beside the topic's own, as the sink has them. Default: its retired ones. */
  readonly writers?: WriterSchemas
  /** What the topic is said to hold, as the sink has it. Default `auto`. */
  readonly format?: TopicFormat
  /** Of the whole log, as it was when `upTo` was asked or later. Default: they are read. */
  readonly letters?: LettersOfSink
  /** Differences that are listed of each kind; all are counted. Default 100. */
  readonly differencesMax?: number
  /** Offsets whose rows are asked for at once. Default 200,000. */
  readonly pageOffsets?: number
}

/**
 * A topic that the log does not have has no records.
 *
 * @throws TABLE_DIFFERS where the table is missing or has other columns, CLICKHOUSE_UNAVAILABLE
 *   where an answer breaks off, LOG_OFFSET_GONE where the log removes records faster than they are read
 */
export const reconcileTable = async (options: ReconcileTableOptions): Promise<TableProof> => {
  await checkColumns(options.client, options.database, options.topic)
  for (let attempt = 1; ; attempt++) {
    try {
      return await compared(options)
    } catch (error) {
      const isGone = error instanceof MillraceError && error.code === 'LOG_OFFSET_GONE'
      if (!isGone || attempt === ATTEMPTS) throw error
    }
  }
}

const ATTEMPTS = 3

const compared = async (options: ReconcileTableOptions): Promise<TableProof> => {
  const { client, database, log, topic, upTo, differencesMax = 100 } = options
  const encoder = rowEncoderOf(topic, options.writers ?? retiredOf(topic), options.format)
  const findings = new Findings(differencesMax)
  const from = tableIn(database, encoder.table)
  const lasts = await lastOffsets(client, from)
  const settings = (await log.topics()).get(topic.name)
  const retained = await retainedBy(log, topic.name, settings?.partitions ?? 0)
  const letters = options.letters ?? (await lettersOfSink(log))
  const isCompacted = settings?.compacted ?? false
  for (const [partition, { first, next }] of retained.entries()) {
    const end = Math.min(next, Math.max(first, upTo(partition)))
    if (await hasRecord(log, { topic: topic.name, partition }, end, next)) {
      findings.pending += next - end
    }
    const of = {
      encoder,
      findings,
      partition,
      letters: letters(topic.name, partition),
      isCompacted,
    }
    await reconcilePartition({ ...options, ...of }, first, end)
  }
  await findStrays(client, from, retained, lasts, findings)
  return findings.proof(encoder.table, topic.name)
}

const retiredOf = ({ name }: AnyTopic): WriterSchemas => retiredWriters(retiredSchemas[name] ?? [])

/** By partition. */
const retainedBy = async (
  log: Log,
  topic: string,
  partitions: number,
): Promise<readonly Retained[]> => {
  const at = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  return Promise.all(at.map(one => log.range(one)))
}

/** The offsets from `from` to before `end` may be the marks of transactions, which nobody stores. */
const hasRecord = async (
  log: Log,
  at: TopicPartition,
  from: number,
  end: number,
): Promise<boolean> => {
  if (from >= end) return false
  const { records } = await log.read(at, from, { recordsMax: 1, bytesMax: 1 })
  return records.length > 0 && records[0]!.offset < end
}
