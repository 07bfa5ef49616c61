import { instantOf } from '../../engine/schema/instant.ts'

/**
 * A moment as one writes it in a command, in ms since 1970: a number of ms, ISO 8601 with a zone, or
 * a day alone, which begins at midnight UTC. Null where it is none of them.
 */
export const momentOf = (text: string): number | null => {
  if (/^-?\d+$/.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : null
  return instantOf(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
}

/** As people read it: to the second, UTC. */
export const momentText = (at: number): string =>
  Math.abs(at) <= DATE_MAX ? new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') : String(at)

/** What a `Date` can hold. */
const DATE_MAX = 8.64e15
