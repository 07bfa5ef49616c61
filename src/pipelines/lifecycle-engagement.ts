import type { Click } from '../events.ts'

/** How much interest an event shows. A new type of event does not compile without a weight. */
const ENGAGEMENT: Readonly<Record<Click['type'], number>> = {
  PRODUCT_VIEW: 1,
  SEARCH: 1,
  FAVOURITE: 2,
  SESSION_START: 0,
  PAGE_VIEW: 0,
  ADD_TO_CART: 0,
  REMOVE_FROM_CART: 0,
  CHECKOUT_START: 0,
  LOGIN: 0,
  LOGIN_FAILED: 0,
  SIGNUP: 0,
  REVIEW: 0,
  SHARE: 0,
  CONSENT_CHANGED: 0,
  UNKNOWN: 0,
}

/** Whoever stays longer than this has read. */
const DWELL_MS = 30_000

export const engagementOf = ({ type, dwellMs }: Pick<Click, 'type' | 'dwellMs'>): number =>
  ENGAGEMENT[type] + (dwellMs !== null && dwellMs > DWELL_MS ? 1 : 0)

export const CART_EVENTS: ReadonlySet<Click['type']> = new Set<Click['type']>([
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'CHECKOUT_START',
])
