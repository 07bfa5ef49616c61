/**
 * Due times of many keys' timers, least first: (due, key, name).
 *
 * A heap entry says "look at this timer no later than then"; the due time itself is kept beside.
 * Most timers are moved later with each event of their key ("thirty days after the last one"), and
 * that costs nothing here: the entry stays, and is put back at the new time when it comes up.
 */
export class TimerHeap {
  readonly #names: number
  readonly #keyOf: (slot: number) => string
  /** Per (slot, name): when it is due, Infinity where it is not set. */
  #due: Float64Array
  /** Per (slot, name): the least heap entry, Infinity where there is none. */
  #armed: Float64Array
  #times = new Float64Array(1024)
  #timers = new Int32Array(1024)
  #size = 0

  constructor(names: number, keyOf: (slot: number) => string) {
    this.#names = names
    this.#keyOf = keyOf
    this.#due = new Float64Array(1024 * names).fill(Infinity)
    this.#armed = new Float64Array(1024 * names).fill(Infinity)
  }

  due(slot: number, name: number): number {
    return this.#due[slot * this.#names + name] ?? Infinity
  }

  /** Sets or moves; Infinity clears. */
  set(slot: number, name: number, due: number): void {
    const timer = slot * this.#names + name
    if (timer >= this.#due.length) this.#grow(timer)
    this.#due[timer] = due
    if (due < this.#armed[timer]!) this.#push(due, timer)
  }

  clearAll(slot: number): void {
    for (let name = 0; name < this.#names; name++) this.set(slot, name, Infinity)
  }

  /** Takes the first timer that is due at or before `until`; null where there is none. */
  take(until: number): { slot: number; name: number; due: number } | null {
    const due = this.peek(until)
    if (due === Infinity) return null
    const timer = this.#pop()
    this.#armed[timer] = Infinity
    this.#due[timer] = Infinity
    return { slot: Math.floor(timer / this.#names), name: timer % this.#names, due }
  }

  /** The time of the first timer due at or before `until`, else Infinity. */
  peek(until: number): number {
    while (this.#size > 0 && this.#times[0]! <= until) {
      const timer = this.#timers[0]!
      const listed = this.#times[0]!
      const due = this.#due[timer]!
      if (listed === this.#armed[timer]! && due === listed) return due
      this.#pop()
      // Superseded entries vanish; one that was moved later comes back at its new time.
      if (listed !== this.#armed[timer]!) continue
      this.#armed[timer] = Infinity
      if (due < Infinity) this.#push(due, timer)
    }
    return Infinity
  }

  #push(due: number, timer: number): void {
    this.#armed[timer] = due
    if (this.#size === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(this.#size * 2))
      this.#timers = grown(this.#timers, new Int32Array(this.#size * 2))
    }
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(due, timer, this.#times[parent]!, this.#timers[parent]!)) break
      this.#times[at] = this.#times[parent]!
      this.#timers[at] = this.#timers[parent]!
      at = parent
    }
    this.#times[at] = due
    this.#timers[at] = timer
  }

  #pop(): number {
    const first = this.#timers[0]!
    this.#size--
    const due = this.#times[this.#size]!
    const timer = this.#timers[this.#size]!
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#childBefore(child + 1, child)) child++
      if (!this.#before(this.#times[child]!, this.#timers[child]!, due, timer)) break
      this.#times[at] = this.#times[child]!
      this.#timers[at] = this.#timers[child]!
      at = child
    }
    this.#times[at] = due
    this.#timers[at] = timer
    return first
  }

  #childBefore(a: number, b: number): boolean {
    return this.#before(this.#times[a]!, this.#timers[a]!, this.#times[b]!, this.#timers[b]!)
  }

  #before(dueA: number, timerA: number, dueB: number, timerB: number): boolean {
    if (dueA !== dueB) return dueA < dueB
    if (timerA === timerB) return false
    const slotA = Math.floor(timerA / this.#names)
    const slotB = Math.floor(timerB / this.#names)
    if (slotA === slotB) return timerA < timerB
    return this.#keyOf(slotA) < this.#keyOf(slotB)
  }

  #grow(timer: number): void {
    const capacity = Math.max(timer + 1, this.#due.length * 2)
    this.#due = grown(this.#due, new Float64Array(capacity).fill(Infinity))
    this.#armed = grown(this.#armed, new Float64Array(capacity).fill(Infinity))
  }
}

const grown = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
  to.set(from)
  return to
}
