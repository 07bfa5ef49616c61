import { array, type Form } from '../form.ts'
import type { Cell } from './cell.ts'
import { declaredWhole, sizeCheck } from './limits.ts'

export interface List<T> {
  /** Adds at the end, and drops the first where there are `max` already. */
  push(item: T): void
  /** Oldest first. Valid until the list is changed; not to be changed in place. */
  items(): readonly T[]
  last(): T | undefined
  /** How many were removed. */
  removeWhere(predicate: (item: T) => boolean): number
  clear(): void
  readonly size: number
}

/**
 * The last `max` items, in the order in which they were pushed.
 *
 * Bound: `max` items, of which the oldest is dropped for a new one, each of `bytesMax` (default
 * 1024) as Avro; `push` throws `CELL_FULL` for a larger one. Bytes per key: the items' own.
 */
export const listOf = <T>(
  form: Form<T>,
  { max, bytesMax = 1_024 }: { readonly max: number; readonly bytesMax?: number },
): Cell<T[], List<T>> => {
  declaredWhole('listOf', 'max', max)
  const check = sizeCheck('listOf', form, bytesMax)
  return {
    kind: 'listOf',
    bounds: { max },
    form: array(form),
    view: slot => ({
      push(item) {
        if (check) check(item)
        const list = slot.get()
        if (list === undefined) {
          slot.set([item])
        } else {
          if (list.length >= max) list.shift()
          list.push(item)
        }
      },
      items: () => slot.read() ?? EMPTY,
      last: () => slot.read()?.at(-1),
      removeWhere(predicate) {
        const list = slot.get()
        if (list === undefined) return 0
        const removed = removeFrom(list, predicate)
        if (list.length === 0) slot.set(undefined)
        return removed
      },
      clear: () => slot.set(undefined),
      get size() {
        return slot.read()?.length ?? 0
      },
    }),
  }
}

const EMPTY: readonly never[] = Object.freeze([])

const removeFrom = <T>(list: T[], predicate: (item: T) => boolean): number => {
  let kept = 0
  for (const item of list) {
    if (!predicate(item)) list[kept++] = item
  }
  const removed = list.length - kept
  list.length = kept
  return removed
}
