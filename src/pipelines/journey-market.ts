/** Where the person was last, and when nobody is written to there. */
import type { Instant } from '../engine/time.ts'
import type { QuietHours } from '../models/trigger-quiet-hours.ts'
import type { JourneyContext } from './journey-state.ts'

/** An event that is known late tells nothing of where the person is now. */
export const noteMarket = (
  { market, occurredAt }: { readonly market: string | null; readonly occurredAt: Instant },
  { state, now }: JourneyContext,
): void => {
  if (market !== null && occurredAt === now) state.market.set(market)
}

/** The market that a person is counted to, as long as nothing is known of where the person is. */
export const noteHome = (
  { market }: { readonly market: string | null },
  { state }: JourneyContext,
): void => {
  if (market !== null && state.market.get() === null) state.market.set(market)
}

/** None where the market is not known, or lists no hours. */
export const quietHoursOf = ({ state, reference }: JourneyContext): QuietHours | null => {
  const market = reference.markets.get(state.market.get() ?? '')
  if (market === undefined || market.quietFromHour === null || market.quietToHour === null) {
    return null
  }
  const { timeZone, quietFromHour: fromHour, quietToHour: toHour } = market
  return { timeZone, fromHour, toHour }
}
