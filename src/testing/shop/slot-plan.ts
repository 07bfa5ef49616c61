/**
 * What a slot brings about: steps, each with the moment it is due, in this slot or up to five minutes
 * later. The plan decides how each arrives as well: out of order, late, a second time.
 */
import type { AnyTopic } from '../../engine/topic.ts'
import { Dice } from '../sample/dice.ts'
import type { ShopTime } from './calendar.ts'
import {
  DISORDER_MAX_MS,
  DISORDERED_SHARE,
  DUPLICATE_DELAY_MAX_MS,
  DUPLICATE_SHARE,
  LATE_MAX_MS,
  LATE_MIN_MS,
  LATE_SHARE,
} from './rates.ts'
import { STREAMS } from './streams.ts'

/** What will be told when a step arrives. */
export interface Telling {
  readonly topic: AnyTopic
  readonly key: string
  /** The record; the same for the same time. */
  write(occurredAt: number): object
}

export interface Step {
  /** When it arrives. */
  readonly dueAt: ShopTime
  /** When it arrived first: for a duplicate, before `dueAt`. */
  readonly firstDueAt: ShopTime
  /** By how much the time that it says is before its arrival. */
  readonly lagMs: number
  readonly telling: Telling
}

/** `free`: may be out of order, and late. `causal`: out of order only. `prompt`: neither. */
export type Punctuality = 'free' | 'causal' | 'prompt'

export class SlotPlan {
  readonly slot: number
  readonly steps: Step[] = []
  /** Only the orders are asked for: steps are not written down. */
  readonly isQuiet: boolean
  readonly #dice: Dice

  constructor(seed: number, slot: number, isQuiet = false) {
    this.slot = slot
    this.isQuiet = isQuiet
    this.#dice = new Dice(seed, STREAMS.STEP, slot)
  }

  /** A name for an event that no other event of the shop has. */
  eventId(prefix: string): string {
    return `${prefix}-${this.slot}-${this.nextNumber()}`
  }

  /** The same, where the name is made later. */
  nextNumber(): number {
    return this.#names++
  }
  #names = 0

  /** Something that is told once, and in time: a reference record. */
  once(dueAt: ShopTime, telling: Telling): void {
    this.steps.push({ dueAt, firstDueAt: dueAt, lagMs: 0, telling })
  }

  event(at: ShopTime, punctuality: Punctuality, telling: Telling): void {
    if (this.isQuiet) return
    const dueAt = Math.floor(at)
    const lagMs = this.#lag(dueAt, punctuality)
    this.steps.push({ dueAt, firstDueAt: dueAt, lagMs, telling })
    if (!this.#dice.chance(DUPLICATE_SHARE)) return
    const againAt = dueAt + this.#dice.whole(1, DUPLICATE_DELAY_MAX_MS)
    this.steps.push({ dueAt: againAt, firstDueAt: dueAt, lagMs, telling })
  }

  #lag(dueAt: ShopTime, punctuality: Punctuality): number {
    const draw = this.#dice.next()
    if (punctuality === 'prompt' || draw >= DISORDERED_SHARE + LATE_SHARE) return 0
    if (draw < DISORDERED_SHARE) return Math.min(dueAt, this.#dice.whole(1, DISORDER_MAX_MS))
    const isLate = punctuality === 'free' && dueAt > LATE_MAX_MS
    return isLate ? this.#dice.whole(LATE_MIN_MS, LATE_MAX_MS) : 0
  }
}
