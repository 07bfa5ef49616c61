/**
 * Whether a person may be written to now. The rules are asked in this order, and the first that
 * forbids it is named:
 *
 *   CONSENT      the person has not agreed to marketing, or was never asked
 *   CAP          enough was written within the last days
 *   QUIET_HOURS  it is night, and when the night is over the message would say nothing any more
 *
 * A night that ends in time only puts off: dropping every message that is due at night would silence
 * a shop for a third of the day, and sending it at eight says the same. When the night is over all
 * rules are asked again, since much may have happened in it.
 */
import { type QuietHours, quietUntil } from './trigger-quiet-hours.ts'
import { CAP_MESSAGES, CAP_WINDOW_MS, TRIGGER_RULES, type TriggerName } from './trigger-rules.ts'

export type Suppression = 'CONSENT' | 'CAP' | 'QUIET_HOURS'

export interface Circumstances {
  /** Whether the person agreed to marketing; not known is no. */
  readonly mayMarket: boolean
  /** When the person was written to, the earliest first; the last `CAP_MESSAGES` are enough. */
  readonly writtenAt: readonly number[]
  /** Of the person's market; null: none. */
  readonly quiet: QuietHours | null
}

/** Write, or do not and why, or ask again then. */
export type Verdict =
  | { readonly write: true }
  | { readonly suppressedBy: Suppression; readonly until: number | null }
  | { readonly putOffUntil: number }

/** @param dueAt when the message was due at first, before it was put off */
export const verdictOf = (
  trigger: TriggerName,
  dueAt: number,
  now: number,
  { mayMarket, writtenAt, quiet }: Circumstances,
): Verdict => {
  if (!mayMarket) return { suppressedBy: 'CONSENT', until: null }
  if (isCapped(writtenAt, now)) return { suppressedBy: 'CAP', until: null }
  const until = quiet === null ? null : quietUntil(now, quiet)
  if (until === null) return { write: true }
  return until - dueAt < TRIGGER_RULES[trigger].usefulForMs
    ? { putOffUntil: until }
    : { suppressedBy: 'QUIET_HOURS', until }
}

/** A message counts for the whole window, and no longer at the very end of it. */
export const isCapped = (writtenAt: readonly number[], now: number): boolean =>
  writtenAt.filter(at => at > now - CAP_WINDOW_MS).length >= CAP_MESSAGES
