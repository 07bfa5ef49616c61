import { InvariantError } from '../errors.ts'
import type { Arena } from './arena.ts'

export interface PackedKey {
  readonly key: string
  /** Valid until the next is asked for. */
  readonly value: Buffer
}

/**
 * The keys of a store as of one commit, read while later commits change them. It goes through the
 * slots; what is about to change in a slot that lies ahead is put aside as it was, and read next.
 *
 *   [ read | read | read | ... | changed: put aside | as it was | ... | new since: not read ]
 *                          ^ next
 */
export class FrozenKeys implements Iterable<PackedKey> {
  readonly #arena: Arena
  readonly #keys: readonly (string | undefined)[]
  /** Slots that are beyond came later. */
  readonly #end: number
  readonly #changed = new Set<number>()
  readonly #aside: PackedKey[] = []
  #next = 0
  #isOver = false

  constructor(arena: Arena, keys: readonly (string | undefined)[]) {
    this.#arena = arena
    this.#keys = keys
    this.#end = keys.length
  }

  /** Before the slot's value is written anew or removed. */
  keep(slot: number): void {
    if (slot < this.#next || slot >= this.#end || this.#changed.has(slot)) return
    this.#changed.add(slot)
    const value = this.#arena.get(slot)
    if (value) this.#aside.push({ key: this.#keys[slot]!, value: Buffer.from(value) })
  }

  /** Another reading has begun: this one was given up. */
  end(): void {
    this.#isOver = true
    this.#next = this.#end
    this.#aside.length = 0
  }

  *[Symbol.iterator](): Generator<PackedKey> {
    while (this.#next < this.#end) {
      yield* this.#takeAside()
      const slot = this.#next++
      if (this.#changed.delete(slot)) continue
      const value = this.#arena.get(slot)
      if (value) yield { key: this.#keys[slot]!, value }
    }
    yield* this.#takeAside()
    // What was read is not all there was.
    if (this.#isOver) throw new InvariantError('broken invariant: one reading of keys at a time')
  }

  *#takeAside(): Generator<PackedKey> {
    for (let kept = this.#aside.pop(); kept; kept = this.#aside.pop()) yield kept
  }
}
