/** The days of an article in a warehouse: what was ordered on them, and how long it was to be had. */
import { days, type Instant } from '../engine/time.ts'
import { demandAfter, NO_DEMAND } from '../models/daily-demand.ts'
import type { ReplenishmentContext } from './replenishment-state.ts'

const DAY_MS = days(1)
/** 1970 began on a Thursday. */
const weekdayOf = (day: number): number => (day + 3) % 7

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS)

/** 0: Monday. */
export const weekdayAt = (at: Instant): number => weekdayOf(dayOf(at))

/** Learns from all days that are over, and begins the one that goes on. Whether any was over. */
export const endDays = ({ state, timers, now }: ReplenishmentContext): boolean => {
  const today = dayOf(now)
  timers.set('dayEnds', (today + 1) * DAY_MS)
  const before = state.day.get()
  if (before === null) {
    state.day.set({ number: today, units: 0, outMs: 0, outSince: null, isWhole: false })
    return false
  }
  if (before.number >= today) return false
  let demand = state.demand.get() ?? NO_DEMAND
  let day = before
  while (day.number < today) {
    const endsAt = (day.number + 1) * DAY_MS
    const outMs = day.outMs + (day.outSince === null ? 0 : endsAt - day.outSince)
    const { number, units, outSince } = day
    if (day.isWhole) demand = demandAfter(demand, units, weekdayOf(number), 1 - outMs / DAY_MS)
    const stillOut = outSince === null ? null : endsAt
    day = { number: number + 1, units: 0, outMs: 0, outSince: stillOut, isWhole: true }
  }
  state.day.set(day)
  state.demand.set({ ...demand, weekdays: [...demand.weekdays] })
  return true
}

export const countOrdered = (units: number, { state }: ReplenishmentContext): void => {
  const day = state.day.get()!
  state.day.set({ ...day, units: day.units + units })
  const level = state.level.get()
  if (level !== null) state.level.set({ ...level, orderedSince: level.orderedSince + units })
}

export const noteOut = (isOut: boolean, { state, now }: ReplenishmentContext): void => {
  const day = state.day.get()!
  if (isOut === (day.outSince !== null)) return
  const outMs = day.outMs + (day.outSince === null ? 0 : now - day.outSince)
  state.day.set({ ...day, outMs, outSince: isOut ? now : null })
}
