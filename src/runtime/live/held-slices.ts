/**
 * The slices that the group gives this process, and takes. They are restored beside the run, which goes on
 * meanwhile; and they join it, and leave it, between its commits, when nothing is half done.
 *
 *   assigned ─► restored ─► live ─► revoked
 */
import { MillraceError } from '../../engine/errors.ts'
import { journalTopic } from '../../logs/application-topics.ts'
import type { Position, TopicPartition } from '../../logs/log.ts'
import type { Feed } from './feed.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import { LiveSlice } from './live-slice.ts'
import { positionIn } from './position-in.ts'
import { sideBySide } from './side-by-side.ts'

/** Slices wait for brokers more than they compute, and what was read of each is in memory. */
const RESTORED_AT_ONCE = 4

interface Opening {
  readonly slice: LiveSlice
  isCancelled: boolean
}

/** What the run is to know. */
interface Listener {
  /** One is ready, or to be left. */
  changed(): void
  failed(error: unknown): void
}

export class HeldSlices {
  readonly #options: LiveRunOptions
  readonly #partitions: ReadonlyMap<string, number>
  readonly #feed: Feed
  readonly #listener: Listener
  readonly #held = new Map<number, LiveSlice>()
  readonly #opening = new Map<number, Opening>()
  /** Restored, and to begin with the next round. */
  #ready: LiveSlice[] = []
  #leaving: { readonly indexes: readonly number[]; readonly left: () => void }[] = []
  readonly #since = new Map<number, number>()
  #phase: 'new' | 'running' | 'closed' = 'new'

  /** @param partitions of each topic */
  constructor(
    options: LiveRunOptions,
    partitions: ReadonlyMap<string, number>,
    feed: Feed,
    listener: Listener,
  ) {
    this.#options = options
    this.#partitions = partitions
    this.#feed = feed
    this.#listener = listener
  }

  /** Those that are run. */
  get all(): readonly LiveSlice[] {
    return [...this.#held.values()]
  }

  at(index: number): LiveSlice {
    return this.#held.get(index)!
  }

  /** Whether some were given that are not run yet. */
  get areComing(): boolean {
    return this.#ready.length > 0 || this.#opening.size > 0
  }

  /** Whether none was given yet, or some are being restored. */
  get areAwaited(): boolean {
    return this.#since.size === 0 || this.#opening.size > 0
  }

  /** Whether some could be run from the next round on. */
  get areReady(): boolean {
    return this.#ready.length > 0
  }

  /** Whether the group waits for some to be given back. */
  get areLeaving(): boolean {
    return this.#leaving.length > 0
  }

  /** From here on what is revoked is waited for. */
  begin(): void {
    this.#phase = 'running'
  }

  /** What is revoked is given back at once. */
  close(): void {
    this.#phase = 'closed'
    for (const { left } of this.#leaving.splice(0)) left()
  }

  assigned(partitions: readonly TopicPartition[]): void {
    const count = this.#options.slices ?? 1
    const repeats = this.#options.guarantee === 'at-least-once'
    const openings = partitions.map(({ partition: index }) => {
      const slice = new LiveSlice(this.#options, { index, count, repeats }, this.#partitions)
      const opening: Opening = { slice, isCancelled: false }
      this.#since.set(index, this.#options.wallNow())
      this.#opening.set(index, opening)
      this.#tell(index, 'assigned')
      return opening
    })
    void this.#open(openings)
  }

  revoked(partitions: readonly TopicPartition[]): Promise<void> {
    const indexes = partitions.map(({ partition }) => partition)
    for (const index of indexes) {
      const opening = this.#opening.get(index)
      if (opening) opening.isCancelled = true
      this.#opening.delete(index)
    }
    if (this.#phase !== 'running') {
      // Nothing was taken in yet; or never will be again, and then they may still be looked at.
      if (this.#phase === 'new') {
        for (const index of indexes) this.#held.delete(index)
        this.#ready = this.#ready.filter(({ slice }) => !indexes.includes(slice.index))
      }
      return Promise.resolve()
    }
    return new Promise(left => {
      this.#leaving.push({ indexes, left })
      this.#listener.changed()
    })
  }

  /** Between commits, when nothing is half done. */
  async change(): Promise<void> {
    for (const { indexes, left } of this.#leaving.splice(0)) {
      for (const index of indexes) await this.#drop(index)
      left()
    }
    const ready = this.#ready.splice(0)
    for (const slice of ready) this.#held.set(slice.slice.index, slice)
    await this.#feed.add(await Promise.all(ready.map(slice => slice.begin())))
    for (const slice of ready) this.#tell(slice.slice.index, 'live')
    await this.#feed.add(await Promise.all(this.all.map(slice => slice.goOn(this.#feed))))
  }

  async #drop(index: number): Promise<void> {
    const slice = this.#held.get(index)
    this.#held.delete(index)
    this.#ready = this.#ready.filter(each => each.slice.index !== index)
    if (slice) await Promise.all([slice.state.stopSaving(), this.#feed.remove(slice)])
    this.#tell(index, 'revoked')
    this.#since.delete(index)
  }

  /** Without a run that goes on: those that are restored by now. */
  takeReady(): void {
    for (const slice of this.#ready) this.#held.set(slice.slice.index, slice)
  }

  async #open(openings: readonly Opening[]): Promise<void> {
    try {
      await sideBySide(RESTORED_AT_ONCE, openings, opening => this.#restore(opening))
    } catch (error) {
      this.#listener.failed(error)
    }
    this.#listener.changed()
  }

  /** Whoever had it before may have left a transaction open, which is waited for. */
  async #restore(opening: Opening): Promise<void> {
    const { log, applicationId, pipelines } = this.#options
    const { index } = opening.slice.slice
    if (opening.isCancelled) return
    const journal = { topic: journalTopic(applicationId), partition: index }
    const [committed] = await Promise.all([
      log.committed(applicationId, [journal]),
      log.settled(opening.slice.state.partitionsOf(pipelines)),
    ])
    await opening.slice.restore()
    // Whoever has it now may have gone on meanwhile.
    if (opening.isCancelled) return
    await this.#checkEpoch(opening, committed)
    if (opening.isCancelled) return
    this.#opening.delete(index)
    this.#ready.push(opening.slice)
    this.#tell(index, 'restored')
    this.#listener.changed()
  }

  /**
   * A journal and a group's positions that differ are not of one history; unless the positions have moved
   * since they were asked for: then another process has the slice, as after a long pause of this one.
   */
  async #checkEpoch(opening: Opening, committed: readonly Position[]): Promise<void> {
    const { slice, epoch } = opening.slice
    const { log, applicationId, guarantee } = this.#options
    if (guarantee === 'at-least-once') return
    const at = { topic: journalTopic(applicationId), partition: slice.index }
    const known = positionIn(committed, at)
    if (known === undefined || known === epoch) return
    const now = positionIn(await log.committed(applicationId, [at]), at)
    if (opening.isCancelled) return
    const [code, message] = now === known ? ofTwoHistories(at, epoch, known) : takenOver(at)
    throw new MillraceError(code, message)
  }

  #tell(slice: number, what: 'assigned' | 'restored' | 'live' | 'revoked'): void {
    const since = this.#since.get(slice) ?? this.#options.wallNow()
    this.#options.onSlice?.({ slice, what, tookMs: this.#options.wallNow() - since })
  }
}

const ofTwoHistories = (
  { topic, partition }: TopicPartition,
  epoch: number,
  known: number,
): ['STATE_CORRUPT', string] => [
  'STATE_CORRUPT',
  `the journal ${topic}-${partition} ends with commit ${epoch}, and the group's positions are those of ` +
    `commit ${known}. Somebody reset the group's positions or removed records: bring them back, or ` +
    'start under another application name, which computes anew from all that the sources hold and adds ' +
    'its results to those that are in the result topics already.',
]

const takenOver = ({ topic, partition }: TopicPartition): ['LOG_FENCED', string] => [
  'LOG_FENCED',
  `${topic}-${partition} was given to another process while it was brought back here, as after a long ` +
    'pause. Start again from what was committed.',
]
