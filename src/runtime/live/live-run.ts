/**
 * Runs pipelines on a log that is being written to, until it is told to stop: the slices that the
 * group gives this process, which embedded is one, the whole.
 *
 *   read until a commit is due ─► take in, slice by slice ─► tick ─► one commit for all
 *            └────────────── goes on while the commit is under way ──────────────┘
 *
 * Where more waits than a commit holds, the next round is taken in meanwhile, too, and waits with its
 * commit for the one before. At least once, commits overlap: see `logs/overlapping-commits.ts`. Slices come
 * and go when none is under way: one that is restored joins, one that is revoked has all that it took in
 * committed, and is dropped. Snapshots, too, are of a state that is all in the log.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Application } from '../../engine/application.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import type { CommitAppends, FrozenState } from '../../logs/application-log.ts'
import { createApplicationTopics, journalTopic } from '../../logs/application-topics.ts'
import { commitWrites } from '../../logs/commit-writes.ts'
import type { Membership, Position, Reader, TopicPartition } from '../../logs/log.ts'
import { OverlappingCommits } from '../../logs/overlapping-commits.ts'
import type { Rest } from '../../logs/snapshots.ts'
import { fairShares } from './fair-shares.ts'
import { Feed } from './feed.ts'
import { HeldSlices } from './held-slices.ts'
import {
  COMMIT_INTERVAL_MS,
  COMMIT_RECORDS,
  IDLE_TIMEOUT_MS,
  type LiveCommit,
  type LiveRunOptions,
} from './live-run-options.ts'
import type { LiveSlice } from './live-slice.ts'
import { positionIn } from './position-in.ts'
import { OVER, type RoundUnderWay, unless, watched } from './round-under-way.ts'

export type { LiveCommit, LiveRunOptions } from './live-run-options.ts'

const TICK_INTERVAL_MS = 1_000
/** A poll's part of the memory; the event loop is busy with one for some tens of ms at most. */
const POLL = { recordsMax: 4_000, bytesMax: 8 * 1024 * 1024 }
/** For the least time a partition that has more is waited for, before others go on without it. */
const MISSING_MS = 2_000
/** Records that are younger in the log are taken at once: nothing is caught up with. */
const FRESH_MS = 1_000

/** A poll that somebody waits for the end of. */
const HURRIED_MS = 5
/** So long writes that were begun are waited for when a run has failed. */
const SETTLE_MS = 5_000
/** So long a poll may take beyond its own wait before it is held up by something. */
const HELD_UP_MS = 500
/** A piece of a snapshot may have waited for others, or for a process that was paused. */
const REST_MAX_MS = 50
/** Snapshots take a quarter of the time of the event loop, so that commits go on as they did. */
const quarterOfTheTime = (): Rest => {
  let beganAt = performance.now()
  return async () => {
    await wait(Math.min(3 * (performance.now() - beganAt), REST_MAX_MS))
    beganAt = performance.now()
  }
}

/** What a slice brings into a commit, and its state as of then where that is to be saved. */
interface Unit {
  readonly slice: number
  readonly unit: CommitUnit
  readonly frozen: FrozenState | null
}

/** Records go out as soon as others did, so they are not waited for longer than it takes to see that. */
const OVERLAPPED_MS = 1

/** What a round took in. */
type Taken = Pick<LiveCommit, 'records' | 'taken' | 'takeMs' | 'isAtEnd'> & {
  readonly units: readonly Unit[]
  readonly beganAt: number
  /** As commits are bounded by it: a parcel is more than one. */
  readonly size: number
}

export class LiveRun {
  readonly #options: LiveRunOptions
  readonly #held: HeldSlices
  readonly #reader: Reader
  readonly #feed: Feed
  /** null where commits are made one after the other. */
  readonly #overlapping: OverlappingCommits | null
  #membership: Membership | null = null
  #tickedAt = Number.NEGATIVE_INFINITY
  #missingSince: number | null = null
  #stopping: 'drain' | 'now' | null = null
  #failure: unknown = null
  #wake: () => void = () => {}
  /** A poll that was still waiting when somebody waited for this process. */
  #polling: Promise<unknown> | null = null
  #turnAt = Number.NaN
  /** When the last commit was due, on the clock of `performance`. */
  #dueAt = Number.NEGATIVE_INFINITY
  #noTickBefore = Number.NEGATIVE_INFINITY
  /** Where commits overlap: whether one that is under way is to be saved, before there is another. */
  #isFrozen = false
  #isClosed = false

  private constructor(
    options: LiveRunOptions,
    partitions: ReadonlyMap<string, number>,
    reader: Reader,
  ) {
    this.#options = options
    this.#reader = reader
    this.#feed = new Feed(reader)
    this.#held = new HeldSlices(options, partitions, this.#feed, {
      changed: () => this.#wake(),
      failed: error => {
        this.#failure ??= error
      },
    })
    const { log, applicationId, pipelines, guarantee } = options
    this.#overlapping =
      guarantee === 'at-least-once'
        ? new OverlappingCommits(
            log,
            { applicationId, pipelines, guarantee },
            { commitRecords: this.#commitRecords },
          )
        : null
  }

  /** Joins the group. Embedded, the state is back at the last commit when this resolves. */
  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const { log, applicationId, pipelines } = options
    await createApplicationTopics(log, applicationId, pipelines, options.slices ?? 1)
    const topics = await log.topics()
    const partitions = new Map([...topics].map(([name, settings]) => [name, settings.partitions]))
    const run = new LiveRun(options, partitions, await log.reader())
    try {
      run.#membership = await log.join(applicationId, journalTopic(applicationId), {
        assigned: async partitions => run.#held.assigned(partitions),
        revoked: partitions => run.#held.revoked(partitions),
      })
      if ((options.slices ?? 1) === 1) await run.#settled()
      return run
    } catch (error) {
      await run.close()
      throw error
    }
  }

  /** The slices that are run here. */
  get slices(): readonly LiveSlice[] {
    return this.#held.all
  }

  /** The state of each slice here. */
  get applications(): readonly Application[] {
    return this.slices.map(({ application }) => application)
  }

  /** Resolves after `stop`; fails with what stopped it otherwise, and is to be thrown away then. */
  async run(): Promise<void> {
    this.#held.begin()
    try {
      await this.#loop()
    } catch (error) {
      this.#overlapping?.stop(error)
      throw error
    } finally {
      // Not for long: others wait for the slices, and results that are written twice are in order.
      await Promise.race([this.#overlapping?.settled(), wait(SETTLE_MS, null, { ref: false })])
      await this.close()
    }
  }

  /** Leaves the group, commits nothing; for a run that was never begun, as `run` does it by itself. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#held.close()
    const saving = this.slices.map(({ state }) => state.stopSaving())
    await Promise.allSettled([...saving, this.#membership?.close(), this.#reader.close()])
  }

  /**
   * - `drain`: once everything is taken in that is in the log then. Default.
   * - `now`: after the commit that is due.
   */
  stop(how: 'drain' | 'now' = 'drain'): void {
    this.#stopping = how
    this.#wake()
  }

  /** Records in the sources of the slices here that were not taken in yet. */
  async waiting(): Promise<number> {
    const { log } = this.#options
    let waiting = 0
    for (const slice of this.slices) {
      for (const at of slice.sources) {
        if (this.hasTakenAllOf(slice, at)) continue
        const { first, next } = await log.range(at)
        waiting += next - Math.max(first, positionIn(slice.positions, at) ?? first)
      }
    }
    return waiting
  }

  /**
   * Whether all records of a partition are taken in that were read to its end. Offsets do not tell:
   * behind the last record may be the marks of transactions.
   */
  hasTakenAllOf(slice: LiveSlice, at: TopicPartition): boolean {
    return slice.hasTakenAllOf(at, this.#feed)
  }

  /** Forgets all but so many of the newest entries of each journal. */
  async clean(journalEntriesMax: number): Promise<void> {
    for (const slice of this.slices) await slice.state.trimJournal(journalEntriesMax)
  }

  /** Until what was assigned is restored. */
  async #settled(): Promise<void> {
    while (this.#failure === null && this.#held.areAwaited) {
      await this.#sleep(20)
    }
    if (this.#failure !== null) throw this.#failure
    this.#held.takeReady()
  }

  async #loop(): Promise<void> {
    let last = OVER
    for (;;) {
      this.#noteTurn()
      const isLast = this.#stopping !== null
      const filled = this.#fill(last.mayFollow)
      filled.catch(() => {})
      await unless(last.isOver, filled)
      await this.#untilNext(last)
      if (this.#failure !== null) throw this.#failure
      last = this.#round(isLast, last)
      if (!isLast || !(this.#stopping === 'now' || this.#isAtEnd)) continue
      return last.isOver
    }
  }

  /** Slices come and go when nothing is under way. */
  async #untilNext(last: RoundUnderWay): Promise<void> {
    if (this.#mayTakeAhead) {
      await unless(last.isOver, this.#isFull ? last.hasBegun : last.mayFollow)
      // Somebody may have begun to wait meanwhile.
      if (this.#mayTakeAhead) return
    }
    await last.isOver
    await this.#held.change()
  }

  /**
   * Reads until the next commit is due, which is so long after the one before was; and, where that
   * one takes longer, for as long as it does.
   */
  async #fill(mayFollow: Promise<void>): Promise<void> {
    let isCommitting = true
    const committed = () => {
      isCommitting = false
    }
    mayFollow.then(committed, committed)
    const intervalMs = this.#options.commitIntervalMs ?? COMMIT_INTERVAL_MS
    const now = performance.now()
    // Rounds that were full ended sooner, which those after them are not to wait out.
    const dueAt = Math.min(Math.max(this.#dueAt + intervalMs, now), now + intervalMs)
    this.#dueAt = dueAt
    for (let polls = 0; ; polls++) {
      const leftMs = dueAt - performance.now()
      const isFull = this.#isFull
      // Each round reads at least once: what holds others back comes over the exchange. And what is
      // full without a partition that has more goes on reading: nothing else would bring it.
      if (isFull && polls > 0 && !this.#isMissing()) return
      const isLate = leftMs <= 0 && isCommitting
      const isHurried = this.#isHurried || isFull
      const waitMs = isLate
        ? this.#lateMs
        : Math.max(0, isHurried ? Math.min(leftMs, HURRIED_MS) : leftMs)
      if (this.slices.length === 0) return this.#sleep(waitMs)
      await this.#poll(waitMs)
      if ((leftMs <= 0 && !isCommitting) || this.#isHurried) return
    }
  }

  /** While a commit takes longer than until the next one is due. */
  get #lateMs(): number {
    return this.#overlapping === null ? HURRIED_MS : OVERLAPPED_MS
  }

  get #commitRecords(): number {
    return this.#options.commitRecords ?? COMMIT_RECORDS
  }

  /** Whether a whole round waits. */
  get #isFull(): boolean {
    return this.#takeableRecords >= this.#commitRecords
  }

  /**
   * Whether a round may be taken in while commits are under way: it is full, or they overlap; and
   * nothing waits for them to be over.
   */
  get #mayTakeAhead(): boolean {
    if (!this.#isFull && this.#overlapping === null) return false
    if (this.#isHurried || this.#held.areReady || this.#isFrozen) return false
    for (const slice of this.slices) if (!slice.mayTakeAhead) return false
    return true
  }

  /** Whether somebody waits for the next commit. */
  get #isHurried(): boolean {
    return this.#stopping !== null || this.#held.areLeaving
  }

  /**
   * A poll may be held up for long, as by a registry that is away while schemas are asked for. Nobody
   * who waits for this process waits for that: the poll goes on, and is what is awaited next time.
   */
  async #poll(waitMs: number): Promise<void> {
    this.#polling ??= this.#feed.poll({ ...POLL, waitMs }, this.#options.learn).finally(() => {
      this.#polling = null
    })
    // Whoever awaits it hears of its failure; where nobody does any more, the run has ended.
    this.#polling.catch(() => {})
    const polled = this.#polling.then(() => true)
    while (!(await Promise.race([polled, wait(HELD_UP_MS, false, { ref: false })]))) {
      if (this.#isHurried) return
    }
  }

  get #takeableRecords(): number {
    let records = 0
    for (const slice of this.slices) records += slice.takeableRecords
    return records
  }

  get #isAtEnd(): boolean {
    for (const slice of this.slices) if (!slice.isAtEnd(this.#feed)) return false
    return !this.#held.areComing
  }

  /** Nothing happens while no slice is here, until one is or the run stops. */
  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /**
   * What was read is taken in, and committed: when all `before` is lasting or, where commits overlap,
   * when the next may follow.
   */
  #round(isLast: boolean, before: RoundUnderWay): RoundUnderWay {
    if (!isLast && this.#isMissing()) return before
    const taken = this.#take()
    const { units } = taken
    if (units.length === 0) return before
    const over = async (isLasting: Promise<void>): Promise<void> => {
      await Promise.all([before.isOver, isLasting])
      await this.#end(taken)
    }
    if (this.#overlapping !== null) {
      this.#isFrozen ||= units.some(({ frozen }) => frozen !== null)
      const slices = this.#appendsOf(units)
      const round = { slices, positions: this.#consumed(units), records: taken.size }
      const { hasBegun, mayFollow, isLasting } = this.#overlapping.add(round)
      return watched({ hasBegun, mayFollow, isOver: over(isLasting) })
    }
    const isOver = over(before.isOver.then(() => this.#commit(units)))
    return watched({ hasBegun: before.isOver, mayFollow: isOver, isOver })
  }

  #take(): Taken {
    const { wallNow } = this.#options
    const beganAt = wallNow()
    let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    let [records, size] = [0, 0]
    const slices = this.slices
    const waiting = slices.map(slice => slice.takeableRecords)
    for (const [index, share] of fairShares(waiting, this.#commitRecords).entries()) {
      size += slices[index]!.takeRound(share, ({ timestampMs }) => {
        records++
        oldestMs = Math.min(oldestMs, timestampMs)
        newestMs = Math.max(newestMs, timestampMs)
      })
    }
    this.#tick()
    const takeMs = wallNow() - beganAt
    const isAtEnd = this.#isAtEnd
    const taken = records > 0 ? { oldestMs, newestMs } : null
    return { units: this.#units(), records, size, taken, takeMs, isAtEnd, beganAt }
  }

  /** The commit of a round is lasting. */
  async #end({ beganAt, size: _size, ...taken }: Taken): Promise<void> {
    const committedAt = this.#options.wallNow()
    const commit: LiveCommit = { ...taken, committedAt, tookMs: committedAt - beganAt }
    for (const { slice, unit } of taken.units) this.#held.at(slice).application.lasting(unit.epoch)
    await this.#beginSaving(taken.units)
    if (taken.units.some(({ frozen }) => frozen !== null)) this.#isFrozen = false
    this.#options.onCommit?.(commit)
  }

  /** Snapshots are written while the run goes on. */
  async #beginSaving(units: readonly Unit[]): Promise<void> {
    for (const { slice, frozen } of units) {
      if (frozen === null) continue
      const { state } = this.#held.at(slice)
      // Whoever is to have a slice next does not wait for the snapshots of others.
      if (this.#held.areLeaving || this.#isClosed) {
        state.discard(frozen)
        continue
      }
      const saving = await state.beginSaving(frozen, quarterOfTheTime())
      // A run that has failed closes while its last commit is under way.
      if (this.#isClosed) await state.stopSaving()
      saving?.saved.catch(error => {
        this.#failure ??= error
        this.#wake()
      })
    }
  }

  /**
   * Whether to wait for a partition that has more in the log: catching up, records of different
   * partitions are to be taken in the order of event time.
   */
  #isMissing(): boolean {
    const now = this.#options.wallNow()
    const isMissing = this.slices.some(
      slice => slice.oldestMs() < now - FRESH_MS && slice.isMissing(this.#feed),
    )
    if (!isMissing) this.#missingSince = null
    else this.#missingSince ??= now
    return this.#missingSince !== null && now < this.#missingSince + MISSING_MS
  }

  /** After a pause, as of a laptop that slept, what "read to its end" says of a partition is old. */
  #noteTurn(): void {
    const now = this.#options.wallNow()
    const idleMs = this.#options.idleTimeoutMs ?? IDLE_TIMEOUT_MS
    if (now - this.#turnAt > idleMs) this.#noTickBefore = now + idleMs
    this.#turnAt = now
  }

  #tick(): void {
    const now = this.#options.wallNow()
    const nextAt = Math.max(this.#tickedAt + TICK_INTERVAL_MS, this.#noTickBefore)
    if (this.#options.isLive?.() === false || now < nextAt) return
    const at = now - (this.#options.idleTimeoutMs ?? IDLE_TIMEOUT_MS)
    for (const slice of this.slices) slice.tick(at, this.#feed)
    this.#tickedAt = now
  }

  #units(): Unit[] {
    return this.slices
      .filter(({ application }) => application.isDirty)
      .map(live => {
        const unit = live.commit()
        return { slice: live.slice.index, unit, frozen: live.state.freeze(live.application) }
      })
  }

  #appendsOf(units: readonly Unit[]): CommitAppends[] {
    return units.map(({ slice, unit }) =>
      this.#held.at(slice).state.appendsOf(unit, unit.outputs, null),
    )
  }

  async #commit(units: readonly Unit[]): Promise<void> {
    const appends = this.#appendsOf(units)
    const { applicationId, pipelines, guarantee = 'exactly-once' } = this.#options
    const consumed = { group: applicationId, positions: this.#consumed(units) }
    for (const write of commitWrites({ applicationId, pipelines, guarantee }, appends, consumed)) {
      const { durable } = await this.#options.log.commit(write)
      await durable
    }
  }

  /** What moved, and how many commits each slice has made: whoever takes over asks for that. */
  #consumed(units: readonly Unit[]): Position[] {
    const topic = journalTopic(this.#options.applicationId)
    return units.flatMap(({ slice, unit: { epoch, journal } }) => [
      { topic, partition: slice, next: epoch },
      ...journal.ranges.map(({ topic, partition, last }) => ({ topic, partition, next: last + 1 })),
    ])
  }
}
