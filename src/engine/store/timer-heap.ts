/**
 * Due times of many keys' timers, least first: (due, key, name).
 *
 * A heap entry says "look at this timer no later than then"; the due time itself is kept beside.
 * Most timers are moved later with each event of their key ("thirty days after the last one"), and
 * that costs nothing here: the entry stays, and is put back at the new time when it comes up. A
 * timer that is moved earlier takes its entry with it, so each has one entry at most.
 */
export class TimerHeap {
  readonly #names: number
  readonly #keyOf: (slot: number) => string
  /** Per (slot, name): when it is due, Infinity where it is not set. */
  #due: Float64Array
  /** Per (slot, name): the place of its entry in the heap, NOWHERE where it has none. */
  #place: Int32Array
  #times = new Float64Array(1024)
  #timers = new Int32Array(1024)
  #size = 0

  constructor(names: number, keyOf: (slot: number) => string) {
    this.#names = names
    this.#keyOf = keyOf
    this.#due = new Float64Array(1024 * names).fill(Infinity)
    this.#place = new Int32Array(1024 * names).fill(NOWHERE)
  }

  /** How many entries there are: of timers that are set, and of some that were. */
  get entries(): number {
    return this.#size
  }

  due(slot: number, name: number): number {
    return this.#due[slot * this.#names + name] ?? Infinity
  }

  /** Sets or moves; Infinity clears. */
  set(slot: number, name: number, due: number): void {
    const timer = slot * this.#names + name
    if (timer >= this.#due.length) this.#grow(timer)
    this.#due[timer] = due
    const place = this.#place[timer]!
    if (place === NOWHERE) {
      if (due < Infinity) this.#push(due, timer)
    } else if (due < this.#times[place]!) this.#rise(place, due, timer)
  }

  /**
   * Clears the timers of a key, with their entries: the slot may get another key, and entries of
   * the same instant are in the order of their keys.
   */
  clearAll(slot: number): void {
    for (let name = 0; name < this.#names; name++) {
      const timer = slot * this.#names + name
      if (timer >= this.#due.length) return
      this.#due[timer] = Infinity
      if (this.#place[timer] !== NOWHERE) this.#remove(this.#place[timer]!)
    }
  }

  /** Takes the first timer that is due at or before `until`; null where there is none. */
  take(until: number): { slot: number; name: number; due: number } | null {
    const due = this.peek(until)
    if (due === Infinity) return null
    const timer = this.#timers[0]!
    this.#remove(0)
    this.#due[timer] = Infinity
    return { slot: Math.floor(timer / this.#names), name: timer % this.#names, due }
  }

  /** The time of the first timer due at or before `until`, else Infinity. */
  peek(until: number): number {
    while (this.#size > 0 && this.#times[0]! <= until) {
      const timer = this.#timers[0]!
      const due = this.#due[timer]!
      if (due === this.#times[0]!) return due
      if (due === Infinity) this.#remove(0)
      else this.#sink(0, due, timer)
    }
    return Infinity
  }

  #push(due: number, timer: number): void {
    if (this.#size === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(this.#size * 2))
      this.#timers = grown(this.#timers, new Int32Array(this.#size * 2))
    }
    this.#rise(this.#size++, due, timer)
  }

  /** The last entry takes the place of the one that goes. */
  #remove(place: number): void {
    this.#place[this.#timers[place]!] = NOWHERE
    const last = --this.#size
    if (place === last) return
    const due = this.#times[last]!
    const timer = this.#timers[last]!
    this.#sink(place, due, timer)
    this.#rise(this.#place[timer]!, due, timer)
  }

  #rise(from: number, due: number, timer: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(due, timer, this.#times[parent]!, this.#timers[parent]!)) break
      this.#put(at, this.#times[parent]!, this.#timers[parent]!)
      at = parent
    }
    this.#put(at, due, timer)
  }

  #sink(from: number, due: number, timer: number): void {
    let at = from
    for (;;) {
      let child = at * 2 + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#childBefore(child + 1, child)) child++
      if (!this.#before(this.#times[child]!, this.#timers[child]!, due, timer)) break
      this.#put(at, this.#times[child]!, this.#timers[child]!)
      at = child
    }
    this.#put(at, due, timer)
  }

  #put(place: number, due: number, timer: number): void {
    this.#times[place] = due
    this.#timers[place] = timer
    this.#place[timer] = place
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
    this.#place = grown(this.#place, new Int32Array(capacity).fill(NOWHERE))
  }
}

const NOWHERE = -1

const grown = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
  to.set(from)
  return to
}
