import type { ChangelogEntry } from '../../engine/commit.ts'
import type { Rest, SnapshotLabel, Snapshots } from '../../logs/snapshots.ts'
import { SimulatedCrash } from './faulty-log.ts'
import type { Random } from './random.ts'

/** After so many of its entries a snapshot rests. */
const RESTS = 0.2

interface Kept {
  readonly label: SnapshotLabel
  readonly entries: readonly ChangelogEntry[]
}

/** Snapshots that outlive crashes. Some are lost while they are written, and take the process along. */
export class MemorySnapshots implements Snapshots {
  readonly #kept = new Map<string, Kept[]>()
  readonly #random: Random
  readonly #lost: number

  constructor(random: Random, lost: number) {
    this.#random = random
    this.#lost = lost
  }

  async save(
    label: SnapshotLabel,
    entries: Iterable<ChangelogEntry>,
    rest?: Rest,
  ): Promise<{ bytes: number }> {
    const copied: ChangelogEntry[] = []
    for (const { key, value } of entries) {
      copied.push({ key, value: Buffer.from(value!) })
      if (rest && this.#random.chance(RESTS)) await rest()
    }
    if (this.#random.chance(this.#lost)) throw new SimulatedCrash('the snapshot was lost')
    const kept = this.#kept.get(label.task) ?? []
    this.#kept.set(label.task, [...kept.slice(-1), { label, entries: copied }])
    return { bytes: copied.length }
  }

  async removeAhead(task: string, next: number): Promise<void> {
    const kept = this.#kept.get(task) ?? []
    this.#kept.set(
      task,
      kept.filter(({ label }) => label.offset <= next),
    )
  }

  async newest(task: string, offset: number): Promise<SnapshotLabel | null> {
    const usable = (this.#kept.get(task) ?? []).filter(({ label }) => label.offset <= offset)
    return usable.at(-1)?.label ?? null
  }

  async about(): Promise<{ takenAtMs: number }> {
    return { takenAtMs: 0 }
  }

  async load(
    label: SnapshotLabel,
    take: (entry: ChangelogEntry) => void,
  ): Promise<{ bytes: number }> {
    const found = this.#kept.get(label.task)!.find(kept => kept.label.offset === label.offset)!
    for (const entry of found.entries) take(entry)
    return { bytes: found.entries.length }
  }
}
