/**
 * Commits of a process that overlap. Each write is on its way until it arrives, in an order that is
 * drawn; whoever made it may be dead by then.
 */
import type { CommitAppends } from '../../logs/application-log.ts'
import type { Writing } from '../../logs/commit-writes.ts'
import type { Commit, CommitReceipt, Log } from '../../logs/log.ts'
import { OverlappingCommits } from '../../logs/overlapping-commits.ts'
import { SimulatedCrash } from './faulty-log.ts'
import type { Random } from './random.ts'

export class OverlappingWrites {
  readonly #log: Log
  readonly #random: Random
  readonly #commits: OverlappingCommits
  readonly #underWay: (() => Promise<void>)[] = []
  #mayFollow = true
  /** Commits that are not lasting. */
  #pending = 0
  #failure: unknown = null

  constructor(log: Log, writing: Writing, random: Random) {
    this.#log = log
    this.#random = random
    const limits = { commitRecords: 1_000 }
    this.#commits = new OverlappingCommits({ commit: made => this.#commit(made) }, writing, limits)
  }

  /** Some writes arrive. Whether another commit may be added. */
  async mayFollow(): Promise<boolean> {
    for (let writes = this.#random.upTo(3); writes > 0; writes--) await this.#arrive()
    return this.#mayFollow
  }

  /** @param lasting is called when all of it is */
  async add(slices: readonly CommitAppends[], lasting: () => void): Promise<void> {
    const failed = (error: unknown) => {
      this.#failure ??= error
    }
    this.#mayFollow = false
    this.#pending++
    const { hasBegun, mayFollow, isLasting } = this.#commits.add({
      slices,
      positions: [],
      records: 1,
    })
    hasBegun.catch(failed)
    mayFollow.then(() => {
      this.#mayFollow = true
    }, failed)
    isLasting.then(() => {
      this.#pending--
      lasting()
    }, failed)
    await this.#settled()
  }

  /** All of them become lasting. */
  async over(): Promise<void> {
    while (this.#pending > 0) await this.#arrive()
  }

  /** The process is dead. What is on its way arrives, or does not; nothing comes behind it. */
  async die(): Promise<void> {
    this.#failure ??= new SimulatedCrash('died')
    for (const arrive of this.#underWay.splice(0)) if (this.#random.chance(0.5)) await arrive()
  }

  async #arrive(): Promise<void> {
    if (this.#underWay.length === 0) return
    const [arrive] = this.#underWay.splice(this.#random.upTo(this.#underWay.length - 1), 1)
    await arrive!()
    await this.#settled()
  }

  /** Whoever heard of it has begun what comes next. */
  async #settled(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    if (this.#failure !== null) throw this.#failure
  }

  #commit(commit: Commit): Promise<CommitReceipt> {
    return new Promise((resolve, reject) => {
      this.#underWay.push(() => this.#log.commit(commit).then(resolve, reject))
    })
  }
}
