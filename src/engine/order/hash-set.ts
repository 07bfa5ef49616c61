/**
 * A set of 128-bit hashes without objects: open addressing, four 32-bit words each.
 *
 * Beside each place stands one byte, the tag: 0 where the place is empty, else a few bits of the hash.
 * Mostly an id is new, and that is seen from the tags alone, which stay in the processor's cache long
 * after the words have outgrown it.
 */
export class HashSet128 {
  #words: Int32Array
  #tags: Uint8Array
  #mask: number
  #size = 0

  constructor(capacity = 1024) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(16, capacity)))
    this.#words = new Int32Array(places * 4)
    this.#tags = new Uint8Array(places)
    this.#mask = places - 1
  }

  get size(): number {
    return this.#size
  }

  has(hash: Int32Array): boolean {
    return this.#holds(this.#find(hash[0]!, hash[1]!, hash[2]!, hash[3]!))
  }

  /** False where it was there already. */
  add(hash: Int32Array): boolean {
    if ((this.#size + 1) * 3 > (this.#mask + 1) * 2) this.#grow()
    const place = this.#find(hash[0]!, hash[1]!, hash[2]!, hash[3]!)
    if (this.#holds(place)) return false
    this.#put(place, hash[0]!, hash[1]!, hash[2]!, hash[3]!)
    return true
  }

  delete(hash: Int32Array): boolean {
    let hole = this.#find(hash[0]!, hash[1]!, hash[2]!, hash[3]!)
    if (!this.#holds(hole)) return false
    this.#size--
    // Entries behind the hole move up, as long as that brings them no further from home than before.
    for (let at = (hole + 1) & this.#mask; this.#holds(at); at = (at + 1) & this.#mask) {
      const home = this.#home(this.#words[at * 4]!)
      if (((at - home) & this.#mask) < ((at - hole) & this.#mask)) continue
      this.#words.copyWithin(hole * 4, at * 4, at * 4 + 4)
      this.#tags[hole] = this.#tags[at]!
      hole = at
    }
    this.#tags[hole] = EMPTY
    return true
  }

  /** In no order that means anything. */
  forEach(take: (a: number, b: number, c: number, d: number) => void): void {
    const words = this.#words
    for (let place = 0; place <= this.#mask; place++) {
      const w = place * 4
      if (this.#holds(place)) take(words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!)
    }
  }

  #home(word: number): number {
    return word & this.#mask
  }

  #holds(place: number): boolean {
    return this.#tags[place] !== EMPTY
  }

  /** The place of the hash, or the empty place where it belongs. */
  #find(a: number, b: number, c: number, d: number): number {
    const tag = tagOf(b)
    const tags = this.#tags
    let place = this.#home(a)
    while (tags[place] !== EMPTY) {
      if (tags[place] === tag && this.#isAt(place, a, b, c, d)) break
      place = (place + 1) & this.#mask
    }
    return place
  }

  #isAt(place: number, a: number, b: number, c: number, d: number): boolean {
    const w = place * 4
    const words = this.#words
    return words[w] === a && words[w + 1] === b && words[w + 2] === c && words[w + 3] === d
  }

  #put(place: number, a: number, b: number, c: number, d: number): void {
    const w = place * 4
    this.#words[w] = a
    this.#words[w + 1] = b
    this.#words[w + 2] = c
    this.#words[w + 3] = d
    this.#tags[place] = tagOf(b)
    this.#size++
  }

  #grow(): void {
    const words = this.#words
    const tags = this.#tags
    this.#words = new Int32Array(words.length * 2)
    this.#tags = new Uint8Array(tags.length * 2)
    this.#mask = this.#mask * 2 + 1
    this.#size = 0
    for (let place = 0; place < tags.length; place++) {
      if (tags[place] === EMPTY) continue
      const w = place * 4
      const [a, b, c, d] = [words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!]
      this.#put(this.#find(a, b, c, d), a, b, c, d)
    }
  }
}

const EMPTY = 0
/** Of another word than the place is found by. */
const tagOf = (word: number): number => (word & 0x7f) + 1
