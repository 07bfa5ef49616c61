/**
 * History as it is read: one stream per file or partition, each in its own order.
 *
 * A replay merges streams by their heads. So a stream is pulled, a batch at a time, and is never
 * read ahead of what was asked for by more than one block of its file.
 */
import type { TopicFormat } from '../engine/schema/topic-format.ts'

export interface RawRecord {
  /** In a file: the zero-based number of its line. In a log: the record's offset. */
  readonly offset: number
  /** When a log took the record in, in ms since 1970; null where that is not known. */
  readonly timestampMs: number | null
  readonly key: Buffer | null
  /** null is a tombstone, which only a log can hold. Stays valid after the next `read`. */
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface RecordStream {
  readonly topic: string
  readonly partition: number
  /** `auto` where the first byte of each record tells. */
  readonly format: TopicFormat
  /** For messages: the path of the file, or topic and partition of the log. */
  readonly name: string
  /** Tells whether a file is still the one that was read before; null for a log, which is. */
  readonly signature: InputSignature | null
  /** Between 1 and `recordsMax` records, in order of their offsets; none at the end. */
  read(recordsMax: number): Promise<readonly RawRecord[]>
  close(): Promise<void>
}

export interface History {
  /** By topic, then partition. */
  readonly streams: readonly RecordStream[]
  close(): Promise<void>
}

/** The first offset that is wanted of a stream; for all that are not continued, 0. */
export type StartAt = (topic: string, partition: number) => number

/**
 * What is remembered of an input file between two runs. Files may grow; what was there before must
 * not change. Only the head is compared, so an edit further on is not seen.
 */
export interface InputSignature {
  /** File name without its folder, so that moving the data is no change. */
  readonly name: string
  readonly sizeBytes: number
  /** How many bytes of the file's beginning `headHash` covers. */
  readonly headBytes: number
  /** SHA-256, in hexadecimal. */
  readonly headHash: string
}

export const historyOf = (streams: readonly RecordStream[]): History => ({
  streams,
  close: async () => {
    for (const stream of streams) await stream.close()
  },
})
