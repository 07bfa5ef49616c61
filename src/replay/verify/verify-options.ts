import type { Limits } from '../../engine/application.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { WriterSchemas } from '../../engine/schema/avro-codec.ts'
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import type { Log } from '../../logs/log.ts'
import type { Snapshots } from '../../logs/snapshots.ts'
import type { Difference } from './difference.ts'

export interface VerifyOptions {
  /** Has the application's topics and its sources. Nothing is written to it. */
  readonly log: Log
  readonly applicationId: string
  /** Those that ran, in the versions that ran. */
  readonly pipelines: readonly Pipeline[]
  /** Default 1. */
  readonly slices?: number
  readonly snapshots: Snapshots
  /**
   * With `at-least-once` a record may be there more than once in the same bytes; results of a commit
   * that a crash cut off may be there in others, and are named.
   */
  readonly guarantee?: 'exactly-once' | 'at-least-once'
  /** Begin with this commit of each slice, or the nearest one before that there is a snapshot of. */
  readonly sinceEpoch?: number
  /** End with this commit of each slice: then state is not compared. */
  readonly untilEpoch?: number
  readonly limits?: Partial<Limits>
  readonly writers?: WriterSchemas
  readonly formatOf?: (topic: string) => TopicFormat
  readonly onProgress?: (progress: VerifyProgress) => void
}

export interface VerifyProgress {
  readonly slice: number
  readonly slices: number
  readonly commits: number
  readonly records: number
}

export interface Verification {
  readonly guarantee: 'exactly-once' | 'at-least-once'
  /** What was executed again of each slice; `fromEpoch` 1 is its whole past. */
  readonly slices: readonly VerifiedSlice[]
  readonly commits: number
  /** Records that the commits took in. */
  readonly records: number
  /** Results, late events and dead letters that the commits made. */
  readonly outputs: number
  readonly parcels: number
  /** Found more often than made, as `at-least-once` allows. */
  readonly repeated: number
  /** Records of the topics that no verified commit makes, and that may be of others. */
  readonly passedOver: number
  /** Results that were removed from their topic, by retention or compaction. */
  readonly removed: number
  readonly differences: number
  /** That of the earliest commit; null where there is none. */
  readonly first: Difference | null
}

export interface VerifiedSlice {
  readonly slice: number
  readonly fromEpoch: number
  /** Below `fromEpoch` where the slice has made no commit. */
  readonly toEpoch: number
  /** Entries of the saved state that were compared; null where they were not. */
  readonly stateEntries: number | null
}
