/**
 * How long things take, over the last seconds: a histogram per second, added up on demand. Buckets
 * are a twelfth of a power of two wide, so a quantile is right within six per cent.
 */
const STEPS = 12
/** From 1 ms to about 18 hours; what is beyond counts as that. */
const BUCKETS = STEPS * 26

export class Freshness {
  readonly #seconds: { at: number; counts: Uint32Array }[] = []
  readonly #keptMs: number

  /** @param keptMs how far back a quantile looks */
  constructor(keptMs: number) {
    this.#keptMs = keptMs
  }

  /** @param now the wall clock, in ms since 1970 */
  add(now: number, spanMs: number, count = 1): void {
    const at = Math.floor(now / 1_000) * 1_000
    let second = this.#seconds.at(-1)
    if (second?.at !== at) {
      second = { at, counts: new Uint32Array(BUCKETS) }
      this.#seconds.push(second)
      this.#forget(now)
    }
    second.counts[bucketOf(spanMs)]! += count
  }

  clear(): void {
    this.#seconds.length = 0
  }

  /** In ms; null where nothing was added lately. */
  quantile(now: number, share: number): number | null {
    this.#forget(now)
    const counts = new Float64Array(BUCKETS)
    let total = 0
    for (const second of this.#seconds) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        counts[bucket]! += second.counts[bucket]!
        total += second.counts[bucket]!
      }
    }
    let left = total * share
    for (let bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
      left -= counts[bucket]!
      if (left <= 0) return 2 ** ((bucket + 0.5) / STEPS)
    }
    return null
  }

  #forget(now: number): void {
    while (this.#seconds.length > 0 && this.#seconds[0]!.at < now - this.#keptMs) {
      this.#seconds.shift()
    }
  }
}

const bucketOf = (spanMs: number): number =>
  Math.min(BUCKETS - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, spanMs)) * STEPS)))
