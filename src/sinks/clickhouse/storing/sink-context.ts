/** What the partitions of one sink share. */
import type { Log } from '../../../logs/log.ts'
import type { Committer } from './committer.ts'
import type { Destination } from './insert.ts'
import type { InsertSlots } from './insert-slots.ts'
import type { RowBuffers } from './row-buffers.ts'
import type { BatchLimits } from './sink-batch.ts'

/** Rows that are in their table, and the position that will follow. */
export interface StoredBatch {
  readonly topic: string
  readonly partition: number
  readonly table: string
  /** First and last offset, both in it. */
  readonly from: number
  readonly to: number
  readonly rows: number
  /** As they were sent. */
  readonly bytes: number
  /** Until they were acknowledged, with all that had to be tried again. */
  readonly tookMs: number
  /** When the log took in the oldest and the newest of its records, in ms since 1970. */
  readonly oldestTimestampMs: number
  readonly newestTimestampMs: number
}

/** An insert that failed, and will be tried again. */
export interface SinkTrouble {
  readonly topic: string
  readonly partition: number
  readonly table: string
  /** When its first attempt failed, in ms since 1970. */
  readonly since: number
  readonly attempts: number
  readonly retryInMs: number
  /** What ClickHouse, or the network, said last. */
  readonly error: string
}

/** How long to wait before an insert is tried again: `firstMs`, then twice as long, to `maxMs`. */
export interface BackOff {
  readonly firstMs: number
  readonly maxMs: number
}

export interface SinkContext {
  readonly log: Log
  readonly applicationId: string
  readonly generation: number
  readonly destination: Destination
  readonly committer: Committer
  readonly slots: InsertSlots
  readonly buffers: RowBuffers
  readonly limits: BatchLimits & { readonly intervalMs: number }
  readonly backOff: BackOff
  /** How old the last commit may be when an insert leaves, in ms. */
  readonly provenForMs: number
  readonly onStored: (stored: StoredBatch) => void
  readonly onTrouble: (trouble: SinkTrouble) => void
  /** A partition needs less memory than before. */
  readonly onReleased: () => void
  readonly onFailure: (error: unknown) => void
}
