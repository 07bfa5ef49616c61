/** The market that a person is counted to, and the one currency that the person's value is in. */
import type { Click, Order } from '../events.ts'
import type { Home } from '../models/identity-history.ts'
import type { LifecycleState } from './lifecycle-state.ts'

/** Of one's own orders, else of those that came with a visitor, else where one was first. */
export const homeOf = ({ home, merged, mergedBefore }: LifecycleState): Home => {
  const own = home.get()
  if (own.currency !== null) return own
  const guest = [...merged.get(), ...mergedBefore.get()].find(({ currency }) => currency !== null)
  return guest ? { market: guest.market ?? own.market, currency: guest.currency } : own
}

/** The first market visited, until an order tells better. */
export const noteMarket = ({ market }: Pick<Click, 'market'>, { home }: LifecycleState): void => {
  const known = home.get()
  if (market !== null && known.market === null) home.set({ ...known, market })
}

/** The first order decides. */
export const noteCurrency = (
  { market, currency }: Pick<Order, 'market' | 'currency'>,
  { home }: LifecycleState,
): void => {
  const known = home.get()
  if (known.currency === null) home.set({ market: market ?? known.market, currency })
}

/** Why the order cannot be added to the person's value, or null where it can. */
export const currencyConflict = (
  { orderId, currency }: Pick<Order, 'orderId' | 'currency'>,
  { home }: LifecycleState,
): string | null => {
  const expected = home.get().currency
  if (expected === null || expected === currency) return null
  return (
    `Order ${orderId} is in ${currency}, but the customer's orders so far are in ${expected}. ` +
    'Correct the currency or the customer of the order, and redrive it.'
  )
}
