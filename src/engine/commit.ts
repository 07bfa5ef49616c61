import type { AnyTopic } from './topic.ts'

/**
 * What one commit makes visible, together or not at all. The engine fills it; a log, or a set of
 * files with a log beside them, carries it out.
 */
export interface CommitUnit {
  /** Counts the commits of the application, from 1. */
  readonly epoch: number
  /** In the order in which they were made. */
  readonly outputs: readonly Output[]
  readonly changelogs: readonly ChangelogPart[]
  /** For the other slices; none where the application is whole. */
  readonly parcels: readonly SentParcel[]
  /** The next offset of each source partition that was read. */
  readonly positions: readonly SourcePosition[]
  readonly journal: JournalEntry
}

export interface Output {
  readonly topic: AnyTopic
  /** What the record is partitioned by; null where its topic has no key. */
  readonly key: string | null
  readonly record: object
  /** The record, written in the application's result format: framed Avro, or a line of JSON. */
  readonly value: Buffer | string
  /** The same for the same cause, whatever is run again: what consumers deduplicate by. */
  readonly resultId: string | null
}

/** One record of the exchange. */
export interface SentParcel {
  /** The slice that it is for. */
  readonly to: number
  readonly value: Buffer
}

/** What changed in the saved state of one task. */
export interface ChangelogPart {
  readonly pipelineId: string
  readonly generation: number
  readonly partition: number
  readonly entries: readonly ChangelogEntry[]
}

/** The last value of each key counts; null removes the key. */
export interface ChangelogEntry {
  readonly key: string
  readonly value: Buffer | null
}

export interface SourcePosition {
  readonly topic: string
  readonly partition: number
  readonly next: number
}

/** What a commit took in that the inputs do not say themselves. */
export interface JournalEntry {
  readonly epoch: number
  readonly ranges: readonly JournalRange[]
  readonly ticks: readonly JournalTick[]
  /** Control records that took effect, as `topic:key`. */
  readonly published: readonly string[]
  /** The end of the input, where it was reached: drained to infinity, or to the newest event. */
  readonly ended: 'drained' | 'newest' | null
  /** Pipeline id to the version of its code. */
  readonly versions: Readonly<Record<string, string>>
}

/** `count` records from `first` to `last`; offsets between may be missing. */
export interface JournalRange {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly count: number
}

/** The clock moved these partitions, read to their end, to `at`, before the record numbered `after`. */
export interface JournalTick {
  readonly at: number
  readonly after: number
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
}
