import type { JournalEntry, JournalRange, JournalTick, SourcePosition } from './commit.ts'
import { partitionName, partitionNameOf } from './partition-name.ts'

interface Range {
  readonly topic: string
  readonly partition: number
  first: number
  last: number
  count: number
}

/** What was taken in since the last commit, for the journal, and how far each source was read. */
export class Intake {
  #ranges = new Map<string, Range>()
  #ticks: JournalTick[] = []
  #published: string[] = []
  #ended: JournalEntry['ended'] = null
  #taken = 0
  readonly #positions = new Map<string, SourcePosition>()
  /** The range that the last record belonged to: most often the next one does as well. */
  #latest: Range | null = null

  get isDirty(): boolean {
    return this.#taken > 0 || this.#ticks.length > 0 || this.#ended !== null
  }

  note(topic: string, partition: number, offset: number): void {
    this.#taken++
    let range = this.#latest
    if (range === null || range.topic !== topic || range.partition !== partition) {
      range = this.#rangeOf(topic, partition, offset)
      this.#latest = range
    }
    range.last = offset
    range.count++
  }

  tick(at: number, partitions: JournalTick['partitions']): void {
    this.#ticks.push({ at, after: this.#taken, partitions })
  }

  published(version: string): void {
    this.#published.push(version)
  }

  end(drained: boolean): void {
    this.#ended = drained ? 'drained' : 'newest'
  }

  restore(positions: readonly SourcePosition[]): void {
    for (const position of positions) {
      this.#positions.set(partitionNameOf(position), position)
    }
  }

  commit(
    epoch: number,
    versions: Readonly<Record<string, string>>,
  ): { positions: readonly SourcePosition[]; journal: JournalEntry } {
    const ranges: JournalRange[] = [...this.#ranges.values()]
    for (const { topic, partition, last } of ranges) {
      this.#positions.set(partitionName(topic, partition), { topic, partition, next: last + 1 })
    }
    const journal: JournalEntry = {
      epoch,
      ranges,
      ticks: this.#ticks,
      published: this.#published,
      ended: this.#ended,
      versions,
    }
    this.#ranges = new Map()
    this.#ticks = []
    this.#published = []
    this.#ended = null
    this.#taken = 0
    this.#latest = null
    return { positions: [...this.#positions.values()], journal }
  }

  #rangeOf(topic: string, partition: number, first: number): Range {
    const name = partitionName(topic, partition)
    const known = this.#ranges.get(name)
    if (known) return known
    const range = { topic, partition, first, last: first, count: 0 }
    this.#ranges.set(name, range)
    return range
  }
}
