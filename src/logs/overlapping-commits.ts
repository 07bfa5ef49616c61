/**
 * Commits at least once, where each is several acknowledgements in a row. Results go out round by
 * round; behind them goes what a restart needs, of all rounds together whose results are lasting.
 *
 *   round 1   results ─► state ─► journal ─► positions
 *   round 2           results ─┐             ┌► state ─► journal ─► positions    of 2 and 3 as one
 *   round 3                  results ────────┘
 *
 * So a result waits for one acknowledgement, and for none of the others. State never says what results
 * do not, and positions nothing that the journal does not; what is cut off is done again. And as state
 * waits for the positions before it, a process that the group has put out writes state and journal of one
 * group of rounds, and no more.
 */
import { COMMITS_UNDER_WAY_MAX } from '../engine/exchange/slice.ts'
import { partitionNameOf } from '../engine/partition-name.ts'
import type { CommitAppends } from './application-log.ts'
import { resultWrites, stateWrites, type Writing } from './commit-writes.ts'
import { type Deferred, deferred } from './deferred.ts'
import type { Commit, Log, Position } from './log.ts'

/** What one round took in, and made. */
export interface RoundCommit {
  /** Of each slice that has something, what is to be appended. */
  readonly slices: readonly CommitAppends[]
  readonly positions: readonly Position[]
  readonly records: number
}

/** Each fails with what the commit, or one before it, failed with. */
export interface CommitUnderWay {
  /** Its first write begins: one more round may be taken in, and waits behind it. */
  readonly hasBegun: Promise<void>
  /** Its results are lasting, and there is room for another commit. */
  readonly mayFollow: Promise<void>
  /** All of it is lasting, and all before it. */
  readonly isLasting: Promise<void>
}

export interface OverlapLimits {
  /** Commits under way, at most. Default 8, which the slices count on: no more are allowed. */
  readonly commitsMax?: number
  /**
   * Records of a commit, at most. All that are under way have no more together: so a crash has no more
   * to do again, and no more is held in memory, than where one commit is under way.
   */
  readonly commitRecords: number
}

/** A log takes 256 MiB at once. */
const GROUP_BYTES_MAX = 32 * 1024 * 1024

interface Pending extends RoundCommit {
  readonly lasting: Deferred
}

export class OverlappingCommits {
  readonly #log: Pick<Log, 'commit'>
  readonly #writing: Writing
  readonly #limits: Required<OverlapLimits>
  /** When the next commit may begin. */
  #mayFollow: Promise<void> = Promise.resolve()
  /** All that is not lasting, in the order of the rounds. */
  readonly #pending: Pending[] = []
  /** Of these, how many have begun, and how many records they took in. */
  #begun = 0
  #begunRecords = 0
  /** Whose results are lasting, and whose state waits. */
  readonly #out: Pending[] = []
  #isWritingState = false
  #roomy: Deferred | null = null
  #failure: { readonly error: unknown } | null = null
  readonly #writes = new Set<Promise<void>>()

  constructor(log: Pick<Log, 'commit'>, writing: Writing, limits: OverlapLimits) {
    this.#log = log
    this.#writing = writing
    const { commitsMax = COMMITS_UNDER_WAY_MAX, commitRecords } = limits
    this.#limits = { commitsMax: Math.min(commitsMax, COMMITS_UNDER_WAY_MAX), commitRecords }
  }

  add(round: RoundCommit): CommitUnderWay {
    const pending: Pending = { ...round, lasting: deferred() }
    this.#pending.push(pending)
    const hasBegun = this.#mayFollow.then(() => this.#room(round.records))
    const mayFollow = hasBegun.then(() => this.#putOut(pending)).then(() => this.#room(1))
    mayFollow.catch(error => this.#fail(error))
    this.#mayFollow = mayFollow
    return { hasBegun, mayFollow, isLasting: pending.lasting.promise }
  }

  /** Nothing begins any more. */
  stop(error: unknown): void {
    this.#fail(error)
  }

  /** Resolves when nothing of these is on its way to the log any more, however it went. */
  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.allSettled(this.#writes)
  }

  async #putOut(pending: Pending): Promise<void> {
    this.#checkSound()
    this.#begun++
    this.#begunRecords += pending.records
    for (const write of resultWrites(pending.slices)) await this.#write(write)
    this.#out.push(pending)
    if (!this.#isWritingState) this.#writeStates().catch(error => this.#fail(error))
  }

  /** One group after the other, each of all that have come meanwhile. */
  async #writeStates(): Promise<void> {
    this.#isWritingState = true
    while (this.#out.length > 0) {
      const group = this.#nextGroup()
      const slices = group.flatMap(pending => pending.slices)
      const consumed = { group: this.#writing.applicationId, positions: newestOf(group) }
      for (const write of stateWrites(this.#writing, slices, consumed)) await this.#write(write)
      this.#end(group)
    }
    this.#isWritingState = false
  }

  /** As many as fit into one write, and the first whatever it weighs. */
  #nextGroup(): readonly Pending[] {
    let bytes = 0
    const end = this.#out.findIndex((pending, at) => {
      bytes += stateBytesOf(pending)
      return at > 0 && bytes > GROUP_BYTES_MAX
    })
    return this.#out.splice(0, end < 0 ? this.#out.length : end)
  }

  #end(group: readonly Pending[]): void {
    for (const { lasting, records } of group) {
      this.#pending.shift()
      this.#begun--
      this.#begunRecords -= records
      lasting.resolve()
    }
    this.#roomy?.resolve()
  }

  async #write(commit: Commit): Promise<void> {
    this.#checkSound()
    const written = this.#log.commit(commit).then(({ durable }) => durable)
    this.#writes.add(written)
    try {
      await written
    } finally {
      this.#writes.delete(written)
    }
    this.#checkSound()
  }

  /** Until a commit of so many records may begin; one that is larger than all may be begins alone. */
  async #room(records: number): Promise<void> {
    const { commitsMax, commitRecords } = this.#limits
    this.#checkSound()
    while (
      this.#begun > 0 &&
      (this.#begun >= commitsMax || this.#begunRecords + records > commitRecords)
    ) {
      this.#roomy = deferred()
      await this.#roomy.promise
    }
    this.#checkSound()
  }

  #checkSound(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  /** Nothing begins any more, and everybody who waits hears why. */
  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#roomy?.reject(this.#failure.error)
    for (const { lasting } of this.#pending.splice(0)) lasting.reject(this.#failure.error)
  }
}

const stateBytesOf = ({ slices }: RoundCommit): number => {
  let bytes = 0
  for (const { state } of slices) {
    for (const { records } of state) {
      for (const { key, value } of records) bytes += (key?.length ?? 0) + (value?.length ?? 0)
    }
  }
  return bytes
}

/** Of each partition the last position; the commits are in their order. */
const newestOf = (commits: readonly RoundCommit[]): Position[] => {
  const newest = new Map<string, Position>()
  for (const { positions } of commits) {
    for (const at of positions) newest.set(partitionNameOf(at), at)
  }
  return [...newest.values()]
}
