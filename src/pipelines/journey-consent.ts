/** Whether a person agreed to marketing, as events tell it. */
import type { Click } from '../events.ts'
import type { JourneyState } from './journey-state.ts'

export type ConsentEvent = Pick<Click, 'occurredAt' | 'consents'>

/**
 * Events of a person whom we know that say what is allowed. An event that leaves it out says nothing
 * new, unless it tells of a change. A failed login may be anybody's.
 */
export const isConsentEvent = ({
  type,
  userId,
  consents,
}: Pick<Click, 'type' | 'userId' | 'consents'>): boolean =>
  userId !== null && type !== 'LOGIN_FAILED' && (consents !== null || type === 'CONSENT_CHANGED')

/** The latest by its own time counts, whenever it comes. */
export const takeConsent = ({ occurredAt, consents }: ConsentEvent, state: JourneyState): void => {
  if (occurredAt < (state.consent.get()?.at ?? -Infinity)) return
  state.consent.set({ given: consents?.includes('MARKETING') ?? false, at: occurredAt })
}
