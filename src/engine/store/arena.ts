/**
 * Bytes of very many small values, outside the garbage collector's sight.
 *
 *   block 0         block 1 ...        (1 MiB each)
 *   [value|pad][value|pad]...          a value sits in a cell of its size class
 *
 * A million keys as objects cost some 700 bytes each and long pauses; packed here they cost their
 * own bytes, rounded up by an eighth at most beyond 256. A value that grows beyond its class moves,
 * and leaves a cell behind for others of the class. Where such cells are more than half of all,
 * the values move together.
 */
const BLOCK_BYTES = 1 << 20
const LARGE_BYTES = BLOCK_BYTES >> 2
const EMPTY = -1
/** Free cells up to this are left alone: moving values together costs time. */
const FREE_BYTES = 8 * BLOCK_BYTES

export class Arena {
  /** Per slot: where the value starts (block * BLOCK_BYTES + offset), or EMPTY. */
  #starts = new Float64Array(1024).fill(EMPTY)
  #lengths = new Uint32Array(1024)
  readonly #blocks: Buffer[] = []
  readonly #free = new Map<number, number[]>()
  readonly #large = new Map<number, Buffer>()
  #next = 0
  #freeBytes = 0

  /** What the blocks and the large values take. */
  get allocatedBytes(): number {
    let large = 0
    for (const value of this.#large.values()) large += value.length
    return this.#blocks.length * BLOCK_BYTES + large
  }

  /** The bytes of a slot; valid until any is next written. Undefined where it has none. */
  get(slot: number): Buffer | undefined {
    const block = this.blockOf(slot)
    if (block === undefined || this.#isLarge(slot)) return block
    const offset = this.offsetOf(slot)
    return block.subarray(offset, offset + this.#lengths[slot]!)
  }

  /** What the bytes of a slot lie in, for whoever reads them where they are; valid as long as they. */
  blockOf(slot: number): Buffer | undefined {
    if (this.#isLarge(slot)) return this.#large.get(slot)
    return this.#blocks[Math.floor(this.#starts[slot]! / BLOCK_BYTES)]!
  }

  /** Where in its block a slot begins. */
  offsetOf(slot: number): number {
    return this.#isLarge(slot) ? 0 : this.#starts[slot]! % BLOCK_BYTES
  }

  set(slot: number, bytes: Buffer): void {
    this.#reserve(slot)
    const size = sizeClass(bytes.length)
    const start = this.#starts[slot]!
    if (start === EMPTY || sizeClass(this.#lengths[slot]!) !== size) {
      this.delete(slot)
      if (size > LARGE_BYTES) {
        this.#large.set(slot, Buffer.from(bytes))
        return
      }
      this.#starts[slot] = this.#reuse(size) ?? this.#allocate(size)
    }
    this.#lengths[slot] = bytes.length
    const at = this.#starts[slot]!
    copyInto(this.#blocks[Math.floor(at / BLOCK_BYTES)]!, at % BLOCK_BYTES, bytes)
  }

  delete(slot: number): void {
    this.#large.delete(slot)
    const start = this.#starts[slot] ?? EMPTY
    if (start === EMPTY) return
    const size = sizeClass(this.#lengths[slot]!)
    const free = this.#free.get(size)
    if (free) free.push(start)
    else this.#free.set(size, [start])
    this.#starts[slot] = EMPTY
    this.#freeBytes += size
    if (this.#freeBytes > FREE_BYTES && this.#freeBytes * 2 > this.#next) this.#compact()
  }

  /** Or has nothing. */
  #isLarge(slot: number): boolean {
    return !(slot < this.#starts.length) || this.#starts[slot] === EMPTY
  }

  #reuse(size: number): number | undefined {
    const start = this.#free.get(size)?.pop()
    if (start !== undefined) this.#freeBytes -= size
    return start
  }

  #allocate(size: number): number {
    const left = BLOCK_BYTES - (this.#next % BLOCK_BYTES)
    if (left < size) this.#next += left
    const start = this.#next
    if (start === this.#blocks.length * BLOCK_BYTES) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES))
    }
    this.#next += size
    return start
  }

  /** Moves the values to the front, in the order of their places: none moves over another. */
  #compact(): void {
    this.#free.clear()
    this.#freeBytes = 0
    this.#next = 0
    for (const slot of this.#slotsInPlaceOrder()) {
      const from = this.#starts[slot]!
      const to = this.#allocate(sizeClass(this.#lengths[slot]!))
      const offset = from % BLOCK_BYTES
      const source = this.#blocks[Math.floor(from / BLOCK_BYTES)]!
      const target = this.#blocks[Math.floor(to / BLOCK_BYTES)]!
      source.copy(target, to % BLOCK_BYTES, offset, offset + this.#lengths[slot]!)
      this.#starts[slot] = to
    }
    this.#blocks.length = Math.ceil(this.#next / BLOCK_BYTES)
  }

  #slotsInPlaceOrder(): Uint32Array {
    const slots = new Uint32Array(this.#starts.length)
    let count = 0
    for (let slot = 0; slot < slots.length; slot++) {
      if (this.#starts[slot] !== EMPTY) slots[count++] = slot
    }
    return slots.subarray(0, count).sort((a, b) => this.#starts[a]! - this.#starts[b]!)
  }

  #reserve(slot: number): void {
    if (slot < this.#starts.length) return
    const capacity = Math.max(slot + 1, this.#starts.length * 2)
    const starts = new Float64Array(capacity).fill(EMPTY)
    starts.set(this.#starts)
    this.#starts = starts
    const lengths = new Uint32Array(capacity)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }
}

/** Up to so many, bytes are copied sooner one by one than by a call. */
const FEW_BYTES = 128

const copyInto = (block: Buffer, at: number, bytes: Buffer): void => {
  if (bytes.length > FEW_BYTES) block.set(bytes, at)
  else for (let index = 0; index < bytes.length; index++) block[at + index] = bytes[index]!
}

/** Steps of 16 bytes up to 256, then eight steps per doubling. */
const sizeClass = (length: number): number => {
  if (length <= 256) return Math.max(16, (length + 15) & ~15)
  const step = 1 << (28 - Math.clz32(length - 1))
  return Math.ceil(length / step) * step
}
