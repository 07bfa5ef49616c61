/** What an importer of a public data set is: the set's own files in, typed events out. */
import type { AnyTopic, Topic } from '../../engine/topic.ts'

export interface ImportedEvent {
  readonly topic: AnyTopic
  readonly record: { readonly occurredAt: number }
}

export interface Importer {
  /** As it is named on the command line. */
  readonly format: string
  /** For help texts: what the data is, and where events come from. One sentence. */
  readonly description: string
  /** The topics it writes to, in the order of their ranks. */
  readonly topics: readonly AnyTopic[]
  /**
   * Reads a file (plain, `.gz` or `.xz`) or the folder that holds it. Within a topic events come in
   * the order of `occurredAt`, as far as the file itself is in order of time or is small enough to
   * be sorted. `note` is told in a sentence of what the file lacks and was borne with.
   */
  read(path: string, note?: (sentence: string) => void): AsyncIterable<readonly ImportedEvent[]>
}

export const imported = <T extends { readonly occurredAt: number }>(
  topic: Topic<T>,
  record: T,
): ImportedEvent => ({ topic, record })
