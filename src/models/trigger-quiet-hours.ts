/**
 * Quiet hours: the hours of local time in which nobody is written to.
 *
 *     from 22 to 8    ...21:59 | 22:00  quiet  07:59 | 08:00...
 *
 * They may go over midnight. An hour is that which a clock on the wall shows, so a night in which
 * clocks are put forward is an hour shorter. What clocks show is told by the time zone tables of the
 * ICU library in Node, the same for one version of it.
 */

export interface QuietHours {
  /** IANA name; one that is not known is read as UTC. */
  readonly timeZone: string
  /** Hour of local time at which the quiet begins, 0 to 23. */
  readonly fromHour: number
  /** Hour at which it ends, 0 to 23; the same as `fromHour`: there is no quiet. */
  readonly toHour: number
}

/** Clocks of our day are set, and put forward and back, by whole quarters of an hour. */
const QUARTER_MS = 900_000

/** Whether the clock shows a quiet hour. */
export const isQuietHour = (hour: number, { fromHour, toHour }: QuietHours): boolean =>
  fromHour <= toHour ? fromHour <= hour && hour < toHour : fromHour <= hour || hour < toHour

/**
 * When the quiet is over that reigns at `at`, or null where none does. It is less than a day ahead,
 * or two where clocks are put forward over the one hour that is not quiet.
 */
export const quietUntil = (at: number, quiet: QuietHours): number | null => {
  if (!isQuietAt(at, quiet)) return null
  let until = (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS
  while (isQuietAt(until, quiet)) until += QUARTER_MS
  return until
}

const isQuietAt = (at: number, quiet: QuietHours): boolean =>
  isQuietHour(Number(localTime(at, quiet.timeZone).slice(0, 2)), quiet)

/** What clocks show: `07:30`. */
export const localTime = (at: number, timeZone: string): string =>
  clockOf(timeZone).format.format(at)

export const isTimeZoneKnown = (timeZone: string): boolean => clockOf(timeZone).isKnown

interface Clock {
  readonly format: Intl.DateTimeFormat
  readonly isKnown: boolean
}

/** Making one takes a hundred times as long as asking it. There are some 600 names of zones. */
const CLOCKS_MAX = 1_000
const clocks = new Map<string, Clock>()

const clockOf = (timeZone: string): Clock => {
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    clock = newClock(timeZone)
    if (clocks.size >= CLOCKS_MAX) clocks.clear()
    clocks.set(timeZone, clock)
  }
  return clock
}

const newClock = (timeZone: string): Clock => {
  try {
    return { format: formatIn(timeZone), isKnown: true }
  } catch {
    return { format: formatIn('UTC'), isKnown: false }
  }
}

const formatIn = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  })
