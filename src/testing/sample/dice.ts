/**
 * Chance that is a pure function of its place: the same seed, stream and count give the same number,
 * whatever was drawn before. So a person's life does not change when another one is added.
 */
export class Dice {
  readonly #base: number
  #count = 0

  /** @param place what is being decided, such as the number of a person */
  constructor(seed: number, ...place: readonly number[]) {
    this.#base = place.reduce((hash, part) => mixed(hash ^ part), mixed(seed | 0))
  }

  /** From 0 to below 1. */
  next(): number {
    this.#count++
    return mixed(this.#base + Math.imul(this.#count, 0x9e3779b9)) / 0x1_0000_0000
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least)
  }

  /** A span whose mean is `mean` and which remembers nothing of how long it has lasted. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!
  }
}

/** The finisher of MurmurHash3: every bit of the input moves half of the output. */
const mixed = (value: number): number => {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
