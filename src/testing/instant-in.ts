import type { Instant } from '../engine/time.ts'

const UNITS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
}

/** A span as people write it: `1d2h`, `90s`, `250ms`, `0`. In ms; null where it is none. */
export const spanIn = (text: string): number | null => {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(text)) return null
  let spanMs = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)) {
    spanMs += Number(count) * UNITS[unit!]!
  }
  return Math.round(spanMs)
}

/** A span after `from`; with a sign, after or before `previous`. null where it is none. */
export const instantIn = (text: string, from: Instant, previous: Instant): Instant | null => {
  const sign = /^[+-]/.exec(text)?.[0]
  const spanMs = spanIn(sign ? text.slice(1) : text)
  if (spanMs === null) return null
  if (sign === undefined) return from + spanMs
  return sign === '+' ? previous + spanMs : previous - spanMs
}
