/** Timers that come at one time of the day (UTC). */
import { days, type Instant } from '../engine/time.ts'

/** The next time that it is so late in the day. */
export const nextAt = (timeOfDayMs: number, now: Instant): Instant =>
  timeOfDayMs + days(1) * (Math.floor((now - timeOfDayMs) / days(1)) + 1)

/** The midnight that a day began with. */
export const midnightBefore = (at: Instant): Instant => Math.floor(at / days(1)) * days(1)
