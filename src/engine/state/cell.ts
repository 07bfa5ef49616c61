import type { Form } from '../form.ts'

/**
 * One kind of state, declared in a pipeline. A cell holds nothing itself: what a key has in it is a
 * *form* (plain data that its Avro schema can write), and a handler works on it through a *view*.
 *
 * A view is made once per task and shared by all keys: its slot points at the key that is being
 * handled. So a view must keep nothing between two calls, and reads its form anew each time.
 */
export interface Cell<F, View> {
  /** The name of the kind, such as `rollingCount`. Part of the fingerprint. */
  readonly kind: string
  /** Spans, steps and maxima, which decide what the form means. Part of the fingerprint. */
  readonly bounds: Readonly<Record<string, number | string>>
  readonly form: Form<F>
  view(slot: Slot<F>): View
}

/** The place of one cell in the key that is being handled. */
export interface Slot<F> {
  /** What the key has here; `undefined` where it was never written. May be changed in place. */
  get(): F | undefined
  /** The same, not to be changed in place: what was only read is not written anew at a commit. */
  read(): F | undefined
  /** Writes the first form, or replaces it. `undefined` gives the place back. */
  set(form: F | undefined): void
  readonly rows: Rows<F>
}

/** Forms by name that stand beside the key, each saved apart. */
export interface Rows<F> {
  /** Not to be changed in place. */
  read(name: string): F | undefined
  /** Writes the row, or replaces it; it is gone when event time comes to `until`. */
  write(name: string, form: F, until: number): void
}

/** Any cell, where the types do not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a view is both read and called, so no narrower type holds all
export type AnyCell = Cell<any, any>

export type ViewOf<C> = C extends Cell<infer _F, infer View> ? View : never

/** For tests and oracles: a slot of its own, not of a key. */
export const looseSlot = <F>(form?: F): Slot<F> => {
  let held = form
  const rows = new Map<string, F>()
  return {
    get: () => held,
    read: () => held,
    set: next => {
      held = next
    },
    rows: {
      read: name => rows.get(name),
      write: (name, row) => {
        rows.set(name, row)
      },
    },
  }
}
