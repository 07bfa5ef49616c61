/**
 * Which keys take most of the records: Space-Saving (Metwally, Agrawal and El Abbadi, 2005) over every
 * seventeenth record. Older records count half every few thousand samples, so that it speaks of late.
 */
const COUNTERS = 32
/** A prime, so that it does not fall in with a producer's own rhythm. */
const SAMPLED_EVERY = 17
const SAMPLES_MAX = 4_096
/** Below that a key is one of many; a counter's error is at most one in `COUNTERS`. */
const SHARE_MIN = 2 / COUNTERS
const SAMPLES_MIN = 64

export interface HotKey {
  readonly key: string
  /** Of the records lately handled, at least; from 0 to 1. */
  readonly share: number
}

interface Counter {
  count: number
  /** How much of the count may be another key's, whose counter it was before. */
  error: number
}

export class HotKeys {
  readonly #counters = new Map<string, Counter>()
  #untilSample = SAMPLED_EVERY
  #samples = 0

  note(key: string): void {
    if (--this.#untilSample > 0) return
    this.#untilSample = SAMPLED_EVERY
    this.#sample(key)
  }

  /** Those that have a sixteenth of the records for certain, greatest first. */
  found(): readonly HotKey[] {
    if (this.#samples < SAMPLES_MIN) return []
    return [...this.#counters]
      .map(([key, { count, error }]) => ({ key, share: (count - error) / this.#samples }))
      .filter(({ share }) => share >= SHARE_MIN)
      .sort((a, b) => b.share - a.share)
  }

  #sample(key: string): void {
    this.#samples++
    const counter = this.#counters.get(key)
    if (counter) counter.count++
    else if (this.#counters.size < COUNTERS) this.#counters.set(key, { count: 1, error: 0 })
    else this.#replaceLeast(key)
    if (this.#samples >= SAMPLES_MAX) this.#age()
  }

  /** The newcomer takes over the least counter, which is then too high by what it had. */
  #replaceLeast(key: string): void {
    let least = ''
    let count = Number.POSITIVE_INFINITY
    for (const [each, counter] of this.#counters) {
      if (counter.count >= count) continue
      least = each
      count = counter.count
    }
    const counter = this.#counters.get(least)!
    this.#counters.delete(least)
    this.#counters.set(key, counter)
    counter.error = count
    counter.count = count + 1
  }

  #age(): void {
    this.#samples /= 2
    for (const counter of this.#counters.values()) {
      counter.count /= 2
      counter.error /= 2
    }
  }
}
