import type { AvroSchema, Form } from '../form.ts'
import type { Cell, Slot } from './cell.ts'
import { sizeCheck } from './limits.ts'

export interface Value<T> {
  /** The value, or the initial one where none was set. Not to be changed in place. */
  get(): T
  /** Throws `CELL_FULL` where the value takes more than `bytesMax` bytes. */
  set(value: T): void
  /** Back to the initial value, which takes no room. */
  clear(): void
}

/**
 * One value of any form.
 *
 * Bound: `bytesMax` (default 1024) as Avro; beyond it `set` throws `CELL_FULL` and the step is
 * undone. Forms of fixed size are not checked. Bytes per key: the value's own, and nothing while
 * it was never set.
 *
 * The initial value is not saved: changing it changes what untouched keys answer.
 */
export const value = <T>(
  form: Form<T>,
  initial: NoInfer<T>,
  { bytesMax = 1_024 }: { readonly bytesMax?: number } = {},
): Cell<unknown, Value<T>> => {
  const check = sizeCheck('value', form, bytesMax)
  const checked = (next: T): T => {
    if (check) check(next)
    return next
  }
  // Avro has no union directly in a union, and the engine puts one around every cell.
  return isUnion(form.avro)
    ? {
        kind: 'value',
        bounds: {},
        form: held(form),
        view: slot => heldView(slot, initial, checked),
      }
    : { kind: 'value', bounds: {}, form, view: slot => plainView(slot, initial, checked) }
}

const isUnion = (avro: AvroSchema): boolean => Array.isArray(avro)

const held = (form: Form<unknown>): Form<unknown> => ({
  avro: { type: 'record', fields: [{ name: 'v', type: form.avro }] },
})

const plainView = <T>(slot: Slot<unknown>, initial: T, checked: (next: T) => T): Value<T> => ({
  get: () => {
    const form = slot.read()
    return form === undefined ? initial : (form as T)
  },
  set: next => slot.set(checked(next)),
  clear: () => slot.set(undefined),
})

const heldView = <T>(slot: Slot<unknown>, initial: T, checked: (next: T) => T): Value<T> => ({
  get: () => {
    const form = slot.read() as { v: T } | undefined
    return form === undefined ? initial : form.v
  },
  set: next => {
    checked(next)
    const form = slot.get() as { v: T } | undefined
    if (form === undefined) slot.set({ v: next })
    else form.v = next
  },
  clear: () => slot.set(undefined),
})
