import { MillraceError } from '../errors.ts'
import { array, long } from '../form.ts'
import type { Instant } from '../time.ts'
import type { Cell } from './cell.ts'
import { declaredWhole, WHOLE_MAX } from './limits.ts'

export interface RollingCount {
  /** Counts `amount`, a whole number, at a moment. What is older than the span is ignored. */
  add(at: Instant, amount?: number): void
  /** The count of the last `spanMs`, the whole span unless a shorter one is asked for. */
  total(now: Instant, spanMs?: number): number
}

/**
 * A count over a moving span, in steps.
 *
 * Shape: pairs of step number and count, oldest first, for those steps alone in which something
 * was counted: `[step, count, step, count, …]`. Events may come in any order inside the span, and
 * the counts are integers, so their order changes nothing.
 *
 * `total(now)` counts `(now - spanMs, now]`. Where the span begins inside a step, that step counts
 * with the share of it that is inside, as if its events were spread evenly; all later steps count
 * whole. So the answer is off by no more than the count of that one step.
 *
 * Bound: `spanMs / stepMs + 1` steps; older ones are dropped as newer ones come. Bytes per key:
 * 2, and about 6 for each step with a count.
 */
export const rollingCount = ({
  spanMs,
  stepMs,
}: {
  readonly spanMs: number
  readonly stepMs: number
}): Cell<number[], RollingCount> => {
  const steps = declaredSteps(spanMs, stepMs)
  return {
    kind: 'rollingCount',
    bounds: { spanMs, stepMs },
    form: array(long),
    view: slot => ({
      add(at, amount = 1) {
        if (amount === 0) return
        const step = Math.floor(at / stepMs)
        const pairs = slot.get()
        if (pairs === undefined) slot.set([step, counted(0, amount)])
        else addTo(pairs, step, amount, steps)
      },
      total(now, asked = spanMs) {
        const pairs = slot.read()
        return pairs === undefined ? 0 : totalOf(pairs, now, Math.min(asked, spanMs), stepMs)
      },
    }),
  }
}

const declaredSteps = (spanMs: number, stepMs: number): number => {
  declaredWhole('rollingCount', 'stepMs', stepMs)
  declaredWhole('rollingCount', 'spanMs', spanMs, { least: stepMs })
  if (spanMs % stepMs === 0 && spanMs / stepMs <= STEPS_MAX) return spanMs / stepMs
  throw new MillraceError(
    'CONFIG_INVALID',
    `rollingCount: spanMs (${spanMs}) must be stepMs (${stepMs}) times a whole number of at ` +
      `most ${STEPS_MAX}.`,
  )
}

const STEPS_MAX = 1_440

const addTo = (pairs: number[], step: number, amount: number, steps: number): void => {
  let at = pairs.length - 2
  const newest = pairs[at]!
  if (step < newest - steps) return
  // Most events belong to the newest step, so the search starts there.
  while (at >= 0 && pairs[at]! > step) at -= 2
  if (at >= 0 && pairs[at] === step) {
    pairs[at + 1] = counted(pairs[at + 1]!, amount)
  } else {
    const first = counted(0, amount)
    if (step > newest) {
      dropBefore(pairs, step - steps)
      pairs.push(step, first)
    } else {
      pairs.splice(at + 2, 0, step, first)
    }
  }
}

const dropBefore = (pairs: number[], oldest: number): void => {
  let gone = 0
  while (gone < pairs.length && pairs[gone]! < oldest) gone += 2
  if (gone > 0) pairs.splice(0, gone)
}

const counted = (count: number, amount: number): number => {
  const sum = count + amount
  if (Number.isInteger(sum) && Math.abs(sum) <= WHOLE_MAX) return sum
  throw new MillraceError(
    'CELL_FULL',
    `A rollingCount cell holds whole numbers up to 2^52, not ${count} + ${amount}. ` +
      'Count in smaller units, or use decayed for fractions.',
  )
}

const totalOf = (pairs: readonly number[], now: Instant, spanMs: number, stepMs: number) => {
  const last = Math.floor(now / stepMs)
  const start = now - spanMs
  const first = Math.floor(start / stepMs)
  let total = 0
  for (let at = pairs.length - 2; at >= 0; at -= 2) {
    const step = pairs[at]!
    if (step < first) break
    if (step > last) continue
    if (step > first) total += pairs[at + 1]!
    else total += (pairs[at + 1]! * ((first + 1) * stepMs - start)) / stepMs
  }
  return total
}
