import type { ChangelogEntry } from '../commit.ts'
import { MillraceError } from '../errors.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Entry, Layout } from '../store/layout.ts'
import { upgradeFrom } from '../store/upgrade.ts'
import type { SharedKind } from './shared-part.ts'

/** Where restored state is put. */
export interface RestoreTarget {
  readonly layout: Layout
  layoutIsSaved(): void
  key(key: string, value: Buffer | null): void
  upgraded(key: string, entry: Entry): void
  held(value: Buffer): void
  gather(value: Buffer): void
  shared(kind: SharedKind, name: string, value: Buffer): void
}

/**
 * Brings one task's state back from its entries, in the order in which they were written. Keys go
 * straight to the store. The rest is small: its last values are collected, and taken at the end, the
 * reference tables first, as others depend on them.
 */
export class Restoring {
  readonly #pipeline: Pipeline
  readonly #target: RestoreTarget
  readonly #layouts = new Map<number, string>()
  readonly #upgrades = new Map<number, (value: Buffer) => Entry>()
  readonly #last = new Map<string, Buffer>()

  constructor(pipeline: Pipeline, target: RestoreTarget) {
    this.#pipeline = pipeline
    this.#target = target
  }

  take(entry: ChangelogEntry): void {
    const name = entry.key.slice(2)
    if (entry.key.startsWith('k:')) this.#takeKey(name, entry.value)
    else if (entry.key.startsWith('l:')) this.#takeLayout(Number(name), entry.value!)
    else if (entry.value === null) this.#last.delete(entry.key)
    else this.#last.set(entry.key, entry.value)
  }

  finish(): void {
    for (const [key, value] of this.#last) if (key.startsWith('r:')) this.#takeOther(key, value)
    for (const [key, value] of this.#last) if (!key.startsWith('r:')) this.#takeOther(key, value)
    this.#last.clear()
  }

  #takeKey(key: string, value: Buffer | null): void {
    if (value === null || value.readUInt32BE(0) === this.#target.layout.hash) {
      this.#target.key(key, value)
      return
    }
    this.#target.upgraded(key, this.#upgradeOf(value.readUInt32BE(0))(value))
  }

  #takeLayout(hash: number, value: Buffer): void {
    this.#layouts.set(hash, value.toString())
    if (hash === this.#target.layout.hash) this.#target.layoutIsSaved()
    // Compared here and not at the first key, so that a misfit is found even where no key is left.
    else this.#upgradeOf(hash)
  }

  #upgradeOf(hash: number): (value: Buffer) => Entry {
    const known = this.#upgrades.get(hash)
    if (known) return known
    const saved = this.#layouts.get(hash)
    if (saved === undefined) {
      throw new MillraceError(
        'STATE_CORRUPT',
        `the saved state of ${this.#pipeline.id} has a key in a layout (${hash}) that is not ` +
          "saved with it. Restore from a copy, or raise the pipeline's `generation`.",
      )
    }
    const upgrade = upgradeFrom(saved, this.#target.layout, this.#pipeline.id)
    this.#upgrades.set(hash, upgrade)
    return upgrade
  }

  #takeOther(key: string, value: Buffer): void {
    const kind = key[0]!
    const name = key.slice(2)
    if (kind === 'h') this.#target.held(value)
    else if (kind === 'g') this.#target.gather(value)
    else this.#target.shared(kind as SharedKind, name, value)
  }
}
