/**
 * The lowest price that competitors ask. Who was not seen for two weeks may not ask it any more, and
 * counts as not known.
 */
import { days, type Instant } from '../engine/time.ts'
import type { CompetitorPrice } from '../events.ts'
import { NO_PRICE, type ObservationContext } from './demand-observations-state.ts'

const KNOWN_FOR_MS = days(14)

type State = Pick<ObservationContext['state'], 'competitors'>
type Seen = Pick<CompetitorPrice, 'competitor' | 'priceMinor'>

export const noteCompetitor = ({ competitor, priceMinor }: Seen, at: Instant, state: State): void =>
  state.competitors.set(competitor, { priceMinor, seenAt: at })

/** In minor units, or `NO_PRICE`. */
export const lowestOfCompetitors = ({ competitors }: State, at: Instant): number => {
  let lowest = NO_PRICE
  for (const { priceMinor, seenAt } of competitors.values()) {
    const isKnown = priceMinor > 0 && seenAt > at - KNOWN_FOR_MS
    if (isKnown && (lowest === NO_PRICE || priceMinor < lowest)) lowest = priceMinor
  }
  return lowest
}
