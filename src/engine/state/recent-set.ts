import { array, long, record, string, type ValueOf } from '../form.ts'
import type { Instant } from '../time.ts'
import type { Cell } from './cell.ts'
import { declaredWhole, textCheck } from './limits.ts'

export interface RecentSet {
  /** Adds the item, or makes it recent again. Throws `CELL_FULL` where it is over 256 bytes. */
  add(item: string, at: Instant): void
  /** With `now`, items that the span has left behind are not seen. */
  has(item: string, now?: Instant): boolean
  /** The least recent first. */
  items(now?: Instant): readonly string[]
  /** As of the newest item. */
  readonly size: number
}

const form = record({ items: array(string), addedAt: array(long) })
type Form = ValueOf<typeof form>

const ITEM_BYTES_MAX = 256

/**
 * The last `max` different items, each with when it was last added.
 *
 * Shape: items and their moments side by side, least recent first. Items may come in any order:
 * what stays are those that were added last, by their own moments.
 *
 * Bound: `max` items of 256 bytes; the least recent is evicted, and with `spanMs` also whatever is
 * older than the newest by that span or more. Bytes per key: the items and about 7 for each.
 */
export const recentSet = ({
  max,
  spanMs,
}: {
  readonly max: number
  readonly spanMs?: number
}): Cell<Form, RecentSet> => {
  declaredWhole('recentSet', 'max', max)
  if (spanMs !== undefined) declaredWhole('recentSet', 'spanMs', spanMs)
  const check = textCheck('recentSet', ITEM_BYTES_MAX)
  const span = spanMs ?? Number.POSITIVE_INFINITY
  return {
    kind: 'recentSet',
    bounds: spanMs === undefined ? { max } : { max, spanMs },
    form,
    view: slot => ({
      add(item, at) {
        check(item)
        const held = slot.get()
        if (held === undefined) slot.set({ items: [item], addedAt: [at] })
        else addTo(held, item, at, max, span)
      },
      has(item, now) {
        const held = slot.read()
        const at = held === undefined ? -1 : held.items.indexOf(item)
        return at >= 0 && (now === undefined || held!.addedAt[at]! > now - span)
      },
      items(now) {
        const held = slot.read()
        if (held === undefined) return EMPTY
        return now === undefined ? held.items : held.items.slice(firstAfter(held, now - span))
      },
      get size() {
        return slot.read()?.items.length ?? 0
      },
    }),
  }
}

const EMPTY: readonly string[] = Object.freeze([])

const addTo = (held: Form, item: string, at: Instant, max: number, span: number): void => {
  const { items, addedAt } = held
  const known = items.lastIndexOf(item)
  if (known >= 0) {
    if (at < addedAt[known]!) return
    remove(held, known, 1)
  }
  const place = firstAfter(held, at)
  if (place === items.length) {
    items.push(item)
    addedAt.push(at)
  } else {
    items.splice(place, 0, item)
    addedAt.splice(place, 0, at)
  }
  const old = firstAfter(held, addedAt[addedAt.length - 1]! - span)
  const gone = Math.max(old, items.length - max)
  if (gone > 0) remove(held, 0, gone)
}

const remove = (held: Form, from: number, count: number): void => {
  held.items.splice(from, count)
  held.addedAt.splice(from, count)
}

/** The index of the first item added after the moment. Most are asked about the end. */
const firstAfter = ({ addedAt }: Form, at: Instant): number => {
  let low = 0
  let high = addedAt.length
  if (high === 0 || addedAt[high - 1]! <= at) return high
  while (low < high) {
    const middle = (low + high) >>> 1
    if (addedAt[middle]! > at) high = middle
    else low = middle + 1
  }
  return low
}
