import { MillraceError } from '../errors.ts'
import { double, long, record, type ValueOf } from '../form.ts'
import type { Instant } from '../time.ts'
import type { Cell } from './cell.ts'
import { declaredWhole } from './limits.ts'

export interface Decayed {
  /**
   * Adds an amount as of a moment. One before the newest is added decayed to the newest. Throws
   * `OUT_OF_RANGE` for what is not a finite number.
   */
  add(amount: number, at: Instant): void
  /** The sum, decayed to `now`. 0 where nothing was ever added. Does not change the cell. */
  at(now: Instant): number
  /** As though nothing had been added. */
  clear(): void
}

const form = record({ value: double, lastAt: long })
type Form = ValueOf<typeof form>

/**
 * A sum in which every amount halves each `halfLifeMs`.
 *
 * Shape: the value as of the newest moment at which something was added. It is decayed to another
 * moment on reading and never written back, so that reading more often changes no digit of it.
 * A moment before the newest reads the value as it is at the newest.
 *
 * Bound: two numbers, 14 bytes per key. It cannot fill.
 */
export const decayed = ({ halfLifeMs }: { readonly halfLifeMs: number }): Cell<Form, Decayed> => {
  declaredWhole('decayed', 'halfLifeMs', halfLifeMs)
  const rate = Math.LN2 / halfLifeMs
  const share = (elapsedMs: number): number => (elapsedMs <= 0 ? 1 : Math.exp(-elapsedMs * rate))
  return {
    kind: 'decayed',
    bounds: { halfLifeMs },
    form,
    view: slot => ({
      add(amount, at) {
        checkAmount(amount)
        const held = slot.get()
        if (held === undefined) {
          slot.set({ value: amount, lastAt: at })
        } else if (at > held.lastAt) {
          held.value = held.value * share(at - held.lastAt) + amount
          held.lastAt = at
        } else {
          held.value += amount * share(held.lastAt - at)
        }
      },
      at(now) {
        const held = slot.read()
        return held === undefined ? 0 : held.value * share(now - held.lastAt)
      },
      clear: () => slot.set(undefined),
    }),
  }
}

/** One NaN would stay in the sum for ever. */
const checkAmount = (amount: number): void => {
  if (Number.isFinite(amount)) return
  throw new MillraceError(
    'OUT_OF_RANGE',
    `A decayed cell takes finite numbers, not ${amount}. Leave such amounts out before adding.`,
  )
}
