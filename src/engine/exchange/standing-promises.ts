/**
 * How far a slice says it has come, where commits may be cut off and taken in once more in another way:
 * what it said may not be taken back, so it says what is lasting.
 */
import type { SentStanding } from './parcel.ts'
import { COMMITS_UNDER_WAY_MAX } from './slice.ts'

type Standings = readonly SentStanding[]

export class StandingPromises {
  #lasting: Standings
  /** Of commits that may be under way, the oldest first. */
  #pending: { readonly epoch: number; readonly standings: Standings }[] = []

  constructor(lasting: Standings) {
    this.#lasting = lasting
  }

  /** A slice was brought back: what is in the log is lasting. */
  restart(lasting: Standings): void {
    this.#lasting = lasting
    this.#pending = []
  }

  /** What may be told with this commit, which has come to `standings`. */
  next(epoch: number, standings: Standings): Standings {
    this.#pending.push({ epoch, standings })
    const over = this.#pending.length - COMMITS_UNDER_WAY_MAX
    if (over > 0) this.lasting(this.#pending[over - 1]!.epoch)
    return this.#lasting
  }

  /** All commits up to this one are lasting. */
  lasting(epoch: number): void {
    while (this.#pending.length > 0 && this.#pending[0]!.epoch <= epoch) {
      this.#lasting = this.#pending.shift()!.standings
    }
  }

  /** What is told by now, or will be. */
  all(): Standings[] {
    return [this.#lasting, ...this.#pending.map(({ standings }) => standings)]
  }
}
