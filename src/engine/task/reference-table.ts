import type { EngineFields } from '../arrival.ts'
import type { Accepts, Published } from '../pipeline.ts'
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

/** What became of versions whose time had come. */
export interface VersionChanges {
  /** As `id@version`. */
  readonly tookEffect: readonly string[]
  /** Those that can never count again, in the same form: a later one is in effect, or was refused. */
  readonly superseded: readonly string[]
}

const isAfter = (known: Version | undefined, next: Version): boolean =>
  known !== undefined && effectiveBefore(known, next) > 0

/**
 * A reference topic as a table: the last record of each key, by event time.
 *
 * A control topic is read the same way, by its id without the version: a version counts from its
 * `effectiveAt` on, in event time, and then until a later one does. One that the pipeline does not
 * accept leaves in effect what was. Kept are the versions that wait, and of each id the one in effect and
 * the last one that was refused after it: one that would have to be effective before that has had its
 * time, whether it came before or comes only now.
 */
export class ReferenceTable implements Published<unknown> {
  readonly topic: AnyTopic
  readonly #rows = new Map<string, Row>()
  readonly #waiting: Version[] = []
  readonly #inEffect = new Map<string, Version>()
  readonly #refused = new Map<string, Version>()
  readonly #accepts: Accepts

  constructor(topic: AnyTopic, accepts: Accepts = () => true) {
    this.topic = topic
    this.#accepts = accepts
  }

  get(key: string): unknown {
    return this.#rows.get(key)
  }

  refused(key: string): unknown {
    return this.#refused.get(key)?.row
  }

  /** What the record is known by in the changelog: for a control topic with its version. */
  keyOf(record: EngineFields): string {
    return this.topic.keyedBy.map(field => String((record as Row)[field])).join('@')
  }

  /**
   * Whether this version says nothing any more: it waits already, is in effect, or a later one is. What a
   * version says never changes.
   */
  hasVersion(record: EngineFields): boolean {
    if (this.topic.kind !== 'control') return false
    const version = this.#versionOf(record as Row)
    const known = this.#inEffect.get(this.#idOf(version))
    if (known && effectiveBefore(version, known) <= 0) return true
    if (known?.version === version.version) return true
    if (this.#refused.get(this.#idOf(version))?.version === version.version) return true
    return this.#waiting.some(waiting => waiting.version === version.version)
  }

  /** True where the table changed at once. */
  put(record: EngineFields): boolean {
    const row = record as Row
    if (this.topic.kind !== 'control') return this.#take(this.keyOf(row), row)
    this.#waiting.push(this.#versionOf(row))
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

  /** Lets the versions that are due take effect, each in place of the one before it. */
  publish(watermark: number): VersionChanges {
    const tookEffect: string[] = []
    const superseded: string[] = []
    while (this.hasDue(watermark)) {
      const next = this.#waiting.shift()!
      const id = this.#idOf(next)
      const known = this.#inEffect.get(id)
      if (isAfter(known, next)) superseded.push(next.version)
      else if (!this.#accepts(next.row)) this.#refuse(id, next, superseded)
      else {
        if (known) superseded.push(known.version)
        this.#inEffect.set(id, next)
        this.#rows.set(id, next.row)
        tookEffect.push(next.version)
        const refused = this.#refused.get(id)
        if (refused && !isAfter(refused, next)) {
          this.#refused.delete(id)
          superseded.push(refused.version)
        }
      }
    }
    return { tookEffect, superseded }
  }

  /** Of several that were refused, the one that would be in effect is told. */
  #refuse(id: string, next: Version, superseded: string[]): void {
    const refused = this.#refused.get(id)
    if (isAfter(refused, next)) superseded.push(next.version)
    else {
      if (refused) superseded.push(refused.version)
      this.#refused.set(id, next)
    }
  }

  #versionOf(row: Row): Version {
    const effectiveAt = (row.effectiveAt as number | null) ?? row.occurredAt
    return { row, effectiveAt, version: this.keyOf(row) }
  }

  #idOf({ row }: Version): string {
    return String(row[this.topic.keyedBy[0]!])
  }

  #take(key: string, row: Row): boolean {
    const known = this.#rows.get(key)
    if (known && known.occurredAt > row.occurredAt) return false
    this.#rows.set(key, row)
    return true
  }
}
