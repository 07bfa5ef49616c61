/** What a sink is started with, and the limits that hold for it. */
import { MillraceError } from '../../../engine/errors.ts'
import type { TopicFormat } from '../../../engine/schema/topic-format.ts'
import type { WriterSchemas } from '../../../engine/schema/writer-schemas.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import type { Log } from '../../../logs/log.ts'
import type { SinkGap } from './gaps.ts'
import type { Destination } from './insert.ts'
import type { BatchLimits } from './sink-batch.ts'
import type { BackOff, SinkTrouble, StoredBatch } from './sink-context.ts'

export interface ClickHouseSinkOptions {
  readonly log: Log
  readonly applicationId: string
  /** The topics to store. Those that the log does not have when the sink starts are left out. */
  readonly topics: readonly AnyTopic[]
  readonly destination: Destination
  /** Schemas beside the topics' own, by id. Default: the retired ones of each topic. */
  readonly writers?: WriterSchemas
  /** What a topic is said to hold. Default: `auto` for all. */
  readonly formatOf?: (topic: string) => TopicFormat
  /** Part of every token; raised when everything is stored anew. Default 1. */
  readonly generation?: number
  readonly batch?: {
    /** Default 50,000, and 100,000 at most. */
    readonly rowsMax?: number
    /** Bytes of the encoded rows. Default 8 MiB, and 10 MB at most. */
    readonly bytesMax?: number
    /** How long the first record of a batch waits for others. Default 500. */
    readonly intervalMs?: number
  }
  /** Inserts under way; those that hang are not counted, but see `insert-slots.ts`. Default 2. */
  readonly insertsMax?: number
  /** Rows that are not stored yet, in bytes; beyond it, partitions are paused. Default 64 MiB. */
  readonly bufferedBytesMax?: number
  /** How long to wait before an insert is tried again. Default 100 ms, doubled up to 10 s. */
  readonly backOff?: BackOff
  /**
   * How old the commit may be, in ms, that shows at an insert that the partition is still this
   * sink's. Half of the session time-out of the log, or less. Default 5,000.
   */
  readonly provenForMs?: number
  readonly onStored?: (stored: StoredBatch) => void
  readonly onTrouble?: (trouble: SinkTrouble) => void
  /** The log removed records before they were stored; the sink goes on behind them. */
  readonly onGap?: (gap: SinkGap) => void
  /** The group gave partitions to this sink, or takes them from it; also when it stops. */
  readonly onRebalance?: (what: 'assigned' | 'revoked', partitions: number) => void
}

export interface SinkSettings {
  readonly generation: number
  readonly limits: BatchLimits & { readonly intervalMs: number }
  readonly insertsMax: number
  readonly bufferedBytesMax: number
  readonly backOff: BackOff
  readonly provenForMs: number
}

const MIB = 1024 * 1024
const BACK_OFF: BackOff = { firstMs: 100, maxMs: 10_000 }
/** Beyond these, ClickHouse may cut a batch into several blocks. */
const ROWS_MAX = 100_000
const BYTES_MAX = 10_000_000
const ANY = Number.MAX_SAFE_INTEGER

export const settingsOf = (options: ClickHouseSinkOptions): SinkSettings => {
  const { batch = {} } = options
  return {
    generation: whole('generation', options.generation ?? 1, ANY),
    limits: {
      rowsMax: whole('batch.rowsMax', batch.rowsMax ?? 50_000, ROWS_MAX),
      bytesMax: whole('batch.bytesMax', batch.bytesMax ?? 8 * MIB, BYTES_MAX),
      intervalMs: whole('batch.intervalMs', batch.intervalMs ?? 500, 3_600_000),
    },
    insertsMax: whole('insertsMax', options.insertsMax ?? 2, 16),
    bufferedBytesMax: whole('bufferedBytesMax', options.bufferedBytesMax ?? 64 * MIB, ANY),
    backOff: options.backOff ?? BACK_OFF,
    provenForMs: whole('provenForMs', options.provenForMs ?? 5_000, 3_600_000),
  }
}

const whole = (name: string, value: number, max: number): number => {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value
  throw new MillraceError(
    'CONFIG_INVALID',
    `${name} of the ClickHouse sink is ${value}. Give it a whole number from 1 to ${max}.`,
  )
}
