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
  key: string
  count: number
  /** How much of the count may be another key's, whose counter it was before. */
  error: number
}

export class HotKeys {
  readonly #counters: Counter[] = []
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
    return this.#counters
      .map(({ key, count, error }) => ({ key, share: (count - error) / this.#samples }))
      .filter(({ share }) => share >= SHARE_MIN)
      .sort((a, b) => b.share - a.share)
  }

  #sample(key: string): void {
    this.#samples++
    const counter = this.#counters.find(each => each.key === key)
    if (counter) counter.count++
    else if (this.#counters.length < COUNTERS) this.#counters.push({ key, count: 1, error: 0 })
    else this.#takeLeast(key)
    if (this.#samples >= SAMPLES_MAX) this.#age()
  }

  /** The newcomer takes over the least counter, which is then too high by what it had. */
  #takeLeast(key: string): void {
    let least = this.#counters[0]!
    for (const counter of this.#counters) if (counter.count < least.count) least = counter
    least.key = key
    least.error = least.count
    least.count++
  }

  #age(): void {
    this.#samples /= 2
    for (const counter of this.#counters) {
      counter.count /= 2
      counter.error /= 2
    }
  }
}
