/**
 * What re-executed commits put into one topic, to be looked up by what the topic has: of each record
 * hashes, and which commit made it. 44 to 88 bytes each, whatever the records are.
 */
import { hash128, murmur2, murmur3 } from '../../engine/hash.ts'

export interface ExpectedRecord {
  readonly partition: number
  readonly key: Buffer | null
  /** What it is known by; null where its bytes say it all. */
  readonly resultId: string | null
  readonly value: Buffer
}

/** Where an expected record comes from. `at` is its place among all of the topic. */
export interface Origin {
  readonly at: number
  readonly slice: number
  readonly epoch: number
  readonly partition: number
}

export type Found =
  | { readonly as: 'once' | 'again' | 'different'; readonly origin: Origin }
  | { readonly as: 'unknown' }

/** Numbers of a record: id (2 words), content (2), epoch, slice, partition, made, found, next. */
const WIDTH = 10
const [EPOCH, SLICE, PARTITION, MADE, FOUND, NEXT] = [4, 5, 6, 7, 8, 9]
const NONE = -1

export class ExpectedRecords {
  #cells = new Int32Array(WIDTH * 1_024)
  /** By hash, the first record of a chain. */
  #heads = new Int32Array(1_024).fill(NONE)
  readonly #words = new Int32Array(4)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @param made how often; 0 where it may be there, and need not */
  add(record: ExpectedRecord, slice: number, epoch: number, made = 1): void {
    this.#hash(record)
    const known = this.#find(true)
    if (known !== NONE) {
      this.#cells[known * WIDTH + MADE]! += made
      return
    }
    this.#grow()
    const start = this.#size * WIDTH
    this.#cells.set(this.#words, start)
    this.#cells.set([epoch, slice, record.partition, made, 0], start + EPOCH)
    this.#link(this.#size++)
  }

  /** Counts a record that the topic has. */
  take(record: ExpectedRecord): Found {
    this.#hash(record)
    const same = this.#find(true)
    if (same !== NONE) {
      const found = ++this.#cells[same * WIDTH + FOUND]!
      const wanted = Math.max(1, this.#cells[same * WIDTH + MADE]!)
      return { as: found <= wanted ? 'once' : 'again', origin: this.#origin(same) }
    }
    const other = record.resultId === null ? NONE : this.#find(false)
    if (other === NONE) return { as: 'unknown' }
    // It is there, if not as it should be: it is not missing as well.
    this.#cells[other * WIDTH + FOUND]!++
    return { as: 'different', origin: this.#origin(other) }
  }

  /** Those that the topic has less often than they were made, in the order of the commits. */
  *missing(): Generator<Origin> {
    for (let at = 0; at < this.#size; at++) {
      const start = at * WIDTH
      if (this.#cells[start + FOUND]! < this.#cells[start + MADE]!) yield this.#origin(at)
    }
  }

  /** What a record is known by, hashed, as text. */
  static idOf(record: ExpectedRecord): string {
    const hashed = new ExpectedRecords()
    hashed.add(record, 0, 0)
    return hashed.idAt(0)
  }

  /** What the record at this place is known by. */
  idAt(at: number): string {
    return `${this.#cells[at * WIDTH]},${this.#cells[at * WIDTH + 1]}`
  }

  #origin(at: number): Origin {
    const start = at * WIDTH
    return {
      at,
      slice: this.#cells[start + SLICE]!,
      epoch: this.#cells[start + EPOCH]!,
      partition: this.#cells[start + PARTITION]!,
    }
  }

  /** Into `words`: two for the id, two for all of it. */
  #hash({ resultId, partition, key, value }: ExpectedRecord): void {
    const seed = murmur2(key === null ? `${partition}` : `${partition}|${key.toString('latin1')}`)
    murmur3(value, value.length, seed, this.#words)
    const [first, second] = this.#words
    if (resultId !== null) hash128(resultId, this.#words)
    this.#words[2] = first!
    this.#words[3] = second!
  }

  #find(isSame: boolean): number {
    const [id, idMore, content, contentMore] = this.#words
    let at = this.#heads[this.#bucketOf(id!)]!
    for (; at !== NONE; at = this.#cells[at * WIDTH + NEXT]!) {
      const start = at * WIDTH
      if (this.#cells[start] !== id || this.#cells[start + 1] !== idMore) continue
      if (!isSame) return at
      if (this.#cells[start + 2] === content && this.#cells[start + 3] === contentMore) return at
    }
    return NONE
  }

  #bucketOf(id: number): number {
    return id & (this.#heads.length - 1)
  }

  #link(at: number): void {
    const bucket = this.#bucketOf(this.#cells[at * WIDTH]!)
    this.#cells[at * WIDTH + NEXT] = this.#heads[bucket]!
    this.#heads[bucket] = at
  }

  #grow(): void {
    if (this.#size < this.#heads.length) return
    const cells = new Int32Array(this.#cells.length * 2)
    cells.set(this.#cells)
    this.#cells = cells
    this.#heads = new Int32Array(this.#heads.length * 2).fill(NONE)
    for (let at = 0; at < this.#size; at++) this.#link(at)
  }
}
