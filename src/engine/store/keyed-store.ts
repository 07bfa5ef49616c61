import { InvariantError } from '../errors.ts'
import type { Cells } from '../pipeline.ts'
import { Arena } from './arena.ts'
import { FrozenKeys, type PackedKey } from './frozen-keys.ts'
import {
  ALL_CELLS,
  type Entry,
  entryOf,
  HASH_BYTES,
  HEAD,
  type Layout,
  layoutFor,
} from './layout.ts'
import { TimerHeap } from './timer-heap.ts'

/**
 * Event time before the first event of a key: as early as a saved long can say (Avro's reader has the
 * wrong sign below -2^52).
 */
export const NEVER = -4.5e15

/** Of smaller ones, a commit of many keys makes so many that they call the garbage collector. */
const BLOCK_BYTES = 64 << 10

/** A key whose entry is unpacked. */
export interface LiveKey {
  readonly key: string
  readonly slot: number
  entry: Entry
  /** The rotation that it was last touched in. */
  rotation: number
  /** Changed since the last commit. */
  dirty: boolean
  forgotten: boolean
  /** The entry as it was before the first step, where that is not what the arena holds. */
  base: Buffer | null
  /** The last of what was done to the key since then, to be done again where a later step fails. */
  lastStep: unknown
  /** Rows that were written since then: they go back with the key. */
  rows: Set<LiveKey> | null
  /** Of such a row: whose it is. */
  owner: LiveKey | null
}

export interface KeyChange {
  readonly key: string
  /** null: the key was forgotten. */
  readonly value: Buffer | null
}

/**
 * The keys of one task. Packed in an arena; unpacked when touched, and kept so while in use: keys
 * touched since the last but one rotation are live. Rotation happens at commits, by count.
 */
export class KeyedStore {
  readonly layout: Layout
  readonly timers: TimerHeap
  readonly #timerCount: number
  readonly #liveMax: number
  readonly #arena = new Arena()
  readonly #slots = new Map<string, number>()
  readonly #keys: (string | undefined)[] = []
  readonly #freeSlots: number[] = []
  /** By slot; undefined where the key is packed. As long as `#keys`, so that it has no gaps. */
  readonly #live: (LiveKey | undefined)[] = []
  /** Those touched since the last rotation, and those touched before it and not since. */
  #recent: LiveKey[] = []
  #old: LiveKey[] = []
  #rotation = 0
  readonly #dirty: LiveKey[] = []
  #frozen: FrozenKeys | null = null
  /** What is packed stands one behind the other: a commit's values share a few blocks. */
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  #blockEnd = 0
  readonly #blankEntry: Buffer

  constructor(cells: Cells, timerNames: readonly string[], liveMax = 20_000) {
    this.#timerCount = timerNames.length
    this.#liveMax = liveMax
    this.layout = layoutFor(cells, timerNames)
    this.timers = new TimerHeap(timerNames.length, slot => this.#keys[slot] ?? '')
    this.#blankEntry = this.#encodeEntry(entryOf(NEVER, 0, [], []))
  }

  /** Of the packed keys; those in use lie unpacked beside. */
  get packedBytes(): number {
    return this.#arena.allocatedBytes
  }

  get size(): number {
    return this.#slots.size
  }

  keyOf(slot: number): string {
    const key = this.#keys[slot]
    if (key === undefined) throw new InvariantError(`broken invariant: slot ${slot} has a key`)
    return key
  }

  has(key: string): boolean {
    return this.#slots.has(key)
  }

  /** The key, unpacked; made where it is new. */
  bind(key: string): LiveKey {
    const slot = this.#slotOf(key)
    const live = this.#live[slot] ?? this.#unpack(key, slot)
    if (live.rotation !== this.#rotation) {
      live.rotation = this.#rotation
      this.#recent.push(live)
    }
    return live
  }

  /**
   * What stands beside keys under this name, to be read; undefined where nothing does. It does not become
   * live: of very many rows few are read twice before they would be packed again.
   */
  row(name: string): Entry | undefined {
    const slot = this.#slots.get(name)
    if (slot === undefined) return undefined
    const live = this.#live[slot]
    if (live) return live.entry
    const packed = this.#arena.get(slot)
    return packed && this.#decode(packed)
  }

  /** The same, to be written in a step of its owner. */
  rowOf(owner: LiveKey, name: string): LiveKey {
    const row = this.bind(name)
    // It went by itself, and comes again: the owner's steps go back to when it was gone.
    if (row.lastStep !== null) this.settle(row)
    this.touch(row)
    row.forgotten = false
    row.owner = owner
    owner.rows ??= new Set()
    owner.rows.add(row)
    return row
  }

  touch(live: LiveKey): void {
    if (live.dirty) return
    live.dirty = true
    this.#dirty.push(live)
  }

  /** Puts the key back as it was before the first step. */
  rewind(live: LiveKey): void {
    const packed = live.base ?? this.#arena.get(live.slot)
    live.entry = packed ? this.#decode(packed) : this.#blank()
    live.entry.changed = ALL_CELLS
    live.forgotten = false
    this.#setTimers(live.slot, live.entry.dues)
    for (const row of letGo(live)) this.rewind(row)
  }

  /** Empties the key; it is gone at the next commit unless it is written again. */
  forget(live: LiveKey): void {
    live.entry = this.#blank()
    live.forgotten = true
    this.timers.clearAll(live.slot)
  }

  /** Makes the key as it is now the base of further steps. */
  settle(live: LiveKey): void {
    live.base = this.#encode(live)
    // Cells are written anew where they differ from what the arena holds, and not from this.
    live.entry.changed = ALL_CELLS
    live.lastStep = null
    for (const row of letGo(live)) this.settle(row)
  }

  /** Settles all changed keys: for when something that handlers can see is about to change. */
  settleAll(): void {
    for (const live of this.#dirty) if (live.lastStep !== null) this.settle(live)
  }

  /** Packs the changed keys, and returns them for the changelog. Their values stay valid. */
  commit(): KeyChange[] {
    const changes = this.#dirty.map(live => this.#pack(live))
    this.#dirty.length = 0
    if (this.#recent.length > this.#liveMax) this.#rotate()
    return changes
  }

  /** Takes a key from a snapshot or the changelog; the value is in this store's layout. */
  load(key: string, value: Buffer | null): void {
    const slot = this.#slotOf(key)
    if (value === null) {
      this.#release(key, slot)
      return
    }
    this.#arena.set(slot, value)
    // Cells are left packed until the key is touched: most keys of a restore never are.
    const { dues } = HEAD.decode(value, HASH_BYTES).value as Pick<Entry, 'dues'>
    this.#setTimers(slot, dues)
  }

  /** Takes a key that was saved in another layout. */
  loadEntry(key: string, entry: Entry): void {
    this.load(key, this.#encodeEntry(entry))
  }

  /**
   * All keys, packed, as of the last commit, also while later commits are made. One reading at a time:
   * another one ends those before.
   */
  packed(): Iterable<PackedKey> {
    this.#frozen?.end()
    this.#frozen = new FrozenKeys(this.#arena, this.#keys)
    return this.#frozen
  }

  /** Keys that were not touched between two rotations lie packed alone. */
  #rotate(): void {
    for (const live of this.#old) {
      if (live.rotation !== this.#rotation && this.#live[live.slot] === live) {
        this.#live[live.slot] = undefined
      }
    }
    this.#old = this.#recent
    this.#recent = []
    this.#rotation++
  }

  #unpack(key: string, slot: number): LiveKey {
    const packed = this.#arena.get(slot)
    const live: LiveKey = {
      key,
      slot,
      entry: packed ? this.#decode(packed) : this.#blank(),
      rotation: -1,
      dirty: false,
      forgotten: false,
      base: null,
      lastStep: null,
      rows: null,
      owner: null,
    }
    this.#live[slot] = live
    return live
  }

  #pack(live: LiveKey): KeyChange {
    live.dirty = false
    live.base = null
    live.lastStep = null
    live.rows = null
    live.owner = null
    if (live.forgotten || live.entry.now === NEVER) {
      this.#release(live.key, live.slot)
      return { key: live.key, value: null }
    }
    const value = this.#encode(
      live,
      this.#arena.blockOf(live.slot),
      this.#arena.offsetOf(live.slot),
    )
    this.#frozen?.keep(live.slot)
    this.#arena.set(live.slot, value)
    return { key: live.key, value }
  }

  #slotOf(key: string): number {
    const known = this.#slots.get(key)
    if (known !== undefined) return known
    const slot = this.#freeSlots.pop() ?? this.#keys.length
    this.#keys[slot] = key
    this.#live[slot] = undefined
    this.#slots.set(key, slot)
    return slot
  }

  #release(key: string, slot: number): void {
    this.timers.clearAll(slot)
    this.#frozen?.keep(slot)
    this.#arena.delete(slot)
    this.#slots.delete(key)
    this.#keys[slot] = undefined
    this.#live[slot] = undefined
    this.#freeSlots.push(slot)
  }

  #setTimers(slot: number, dues: readonly number[]): void {
    for (let name = 0; name < this.#timerCount; name++) {
      this.timers.set(slot, name, fromSaved(dues[name] ?? NOT_SET))
    }
  }

  /** Read like any other, so that all entries are objects of one shape. */
  #blank(): Entry {
    const entry = this.#decode(this.#blankEntry)
    entry.changed = ALL_CELLS
    return entry
  }

  /**
   * Four bytes of the layout's hash, then the entry.
   *
   * @param packed what holds it as it was before, of which the cells that did not change are copied
   */
  #encode({ slot, entry }: LiveKey, packed?: Buffer, packedAt?: number): Buffer {
    const { dues } = entry
    for (let name = 0; name < this.#timerCount; name++) {
      dues[name] = toSaved(this.timers.due(slot, name))
    }
    return this.#encodeEntry(entry, packed, packedAt)
  }

  #encodeEntry(entry: Entry, packed?: Buffer, packedAt?: number): Buffer {
    if (this.#blockEnd + HASH_BYTES > this.#block.length) this.#nextBlock(BLOCK_BYTES)
    for (;;) {
      const start = this.#blockEnd
      this.#block.writeUInt32BE(this.layout.hash, start)
      const end = this.layout.type.encode(entry, this.#block, start + HASH_BYTES, packed, packedAt)
      if (end >= 0) {
        this.#blockEnd = end
        return this.#block.subarray(start, end)
      }
      // So many bytes were missing.
      this.#nextBlock(Math.max(BLOCK_BYTES, this.#block.length - start - end))
    }
  }

  #nextBlock(bytes: number): void {
    this.#block = Buffer.allocUnsafeSlow(bytes)
    this.#blockEnd = 0
  }

  #decode(packed: Buffer): Entry {
    return this.layout.type.decode(packed, HASH_BYTES).value
  }
}

/** The rows of a key, which are no longer to go back with it. */
const letGo = (live: LiveKey): Iterable<LiveKey> => {
  const rows = live.rows ?? NO_ROWS
  live.rows = null
  for (const row of rows) row.owner = null
  return rows
}

const NO_ROWS: readonly LiveKey[] = []

/** What stands in `dues` for a timer that is not set: one byte, and most timers are not. */
export const NOT_SET = -1

/** Due times before 1970 are written a millisecond earlier, so that none of them is `NOT_SET`. */
const toSaved = (due: number): number => {
  if (due === Infinity) return NOT_SET
  return due < 0 ? due - 1 : due
}

const fromSaved = (saved: number): number => {
  if (saved === NOT_SET) return Infinity
  return saved < 0 ? saved + 1 : saved
}
