import type { ChangelogEntry } from '../commit.ts'
import type { SharedPart } from '../task/shared-part.ts'

/**
 * How far each source partition has come over an exchange that may repeat itself. A source is read
 * in order and its records are sent in order, so what is not beyond the last one was here before.
 */
export class Received implements SharedPart {
  readonly kind = 'x'
  /** `<input>|<topic>|<partition>` to the last offset. */
  readonly #last = new Map<string, number>()
  /** By sender: one commit of it may come in several parcels, and one record in more than one. */
  readonly #noted = new Map<string, Map<string, number>>()
  readonly #fresh = new Set<string>()

  has(input: string, source: string, offset: number): boolean {
    return offset >= 0 && offset <= (this.#last.get(`${input}|${source}`) ?? -1)
  }

  note(from: string, input: string, source: string, offset: number): void {
    if (offset < 0) return
    const noted = this.#noted.get(from) ?? new Map<string, number>()
    this.#noted.set(from, noted.set(`${input}|${source}`, offset))
  }

  /** All that the sender had in its commit is here. */
  settle(from: string): void {
    for (const [name, offset] of this.#noted.get(from) ?? []) {
      // One that is repeated does not take back what is behind it.
      if (offset <= (this.#last.get(name) ?? -1)) continue
      this.#last.set(name, offset)
      this.#fresh.add(name)
    }
    this.#noted.delete(from)
  }

  *commit(): Generator<ChangelogEntry> {
    for (const name of this.#fresh) yield this.#entry(name)
    this.#fresh.clear()
  }

  *snapshot(): Generator<ChangelogEntry> {
    for (const name of this.#last.keys()) yield this.#entry(name)
  }

  load(name: string, value: Buffer): void {
    this.#last.set(name, Number(value.toString()))
  }

  #entry(name: string): ChangelogEntry {
    return { key: `x:${name}`, value: Buffer.from(String(this.#last.get(name)!)) }
  }
}
