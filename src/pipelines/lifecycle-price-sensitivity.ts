/**
 * Who waits for deals, and so may be offered a coupon that anybody could be offered. Nothing that sets
 * a price reads any of it, and a check of the house says so (`one-price.ts`).
 */
import { isPriceSensitive } from '../models/deal-affinity.ts'
import { isPriceSensitiveIn } from '../models/lifecycle-tags.ts'
import type { Grounds } from './lifecycle-grounds.ts'
import type { LifecycleContext, Standing } from './lifecycle-state.ts'

/**
 * It is decided when purchases change, by what was bought and looked at until then, and holds until
 * they change again: to look at an article makes no result.
 */
export const priceSensitivityOf = (
  before: Standing,
  { history, population, isBooked }: Grounds,
  { state }: LifecycleContext,
): boolean => {
  const held = isPriceSensitiveIn(before.tags)
  if (!isBooked) return held
  const { purchases, dealPurchases } = history
  const { views, dealViews } = state.looked.get()
  return isPriceSensitive(held, { purchases, dealPurchases, views, dealViews }, population.deals)
}
