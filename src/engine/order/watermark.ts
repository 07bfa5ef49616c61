/**
 * How far event time has come: at watermark W every event at or before W has been seen, as far as
 * each input's allowed disorder promises.
 *
 * It is the least, over the sources that hold it back, of (largest event time seen − disorder − 1).
 * The last millisecond is taken off because another event of the very same instant may still come.
 */
export class Watermark {
  readonly #sources = new Map<string, Source>()
  /** The same, for the loops of the hot path. */
  readonly #all: Source[] = []
  #history = false
  #value = -Infinity

  get value(): number {
    return this.#value
  }

  /** A source partition that holds the watermark back. */
  addPartition(name: string, disorderMs: number): void {
    const known = this.#sources.get(name)
    // Two inputs may read one topic: the more patient of them counts.
    if (known) known.disorderMs = Math.max(known.disorderMs, disorderMs)
    else this.#add(name, { disorderMs, seen: -Infinity, merged: true })
  }

  /** A pipeline further up, whose own watermark holds this one back. */
  addUpstream(name: string): void {
    // Its watermark is exact already: no millisecond is taken off again.
    this.#add(name, { disorderMs: -1, seen: -Infinity, merged: false })
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
    const source = this.#sources.get(name) ?? this.#met(name)
    if (source === undefined || at <= source.seen) return false
    source.seen = at
    return this.#history && source.merged ? this.mergeTo(at) : this.#raise(this.#least())
  }

  /** In history: the merge has come to `at`. True where the watermark moved. */
  mergeTo(at: number): boolean {
    for (const each of this.#all) if (each.merged && each.seen < at) each.seen = at
    return this.#raise(this.#least())
  }

  /** How far the merge has come here; Infinity where nothing comes through it. */
  get mergedAt(): number {
    let least = Infinity
    for (const each of this.#all) if (each.merged && each.seen < least) least = each.seen
    return least
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

  names(): string[] {
    return [...this.#sources.keys()]
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

  #add(name: string, source: Source): Source {
    this.#sources.set(name, source)
    this.#all.push(source)
    return source
  }

  /** History shows its partitions only as it is read, and they follow the merge like the others. */
  #met(name: string): Source | undefined {
    if (!this.#history) return undefined
    const disorderMs = Math.max(0, ...this.#all.map(source => source.disorderMs))
    return this.#add(name, { disorderMs, seen: this.largestSeen(), merged: true })
  }

  #least(): number {
    let least = Infinity
    for (const source of this.#all) least = Math.min(least, reach(source))
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
  disorderMs: number
  seen: number
  /** Its records come through the merge. */
  readonly merged: boolean
}

const reach = (source: Source): number => source.seen - source.disorderMs - 1
