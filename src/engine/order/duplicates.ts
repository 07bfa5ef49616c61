import { hash128 } from '../hash.ts'
import { HashSet128 } from './hash-set.ts'

/**
 * Which ids of one source partition were seen: those within `horizonMs` of event time before the
 * newest, kept as 128-bit hashes in two generations. A generation is filled for one horizon, kept
 * for another, and dropped whole; so an id is known for one to two horizons.
 *
 * Bound: `idsMax` over both generations. Where more come, generations change early, the horizon is
 * shorter for it, and `overflows` counts that.
 *
 * In the changelog a generation is a series of entries `<generation>|<number>`, each the steps of
 * one commit: what was remembered and what was taken back, in order.
 */
export class Duplicates {
  readonly #horizonMs: number
  readonly #idsMax: number
  #current = new HashSet128()
  #previous = new HashSet128()
  #generation = 0
  #startedAt = -Infinity
  #newest = -Infinity
  /** How many entries the current and the previous generation have in the changelog. */
  #entries: [current: number, previous: number] = [0, 0]
  /** Since the last entry, as they will stand in the next. */
  #steps = new DataView(new ArrayBuffer(64 * STEP_BYTES))
  #stepsBytes = 0
  #changes: DuplicatesChange[] = []
  /** Keys of entries that no generation needs any more. */
  readonly #gone: string[] = []
  readonly #hash = new Int32Array(4)
  #hashed: string | null = null
  overflows = 0

  constructor(horizonMs: number, idsMax: number) {
    this.#horizonMs = horizonMs
    this.#idsMax = idsMax
  }

  has(id: string): boolean {
    this.#take(id)
    return this.#current.has(this.#hash) || this.#previous.has(this.#hash)
  }

  remember(id: string, occurredAt: number): void {
    this.#advance(occurredAt)
    this.#take(id)
    this.#current.add(this.#hash)
    // Also where it was known, as of a redriven record: time may have gone on with it.
    this.#addStep(REMEMBER)
  }

  /** For a record that was set aside after all, so that it can be redriven. */
  takeBack(id: string): void {
    this.#take(id)
    if (this.#remove()) this.#addStep(TAKE_BACK)
  }

  /** What changed since the last commit. */
  commit(): DuplicatesChange[] {
    this.#close()
    const changes = this.#changes
    this.#changes = []
    // A day of small commits leaves many entries behind: they are removed a few at a time.
    for (const key of this.#gone.splice(0, GONE_PER_COMMIT)) changes.push({ key, value: null })
    return changes
  }

  /** Takes entries back, in the order in which they were written. */
  load(key: string, value: Buffer | null): void {
    if (value === null) return
    const [generation, number] = key.split('|').map(Number) as [number, number]
    while (this.#generation < generation) this.#rotate(value.readDoubleBE(0))
    this.#changes = []
    this.#entries[generation === this.#generation ? 0 : 1] = number + 1
    this.#startedAt = value.readDoubleBE(0)
    this.#newest = value.readDoubleBE(8)
    const set = generation === this.#generation ? this.#current : this.#previous
    for (let at = HEADER_BYTES; at < value.length; at += STEP_BYTES) {
      for (let word = 0; word < 4; word++) this.#hash[word] = value.readInt32BE(at + 4 + word * 4)
      if (value.readInt32BE(at) === REMEMBER) set.add(this.#hash)
      else this.#remove()
    }
    this.#hashed = null
  }

  /** Both generations whole, as one entry each, numbered as the last of those they stand for. */
  snapshot(): DuplicatesChange[] {
    return [
      this.#whole(this.#generation - 1, this.#entries[1], this.#previous),
      this.#whole(this.#generation, this.#entries[0], this.#current),
    ].filter(change => change !== null)
  }

  /** What is remembered, as comparable text: the same whatever the commits it was written in. */
  text(): string {
    return [this.#previous, this.#current]
      .map((set, age) => `${this.#generation - 1 + age}: ${hexOf(set).sort().join(' ')}`)
      .join('; ')
  }

  #whole(generation: number, entries: number, set: HashSet128): DuplicatesChange | null {
    if (entries === 0) return null
    const value = this.#headed(STEP_BYTES * set.size)
    // A million of them hold the event loop, so they are written as the processor likes it.
    const view = new DataView(value.buffer, value.byteOffset, value.length)
    let at = HEADER_BYTES
    set.forEach((a, b, c, d) => {
      view.setInt32(at, REMEMBER)
      view.setInt32(at + 4, a)
      view.setInt32(at + 8, b)
      view.setInt32(at + 12, c)
      view.setInt32(at + 16, d)
      at += STEP_BYTES
    })
    return { key: `${generation}|${entries - 1}`, value }
  }

  #take(id: string): void {
    if (id === this.#hashed) return
    hash128(id, this.#hash)
    this.#hashed = id
  }

  #remove(): boolean {
    const inCurrent = this.#current.delete(this.#hash)
    return this.#previous.delete(this.#hash) || inCurrent
  }

  #advance(occurredAt: number): void {
    if (this.#startedAt === -Infinity) this.#startedAt = occurredAt
    this.#newest = Math.max(this.#newest, occurredAt)
    const full = this.#current.size * 2 >= this.#idsMax
    const passed = this.#newest - this.#startedAt >= this.#horizonMs
    if (full && !passed) this.overflows++
    if (full || passed) this.#rotate(this.#newest)
  }

  #rotate(startedAt: number): void {
    this.#close()
    for (let number = 0; number < this.#entries[1]; number++) {
      this.#gone.push(`${this.#generation - 1}|${number}`)
    }
    this.#previous = this.#current
    this.#current = new HashSet128()
    this.#entries = [0, this.#entries[0]]
    this.#generation++
    this.#startedAt = startedAt
  }

  #addStep(what: number): void {
    const at = this.#stepsBytes
    if (at === this.#steps.byteLength) this.#growSteps()
    const steps = this.#steps
    const hash = this.#hash
    steps.setInt32(at, what)
    for (let word = 0; word < 4; word++) steps.setInt32(at + 4 + word * 4, hash[word]!)
    this.#stepsBytes = at + STEP_BYTES
  }

  #growSteps(): void {
    const steps = new Uint8Array(this.#steps.byteLength * 2)
    steps.set(new Uint8Array(this.#steps.buffer))
    this.#steps = new DataView(steps.buffer)
  }

  /** Ends the entry of the present generation. */
  #close(): void {
    if (this.#stepsBytes === 0) return
    const key = `${this.#generation}|${this.#entries[0]++}`
    const value = this.#headed(this.#stepsBytes)
    value.set(new Uint8Array(this.#steps.buffer, 0, this.#stepsBytes), HEADER_BYTES)
    this.#changes.push({ key, value })
    this.#stepsBytes = 0
  }

  #headed(stepsBytes: number): Buffer {
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + stepsBytes)
    bytes.writeDoubleBE(this.#startedAt, 0)
    bytes.writeDoubleBE(this.#newest, 8)
    return bytes
  }
}

export interface DuplicatesChange {
  readonly key: string
  readonly value: Buffer | null
}

/**
 * Whether two whole generations remember the same: sets that were filled in another order, as after a
 * restore, may list the same hashes in another order.
 */
export const remembersTheSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && sortedSteps(one).equals(sortedSteps(other))

const sortedSteps = (bytes: Buffer): Buffer => {
  const steps: Buffer[] = []
  for (let at = HEADER_BYTES; at < bytes.length; at += STEP_BYTES) {
    steps.push(bytes.subarray(at, at + STEP_BYTES))
  }
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...steps.sort(Buffer.compare)])
}

const GONE_PER_COMMIT = 1_000
const REMEMBER = 0
const TAKE_BACK = 1
/** When the generation began, and the newest event time. */
const HEADER_BYTES = 16
/** What was done, and the hash. */
const STEP_BYTES = 20

const hexOf = (set: HashSet128): string[] => {
  const hashes: string[] = []
  set.forEach((...words) => {
    hashes.push(words.map(word => (word >>> 0).toString(16)).join('.'))
  })
  return hashes
}
