import type { ChangelogEntry } from '../engine/commit.ts'
import type { Rest, SnapshotLabel, Snapshots } from './snapshots.ts'

/** One task as of a commit, to be written. */
export interface FrozenTask {
  readonly label: SnapshotLabel
  /** Read while later commits are made. */
  readonly entries: Iterable<ChangelogEntry>
  readonly saved: (bytes: number) => Promise<void>
}

/** Writes the tasks of one commit, one after the other, and can be stopped at any entry. */
export class SnapshotWriter {
  readonly #snapshots: Snapshots
  #writing: Promise<void> | null = null
  #isStopping = false

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots
  }

  /** Resolves once all are lasting, or writing was stopped. */
  write(tasks: readonly FrozenTask[], rest?: Rest): Promise<void> {
    this.#isStopping = false
    this.#writing = this.#write(tasks, rest).finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  /** What is half written is given up, and leaves nothing behind. Resolves once that is so. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#writing?.catch(() => {})
  }

  async #write(tasks: readonly FrozenTask[], rest: Rest | undefined): Promise<void> {
    try {
      for (const { label, entries, saved } of tasks) {
        const { bytes } = await this.#snapshots.save(label, this.#untilStopped(entries), rest)
        await saved(bytes)
      }
    } catch (error) {
      if (!this.#isStopping) throw error
    }
  }

  *#untilStopped(entries: Iterable<ChangelogEntry>): Generator<ChangelogEntry> {
    for (const entry of entries) {
      if (this.#isStopping) throw new Error('stopped')
      yield entry
    }
  }
}
