/**
 * A set of 128-bit hashes without objects: open addressing, four 32-bit words each. The hash of all
 * zeros marks an empty place, so a real one (chance 2^-128) is taken for the hash of one.
 */
export class HashSet128 {
  #words: Int32Array
  #mask: number
  #size = 0

  constructor(capacity = 1024) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(16, capacity)))
    this.#words = new Int32Array(places * 4)
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
      hole = at
    }
    this.#words.fill(0, hole * 4, hole * 4 + 4)
    return true
  }

  /** In no order that means anything. */
  forEach(take: (a: number, b: number, c: number, d: number) => void): void {
    const words = this.#words
    for (let w = 0; w < words.length; w += 4) {
      const [a, b, c, d] = [words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!]
      if ((a | b | c | d) !== 0) take(a, b, c, d)
    }
  }

  #home(word: number): number {
    return word & this.#mask
  }

  #holds(place: number): boolean {
    const w = place * 4
    const words = this.#words
    return (words[w]! | words[w + 1]! | words[w + 2]! | words[w + 3]!) !== 0
  }

  /** The place of the hash, or the empty place where it belongs. */
  #find(a: number, b: number, c: number, d: number): number {
    const last = (a | b | c | d) === 0 ? 1 : d
    const words = this.#words
    let place = this.#home(a)
    while (this.#holds(place)) {
      const w = place * 4
      if (words[w] === a && words[w + 1] === b && words[w + 2] === c && words[w + 3] === last) break
      place = (place + 1) & this.#mask
    }
    return place
  }

  #put(place: number, a: number, b: number, c: number, d: number): void {
    const w = place * 4
    this.#words[w] = a
    this.#words[w + 1] = b
    this.#words[w + 2] = c
    this.#words[w + 3] = (a | b | c | d) === 0 ? 1 : d
    this.#size++
  }

  #grow(): void {
    const words = this.#words
    this.#words = new Int32Array(words.length * 2)
    this.#mask = this.#mask * 2 + 1
    this.#size = 0
    for (let w = 0; w < words.length; w += 4) {
      const [a, b, c, d] = [words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!]
      if ((a | b | c | d) !== 0) this.#put(this.#find(a, b, c, d), a, b, c, d)
    }
  }
}
