import type { ChangelogEntry } from '../commit.ts'
import { InvariantError, MillraceError } from '../errors.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Entry } from '../store/keyed-store.ts'
import type { Layout } from '../store/layout.ts'
import { upgradeFrom } from '../store/upgrade.ts'
import { CARRIED, type Carried } from './carried.ts'

/** Where restored state is put. */
export interface RestoreTarget {
  readonly layout: Layout
  layoutIsSaved(): void
  key(key: string, value: Buffer | null): void
  upgraded(key: string, entry: Entry): void
  held(carried: Carried): void
  gather(value: Buffer): void
  duplicates(source: string, key: string, value: Buffer): void
  reference(key: string, value: Buffer, carried: Carried): void
  agreed(input: string, group: string, value: string): void
  shared(value: Buffer): void
}

/**
 * Brings one task's state back from its entries, in the order in which they were written.
 *
 *   l:<hash>      a layout of keyed state          k:<key>     a key
 *   m:shared      watermark and counters           h:<name>    a held record
 *   r:<topic>|…   a reference record               g:<id>      an open gather
 *   d:<source>:…  remembered ids                   a:<input>:<group>  what a group agreed on
 *
 * Keys go straight to the store. The rest is small: its last values are collected, and taken at the
 * end, when what they depend on is there.
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
    for (const [key, value] of this.#last) if (key.startsWith('r:')) this.#takeReference(key, value)
    for (const [key, value] of this.#last) this.#takeOther(key.slice(0, 2), key.slice(2), value)
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

  #takeReference(key: string, value: Buffer): void {
    this.#target.reference(key, value, CARRIED.fromBuffer(value) as Carried)
  }

  #takeOther(kind: string, name: string, value: Buffer): void {
    if (kind === 'r:') return
    const take = TAKE[kind]
    if (!take) throw new InvariantError(`broken invariant: no changelog entry is of kind ${kind}`)
    take(this.#target, name, value)
  }
}

type Take = (target: RestoreTarget, name: string, value: Buffer) => void

const TAKE: Readonly<Record<string, Take>> = {
  'm:': (target, _name, value) => target.shared(value),
  'h:': (target, _name, value) => target.held(CARRIED.fromBuffer(value) as Carried),
  'g:': (target, _name, value) => target.gather(value),
  'd:': (target, name, value) => {
    const cut = name.lastIndexOf(':')
    target.duplicates(name.slice(0, cut), name.slice(cut + 1), value)
  },
  'a:': (target, name, value) => {
    const cut = name.indexOf(':')
    target.agreed(name.slice(0, cut), name.slice(cut + 1), value.toString())
  },
}
