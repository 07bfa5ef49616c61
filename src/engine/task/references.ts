import type { Arrival } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import type { Pipeline } from '../pipeline.ts'
import { CARRIED, type Carried, carriedOf } from './carried.ts'
import { ReferenceTable } from './reference-table.ts'
import type { SharedPart } from './shared-part.ts'

export interface ReferencePorts {
  /** Called before what handlers see of a table changes. */
  changing(): void
  /** A version took effect. */
  published(version: string): void
  encode(arrival: Arrival): Buffer
  revive(carried: Carried): Arrival
}

/** The reference and control topics of a pipeline, as tables that are saved with its state. */
export class References implements SharedPart {
  readonly kind = 'r'
  /** As handlers see them, by the names that the pipeline gives them. */
  readonly named: Readonly<Record<string, ReferenceTable>>
  readonly tables: readonly ReferenceTable[]
  readonly #ports: ReferencePorts
  readonly #saved = new Map<string, Buffer>()
  readonly #fresh = new Map<string, Buffer | null>()

  constructor(pipeline: Pipeline, ports: ReferencePorts) {
    this.named = Object.fromEntries(
      Object.entries(pipeline.references).map(([name, topic]) => [
        name,
        new ReferenceTable(topic, pipeline.accepts[name]),
      ]),
    )
    this.tables = Object.values(this.named)
    this.#ports = ports
  }

  take(table: ReferenceTable, arrival: Arrival): void {
    if (table.hasVersion(arrival.event!)) return
    this.#ports.changing()
    const changed = table.put(arrival.event!)
    // A version is kept although it waits; an older record of a reference topic is not.
    if (!changed && table.topic.kind !== 'control') return
    const key = entryKey(table, table.keyOf(arrival.event!))
    const value = CARRIED.toBuffer(carriedOf(arrival, '', '', null, this.#ports.encode))
    this.#saved.set(key, value)
    this.#fresh.set(key, value)
  }

  /** When the next version takes effect; Infinity where none waits. */
  nextEffective(): number {
    let least = Number.POSITIVE_INFINITY
    for (const table of this.tables) least = Math.min(least, table.nextEffective)
    return least
  }

  /** Lets the versions that are due take effect. */
  publish(watermark: number): void {
    for (const table of this.tables) {
      if (!table.hasDue(watermark)) continue
      this.#ports.changing()
      for (const version of this.#publish(table, watermark)) {
        this.#ports.published(`${table.topic.name}:${version}`)
      }
    }
  }

  /** After a restore: what was in effect is in effect again, and was published already. */
  restored(watermark: number): void {
    for (const table of this.tables) this.#publish(table, watermark)
  }

  commit(): readonly ChangelogEntry[] {
    const fresh = Array.from(this.#fresh, ([key, value]) => ({ key, value }))
    this.#fresh.clear()
    return fresh
  }

  *snapshot(): Generator<ChangelogEntry> {
    for (const [key, value] of this.#saved) yield { key, value }
  }

  load(name: string, value: Buffer): void {
    this.#saved.set(`r:${name}`, value)
    const carried = CARRIED.fromBuffer(value) as Carried
    for (const table of this.tables) {
      if (table.topic.name === carried.topic) table.put(this.#ports.revive(carried).event!)
    }
  }

  /** Which versions took effect; those that can never count again are not kept. */
  #publish(table: ReferenceTable, watermark: number): readonly string[] {
    const { tookEffect, superseded } = table.publish(watermark)
    for (const version of superseded) {
      const key = entryKey(table, version)
      this.#saved.delete(key)
      this.#fresh.set(key, null)
    }
    return tookEffect
  }
}

const entryKey = ({ topic }: ReferenceTable, name: string): string => `r:${topic.name}|${name}`
