import { array, type Form, record, string } from '../form.ts'
import type { Cell } from './cell.ts'
import { declaredWhole, sizeCheck, textCheck } from './limits.ts'

/** Values are not to be changed in place, wherever they are read: what was only read is not saved. */
export interface Entries<T> {
  get(key: string): T | undefined
  /** Sets the value, and evicts the least recently set key where there are `max` others. */
  set(key: string, value: T): void
  has(key: string): boolean
  /** Whether it was there. */
  delete(key: string): boolean
  /** The least recently set first. */
  entries(): readonly (readonly [key: string, value: T])[]
  /** In the order of the entries, as are the values. Valid until the map is changed. */
  keys(): readonly string[]
  values(): readonly T[]
  clear(): void
  readonly size: number
}

export interface Held<T> {
  keys: string[]
  values: T[]
}

const KEY_BYTES_MAX = 256

/**
 * The last `max` keys that were set, each with its value.
 *
 * Shape: keys and values side by side, the least recently set first, since an Avro map keeps no
 * order. Looking up is a scan: meant for tens of keys, not for thousands.
 *
 * Bound: `max` keys of 256 bytes, of which the least recently set is evicted for a new one, and
 * `bytesMax` (default 1024) as Avro for each value; `set` throws `CELL_FULL` for larger ones.
 * Bytes per key of the pipeline: keys and values, and about 2 for each.
 */
export const mapOf = <T>(
  form: Form<T>,
  { max, bytesMax = 1_024 }: { readonly max: number; readonly bytesMax?: number },
): Cell<Held<T>, Entries<T>> => {
  declaredWhole('mapOf', 'max', max)
  const checkKey = textCheck('mapOf', KEY_BYTES_MAX)
  const check = sizeCheck('mapOf', form, bytesMax)
  return {
    kind: 'mapOf',
    bounds: { max },
    form: record({ keys: array(string), values: array(form) }) as Form<Held<T>>,
    view: slot => ({
      get(key) {
        const held = slot.read()
        const at = held === undefined ? -1 : held.keys.indexOf(key)
        return at < 0 ? undefined : held!.values[at]
      },
      set(key, value) {
        checkKey(key)
        if (check) check(value)
        const held = slot.get()
        if (held === undefined) slot.set({ keys: [key], values: [value] })
        else setIn(held, key, value, max)
      },
      has: key => slot.read()?.keys.includes(key) ?? false,
      delete(key) {
        const at = slot.read()?.keys.indexOf(key) ?? -1
        if (at < 0) return false
        const held = slot.get()!
        if (held.keys.length === 1) slot.set(undefined)
        else remove(held, at)
        return true
      },
      entries() {
        const held = slot.read()
        return held === undefined ? EMPTY : held.keys.map((key, at) => [key, held.values[at]!])
      },
      keys: () => slot.read()?.keys ?? EMPTY,
      values: () => slot.read()?.values ?? EMPTY,
      clear: () => slot.set(undefined),
      get size() {
        return slot.read()?.keys.length ?? 0
      },
    }),
  }
}

const EMPTY: readonly never[] = Object.freeze([])

const setIn = <T>(held: Held<T>, key: string, value: T, max: number): void => {
  const { keys, values } = held
  const known = keys.lastIndexOf(key)
  if (known >= 0 && known === keys.length - 1) {
    values[known] = value
    return
  }
  if (known >= 0) remove(held, known)
  else if (keys.length >= max) remove(held, 0)
  keys.push(key)
  values.push(value)
}

/** Those behind move up one by one: to splice makes a list of what goes. */
const remove = <T>({ keys, values }: Held<T>, at: number): void => {
  for (let next = at + 1; next < keys.length; next++) {
    keys[next - 1] = keys[next]!
    values[next - 1] = values[next]!
  }
  keys.pop()
  values.pop()
}
