import type { Pipeline, Reference } from '../pipeline.ts'
import type { Rows, Slot } from '../state/cell.ts'
import { type KeyedStore, type LiveKey, NEVER } from '../store/keyed-store.ts'
import type { Delivery } from './delivery.ts'
import { FORGET_INDEX } from './plan.ts'

/** What is told of a record that is handed on; of a timer there is none. */
type BoundFor = Pick<Delivery, 'isLate' | 'part'>

/**
 * What a handler sees, made once per task and pointed at one key after the other. Views of cells
 * are flyweights over the bound key, so a step allocates nothing here.
 */
export class HandlerContext {
  key = ''
  now = 0
  isLate = false
  part: string | null = null
  readonly state: Readonly<Record<string, unknown>>
  readonly timers: ContextTimers
  readonly reference: Readonly<Record<string, Reference<unknown>>>
  readonly #store: KeyedStore
  #live: LiveKey | null = null
  forgets = false

  constructor(
    pipeline: Pipeline,
    store: KeyedStore,
    timerNames: readonly string[],
    reference: Readonly<Record<string, Reference<unknown>>>,
  ) {
    this.#store = store
    this.reference = reference
    this.timers = new ContextTimers(store, timerNames, () => this.#live!.slot)
    this.state = Object.fromEntries(
      Object.entries(pipeline.state).map(([name, cell], index) => [
        name,
        cell.view({ ...this.#slotOf(index), rows: this.#rowsOf(name, index) }),
      ]),
    )
  }

  bind(live: LiveKey, now: number, delivery: BoundFor | null): void {
    this.#live = live
    this.key = live.key
    this.now = now
    this.isLate = delivery?.isLate ?? false
    this.part = delivery?.part ?? null
    this.forgets = false
  }

  /** An arrow, so that `context => context.forget()` and a destructured `forget` both work. */
  readonly forget = (): void => {
    this.forgets = true
  }

  /** Ends the step: forgets the key where the handler asked for it. */
  release(): void {
    if (this.forgets) this.#store.forget(this.#live!)
    this.#live = null
  }

  /** Packed as keys that no record has: with the cell's name before the key's. */
  #rowsOf(cell: string, index: number): Rows<unknown> {
    let [of, prefix] = ['', '']
    const nameOf = (row: string): string => {
      if (of !== this.key) prefix = `${ROW}${cell}${ROW}${this.key}${ROW}`
      of = this.key
      return prefix + row
    }
    return {
      read: name => this.#store.row(nameOf(name))?.cells[index] ?? undefined,
      write: (name, form, until) => {
        checkDue(`row ${name}`, until)
        const { entry, slot } = this.#store.rowOf(this.#live!, nameOf(name))
        entry.now = Math.max(entry.now, this.now)
        entry.changed |= 1 << index
        entry.cells[index] = form
        this.#store.timers.set(slot, FORGET_INDEX, Math.ceil(until))
      },
    }
  }

  #slotOf(index: number): Omit<Slot<unknown>, 'rows'> {
    const bit = 1 << index
    return {
      get: () => {
        const { entry } = this.#live!
        entry.changed |= bit
        return entry.cells[index] ?? undefined
      },
      read: () => this.#live!.entry.cells[index] ?? undefined,
      set: form => {
        const { entry } = this.#live!
        entry.changed |= bit
        entry.cells[index] = form ?? null
      },
    }
  }
}

/** A sign that no key of a record begins with. */
const ROW = '\u0001'

const checkDue = (what: string, dueAt: number): void => {
  if (dueAt > NEVER && dueAt <= -NEVER) return
  throw new RangeError(`${what} cannot be due at ${dueAt}: that is no time to come`)
}

class ContextTimers {
  readonly #store: KeyedStore
  readonly #slot: () => number
  readonly #indexOf: ReadonlyMap<string, number>

  constructor(store: KeyedStore, names: readonly string[], slot: () => number) {
    this.#store = store
    this.#slot = slot
    this.#indexOf = new Map(names.map((name, index) => [name, index]))
  }

  set(name: string, dueAt: number): void {
    checkDue(`timer ${name}`, dueAt)
    this.#store.timers.set(this.#slot(), this.#index(name), Math.ceil(dueAt))
  }

  clear(name: string): void {
    this.#store.timers.set(this.#slot(), this.#index(name), Infinity)
  }

  dueAt(name: string): number | undefined {
    const due = this.#store.timers.due(this.#slot(), this.#index(name))
    return due === Infinity ? undefined : due
  }

  #index(name: string): number {
    const index = this.#indexOf.get(name)
    if (index === undefined) throw new RangeError(`there is no timer called ${name}`)
    return index
  }
}
