/**
 * The steps that are due in a slot: of its own plan, and of plans up to five minutes before.
 *
 * Asked for slot after slot, it plans each once and keeps what is not yet due. Asked for any other, it
 * plans the five minutes before anew, and comes to the same: what it keeps is never more than a copy.
 */
import type { Calendar } from './calendar.ts'
import { PENDING_MAX_MS } from './rates.ts'
import type { Step } from './slot-plan.ts'

export class Agenda {
  readonly #calendar: Calendar
  readonly #planOf: (slot: number) => readonly Step[]
  readonly #pending = new Map<number, Step[]>()
  #next = -1

  constructor(calendar: Calendar, planOf: (slot: number) => readonly Step[]) {
    this.#calendar = calendar
    this.#planOf = planOf
  }

  /** In order of arrival; of the same millisecond, what was planned first comes first. */
  dueIn(slot: number): Step[] {
    if (slot !== this.#next) this.#rebuild(slot)
    this.#take(slot, slot)
    const due = this.#pending.get(slot) ?? []
    this.#pending.delete(slot)
    this.#next = slot + 1
    return due.sort((a, b) => a.dueAt - b.dueAt)
  }

  #rebuild(slot: number): void {
    this.#pending.clear()
    const from = this.#calendar.slotAt(this.#calendar.startOf(slot) - PENDING_MAX_MS)
    for (let earlier = Math.max(0, from); earlier < slot; earlier++) this.#take(earlier, slot)
  }

  #take(slot: number, dueFrom: number): void {
    for (const step of this.#planOf(slot)) {
      const due = this.#calendar.slotAt(step.dueAt)
      if (due < dueFrom) continue
      const others = this.#pending.get(due)
      if (others) others.push(step)
      else this.#pending.set(due, [step])
    }
  }
}
