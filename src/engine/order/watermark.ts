/**
 * How far event time has come: at watermark W every event at or before W has been seen, as far as
 * each input's allowed disorder promises.
 *
 * It is the least, over the sources that hold it back, of (largest event time seen − disorder − 1).
 * The last millisecond is taken off because another event of the very same instant may still come.
 */
export class Watermark {
  readonly #sources = new Map<string, Source>()
  #history = false
  #value = -Infinity

  get value(): number {
    return this.#value
  }

  /** A source partition that holds the watermark back. */
  addPartition(name: string, disorderMs: number): void {
    if (!this.#sources.has(name)) {
      this.#sources.set(name, { disorderMs, seen: -Infinity, merged: true })
    }
  }

  /** A pipeline further up, whose own watermark holds this one back. */
  addUpstream(name: string): void {
    this.#sources.set(name, { disorderMs: 0, seen: -Infinity, merged: false })
  }

  /**
   * In history the position of the merge is every input's: an input that has come to its end, or
   * has long gaps, holds nothing back.
   */
  followMerge(): void {
    this.#history = true
  }

  /** True where the watermark moved. */
  see(name: string, at: number): boolean {
    const source = this.#sources.get(name)
    if (source === undefined || at <= source.seen) return false
    source.seen = at
    if (this.#history && source.merged) {
      for (const each of this.#sources.values())
        if (each.merged) each.seen = Math.max(each.seen, at)
    }
    return this.#raise(this.#least())
  }

  /** The end of the input, or time to infinity: nothing at or before `at` will come any more. */
  passTo(at: number): boolean {
    return this.#raise(at)
  }

  seen(name: string): number {
    return this.#sources.get(name)?.seen ?? -Infinity
  }

  largestSeen(): number {
    return Math.max(-Infinity, ...[...this.#sources.values()].map(source => source.seen))
  }

  /** The sources ahead of the one that holds the watermark back: those to pause under pressure. */
  ahead(): string[] {
    const least = this.#least()
    return [...this.#sources].filter(([, source]) => reach(source) > least).map(([name]) => name)
  }

  saved(): SavedWatermark {
    return { value: this.#value, seen: [...this.#sources].map(([name, s]) => [name, s.seen]) }
  }

  /** Restored, and never lowered. */
  restore(saved: SavedWatermark): void {
    for (const [name, seen] of saved.seen) {
      const source = this.#sources.get(name)
      if (source) source.seen = Math.max(source.seen, seen ?? -Infinity)
    }
    this.#raise(saved.value ?? -Infinity)
  }

  #least(): number {
    let least = Infinity
    for (const source of this.#sources.values()) least = Math.min(least, reach(source))
    return least
  }

  #raise(to: number): boolean {
    if (!(to > this.#value)) return false
    this.#value = to
    return true
  }
}

/** JSON turns infinities into null, which stands for "nothing yet" here. */
export interface SavedWatermark {
  readonly value: number | null
  readonly seen: readonly (readonly [string, number | null])[]
}

interface Source {
  readonly disorderMs: number
  seen: number
  /** Its records come through the merge. */
  readonly merged: boolean
}

const reach = (source: Source): number => source.seen - source.disorderMs - 1
