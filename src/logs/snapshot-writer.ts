import type { ChangelogEntry } from '../engine/commit.ts'
import type { Rest, SnapshotLabel, Snapshots } from './snapshots.ts'

/** One task as of a commit, to be written. */
export interface FrozenTask {
  readonly label: SnapshotLabel
  /** Read while later commits are made. */
  readonly entries: Iterable<ChangelogEntry>
  readonly saved: (bytes: number) => Promise<void>
}

/** Of our own: that of an `AbortSignal` has a number which files know as another fault. */
const GIVEN_UP = new Error('the snapshot is given up')

/** Writes the tasks of one commit, one after the other, and can be stopped at any entry. */
export class SnapshotWriter {
  readonly #snapshots: Snapshots
  #writing: Promise<void> | null = null
  #stopping = new AbortController()

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots
  }

  /** Resolves once all are lasting, or writing was stopped. */
  write(tasks: readonly FrozenTask[], rest?: Rest): Promise<void> {
    const stopping = new AbortController()
    this.#stopping = stopping
    this.#writing = this.#write(tasks, stopping.signal, rest).finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  /** What is half written is given up, and leaves nothing behind. Resolves once that is so. */
  async stop(): Promise<void> {
    this.#stopping.abort(GIVEN_UP)
    await this.#writing?.catch(() => {})
  }

  async #write(
    tasks: readonly FrozenTask[],
    stop: AbortSignal,
    rest: Rest | undefined,
  ): Promise<void> {
    const stopped = new Promise<void>(resolve => stop.addEventListener('abort', () => resolve()))
    // Nobody waits for the rest of what is given up.
    const restOrStop = rest && (() => Promise.race([rest(), stopped]))
    try {
      for (const { label, entries, saved } of tasks) {
        const { bytes } = await this.#snapshots.save(label, until(stop, entries), restOrStop)
        await saved(bytes)
      }
    } catch (error) {
      if (!stop.aborted) throw error
    }
  }
}

function* until(stop: AbortSignal, entries: Iterable<ChangelogEntry>): Generator<ChangelogEntry> {
  for (const entry of entries) {
    stop.throwIfAborted()
    yield entry
  }
}
