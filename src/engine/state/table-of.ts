import { MillraceError } from '../errors.ts'
import { type Form, map } from '../form.ts'
import type { Cell } from './cell.ts'
import { declaredWhole, isFixedSize, textCheck } from './limits.ts'

export interface Table<T> {
  /** Not to be changed in place. */
  get(key: string): T | undefined
  /** Whether there was room: a new key is refused where there are `max` others. */
  set(key: string, value: T): boolean
  /** In the order in which the keys were first set. */
  entries(): readonly (readonly [key: string, value: T])[]
  clear(): void
  readonly size: number
}

const KEY_BYTES_MAX = 256
/** A plain object has a meaning of its own for this one. */
const NO_KEY = '__proto__'

/**
 * Values of a fixed size by name, of which there are hundreds and each is looked up at once: the
 * weights of a model, say. For a few keys, or where the last ones count, there is `mapOf`.
 *
 * Shape: an Avro map, which is written and read in the order of its keys.
 *
 * Bound: `max` keys of 256 bytes; a new key beyond them is refused, and what is held stays. Bytes per
 * key of the pipeline: keys and values, and about 2 for each.
 */
export const tableOf = <T>(
  form: Form<T>,
  { max }: { readonly max: number },
): Cell<Record<string, T>, Table<T>> => {
  declaredWhole('tableOf', 'max', max)
  if (!isFixedSize(form.avro)) throw growing()
  const checkKey = textCheck('tableOf', KEY_BYTES_MAX)
  return {
    kind: 'tableOf',
    bounds: { max },
    form: map(form),
    view: slot => ({
      get: key => ownValue(slot.read(), key),
      set(key, value) {
        checkKey(key)
        const held = slot.get()
        if (ownValue(held, key) === undefined && !hasRoom(held, key, max)) return false
        if (held === undefined) slot.set({ [key]: value })
        else held[key] = value
        return true
      },
      entries: () => Object.entries(slot.read() ?? NOTHING),
      clear: () => slot.set(undefined),
      get size() {
        return Object.keys(slot.read() ?? NOTHING).length
      },
    }),
  }
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})

const ownValue = <T>(held: Record<string, T> | undefined, key: string): T | undefined =>
  held !== undefined && Object.hasOwn(held, key) ? held[key] : undefined

const hasRoom = (held: object | undefined, key: string, max: number): boolean =>
  key !== NO_KEY && (held === undefined || Object.keys(held).length < max)

const growing = (): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    'tableOf holds values of a fixed size, and this form may grow. Use mapOf, which checks sizes.',
  )
