/** A moment of event time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Spans, in milliseconds. */
export const seconds = (count: number): number => count * 1_000
export const minutes = (count: number): number => count * 60_000
export const hours = (count: number): number => count * 3_600_000
export const days = (count: number): number => count * 86_400_000
export const weeks = (count: number): number => count * 604_800_000

/** A span as people write it: `90d`, `12h`, `5m`, `30s`, `250ms`. */
export const spanText = (spanMs: number): string => {
  for (const [unit, size] of UNITS) {
    if (spanMs >= size && spanMs % size === 0) return `${spanMs / size}${unit}`
  }
  return `${spanMs}ms`
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', days(1)],
  ['h', hours(1)],
  ['m', minutes(1)],
  ['s', seconds(1)],
]
