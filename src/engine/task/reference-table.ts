import type { EngineFields } from '../arrival.ts'
import type { Reference } from '../pipeline.ts'
import type { AnyTopic } from '../topic.ts'

type Row = EngineFields & Readonly<Record<string, unknown>>

/**
 * A reference topic as a table: the last record of each key, by event time.
 *
 * A control topic is read the same way, by its id without the version: a version counts from its
 * `effectiveAt` on, in event time, and then until a later one does.
 */
export class ReferenceTable implements Reference<unknown> {
  readonly topic: AnyTopic
  readonly #rows = new Map<string, Row>()
  readonly #waiting: { row: Row; effectiveAt: number; version: string }[] = []

  constructor(topic: AnyTopic) {
    this.topic = topic
  }

  get(key: string): unknown {
    return this.#rows.get(key)
  }

  /** What the record is known by in the changelog: for a control topic with its version. */
  keyOf(record: EngineFields): string {
    return this.topic.keyedBy.map(field => String((record as Row)[field])).join('@')
  }

  /** True where the table changed at once. */
  put(record: EngineFields): boolean {
    const row = record as Row
    if (this.topic.kind !== 'control') return this.#take(this.keyOf(row), row)
    const effectiveAt = (row['effectiveAt'] as number | null) ?? row.occurredAt
    this.#waiting.push({ row, effectiveAt, version: this.keyOf(row) })
    this.#waiting.sort((a, b) => a.effectiveAt - b.effectiveAt || (a.version < b.version ? -1 : 1))
    return false
  }

  /** Whether a version waits that is effective by `watermark`. */
  hasDue(watermark: number): boolean {
    const first = this.#waiting[0]
    return first !== undefined && first.effectiveAt <= watermark
  }

  /** Lets the versions that are due take effect; returns them as `id@version`. */
  publish(watermark: number): string[] {
    const published: string[] = []
    while (this.hasDue(watermark)) {
      const { row, version } = this.#waiting.shift()!
      this.#rows.set(String(row[this.topic.keyedBy[0]!]), row)
      published.push(version)
    }
    return published
  }

  #take(key: string, row: Row): boolean {
    const known = this.#rows.get(key)
    if (known && known.occurredAt > row.occurredAt) return false
    this.#rows.set(key, row)
    return true
  }
}
