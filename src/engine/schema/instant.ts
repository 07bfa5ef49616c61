/**
 * A moment as JSON has it: milliseconds since 1970, or ISO 8601 with a zone. A time without a zone
 * is refused, since nobody can say when it was.
 */
const ISO = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

/** In ms since 1970; null where the text is no moment. */
export const instantOf = (text: string): number | null => {
  const parts = ISO.exec(text)
  if (parts === null || !isDayOfMonth(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return null
  }
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? null : instant
}

const DAY_MS = 86_400_000

/** The parser takes 30 February for 1 March. */
const isDayOfMonth = (year: number, month: number, day: number): boolean =>
  day >= 1 && day <= (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS
