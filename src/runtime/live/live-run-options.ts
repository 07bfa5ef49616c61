import type { Limits } from '../../engine/application.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { WriterSchemas } from '../../engine/schema/avro-codec.ts'
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import type { Batch, Log } from '../../logs/log.ts'
import type { Snapshots } from '../../logs/snapshots.ts'

export interface LiveRunOptions {
  readonly applicationId: string
  readonly pipelines: readonly Pipeline[]
  /** Has the source topics. */
  readonly log: Log
  readonly snapshots: Snapshots
  /** Changelog bytes behind the last snapshots before new ones are due. Default 32 MiB. */
  readonly snapshotBytesMin?: number
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** Shares of the application; never changes for its state. Default 1. */
  readonly slices?: number
  /**
   * - `exactly-once`: all that a commit changes goes into the log at once. Default.
   * - `at-least-once`: what others read first, then state, then the journal; after a crash results
   *   may come again, under the same `resultId`, and events may count twice in state.
   */
  readonly guarantee?: 'exactly-once' | 'at-least-once'
  /** Default 100. */
  readonly commitIntervalMs?: number
  /** Records of a commit, at most. Default 4,000. */
  readonly commitRecords?: number
  /** A partition that was read to its end is held to be quiet after so long. Default 2 s. */
  readonly idleTimeoutMs?: number
  /** False while producers write what is long past: the clock says nothing of it. */
  readonly isLive?: () => boolean
  readonly limits?: Partial<Limits>
  /** Schemas that records were written with, by id. Default those of this version's files. */
  readonly writers?: WriterSchemas
  /** What a topic is said to hold; `auto` where this is not given. */
  readonly formatOf?: (topic: string) => TopicFormat
  /** Called with what was read, before it is decoded: schemas that are not known may be fetched. */
  readonly learn?: (batches: readonly Batch[]) => Promise<void>
  readonly onCommit?: (commit: LiveCommit) => void
  readonly onSlice?: (event: SliceEvent) => void
  /** Changelog records that a slice took in on its way back. */
  readonly onRestored?: (slice: number, records: number) => void
}

export interface SliceEvent {
  readonly slice: number
  readonly what: 'assigned' | 'restored' | 'live' | 'revoked'
  /** Since the slice was assigned. */
  readonly tookMs: number
}

export interface LiveCommit {
  readonly units: readonly { readonly slice: number; readonly unit: CommitUnit }[]
  readonly records: number
  /** When the log took in the oldest and the newest of them, in ms since 1970; null where it is none. */
  readonly taken: { readonly oldestMs: number; readonly newestMs: number } | null
  /** When it was lasting, in ms since 1970. */
  readonly committedAt: number
  /** From the first record of the round to the end of the commit. */
  readonly tookMs: number
  /** Of these, for taking the records in. */
  readonly takeMs: number
  /** Whether all was taken in that the log had. */
  readonly isAtEnd: boolean
}

export const COMMIT_INTERVAL_MS = 100
export const COMMIT_RECORDS = 4_000
export const IDLE_TIMEOUT_MS = 2_000
