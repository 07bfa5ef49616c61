import type { EngineFields } from '../arrival.ts'
import type { Reference } from '../pipeline.ts'
import type { AnyTopic } from '../topic.ts'

type Row = EngineFields & Readonly<Record<string, unknown>>

interface Version {
  readonly row: Row
  readonly effectiveAt: number
  readonly version: string
}

const effectiveBefore = (a: Version, b: Version): number => {
  if (a.effectiveAt !== b.effectiveAt) return a.effectiveAt - b.effectiveAt
  const [was, is] = [Number(a.row.version), Number(b.row.version)]
  if (was !== is && !Number.isNaN(was - is)) return was - is
  return a.version < b.version ? -1 : a.version > b.version ? 1 : 0
}

/**
 * A reference topic as a table: the last record of each key, by event time.
 *
 * A control topic is read the same way, by its id without the version: a version counts from its
 * `effectiveAt` on, in event time, and then until a later one does.
 */
export class ReferenceTable implements Reference<unknown> {
  readonly topic: AnyTopic
  readonly #rows = new Map<string, Row>()
  readonly #waiting: Version[] = []
  readonly #published = new Map<string, Version>()
  readonly #versions = new Set<string>()

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

  /** Whether this version came before. What it says never changes, so once more it says nothing. */
  hasVersion(record: EngineFields): boolean {
    return this.topic.kind === 'control' && this.#versions.has(this.keyOf(record))
  }

  /** True where the table changed at once. */
  put(record: EngineFields): boolean {
    const row = record as Row
    if (this.topic.kind !== 'control') return this.#take(this.keyOf(row), row)
    const effectiveAt = (row.effectiveAt as number | null) ?? row.occurredAt
    const version = this.keyOf(row)
    this.#versions.add(version)
    this.#waiting.push({ row, effectiveAt, version })
    this.#waiting.sort(effectiveBefore)
    return false
  }

  /** When the next version that waits takes effect; Infinity where none waits. */
  get nextEffective(): number {
    return this.#waiting[0]?.effectiveAt ?? Number.POSITIVE_INFINITY
  }

  /** Whether a version waits that is effective by `watermark`. */
  hasDue(watermark: number): boolean {
    const first = this.#waiting[0]
    return first !== undefined && first.effectiveAt <= watermark
  }

  /**
   * Lets the versions that are due take effect; returns them as `id@version`. One that came when a
   * later one was in effect already has had its time.
   */
  publish(watermark: number): string[] {
    const published: string[] = []
    while (this.hasDue(watermark)) {
      const next = this.#waiting.shift()!
      const id = String(next.row[this.topic.keyedBy[0]!])
      const known = this.#published.get(id)
      if (known && effectiveBefore(known, next) > 0) continue
      this.#published.set(id, next)
      this.#rows.set(id, next.row)
      published.push(next.version)
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
