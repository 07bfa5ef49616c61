/**
 * The steps that are due in a slot: of its own plan, and of plans up to five minutes before.
 *
 * Asked for slot after slot, it plans each once and keeps what is not yet due. Asked for any other, it
 * plans the five minutes before anew, and comes to the same: what it keeps is never more than a copy.
 */
import type { Calendar } from './calendar.ts'
import { DUPLICATE_DELAY_MAX_MS, PENDING_MAX_MS } from './rates.ts'
import type { Step } from './slot-plan.ts'

/** The steps of a slot; for `visitsOnly`, those that are due more than a minute later. */
type PlanOf = (slot: number, visitsOnly: boolean) => readonly Step[]

export class Agenda {
  readonly #calendar: Calendar
  readonly #planOf: PlanOf
  readonly #pending = new Map<number, Step[]>()
  #next = -1

  constructor(calendar: Calendar, planOf: PlanOf) {
    this.#calendar = calendar
    this.#planOf = planOf
  }

  /** In order of arrival; of the same millisecond, what was planned first comes first. */
  dueIn(slot: number): Step[] {
    if (slot !== this.#next) this.#rebuild(slot)
    this.#take(slot, slot, false)
    const due = this.#pending.get(slot) ?? []
    this.#pending.delete(slot)
    this.#next = slot + 1
    return due.sort((a, b) => a.dueAt - b.dueAt)
  }

  #rebuild(slot: number): void {
    this.#pending.clear()
    const at = this.#calendar.startOf(slot)
    const from = this.#calendar.slotAt(at - PENDING_MAX_MS)
    const allFrom = this.#calendar.slotAt(at - DUPLICATE_DELAY_MAX_MS)
    for (let earlier = Math.max(0, from); earlier < slot; earlier++) {
      this.#take(earlier, slot, earlier < allFrom)
    }
  }

  #take(slot: number, dueFrom: number, visitsOnly: boolean): void {
    for (const step of this.#planOf(slot, visitsOnly)) {
      const due = this.#calendar.slotAt(step.dueAt)
      if (due < dueFrom) continue
      const others = this.#pending.get(due)
      if (others) others.push(step)
      else this.#pending.set(due, [step])
    }
  }
}
