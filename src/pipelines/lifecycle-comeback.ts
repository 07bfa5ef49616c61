/**
 * A purchase that ends a dormant or lost time is a return. Whether it is one is decided once, when it
 * is booked, by what was said of the person until then: new parameters neither make a return nor end
 * one.
 */
import type { Instant } from '../engine/time.ts'
import type { Order } from '../events.ts'
import { activityOf, type LifecycleActivity } from '../models/lifecycle-activity.ts'
import type { Population } from './lifecycle-population.ts'
import { purchaseHistoryOf, rhythmOf } from './lifecycle-purchases.ts'
import type { LifecycleContext, LifecycleState } from './lifecycle-state.ts'

const isAway = (activity: LifecycleActivity | null): boolean =>
  activity === 'DORMANT' || activity === 'LOST'

/**
 * Whether a purchase by this order, which is not booked yet, is a return. One that comes late is
 * judged by the rhythm at its own time: what was said since then was said without it.
 */
export const isComeback = (
  { occurredAt }: Pick<Order, 'occurredAt'>,
  { state, now }: LifecycleContext,
  population: Population,
): boolean => {
  if (!isAway(state.standing.get().activity)) return false
  const rhythm = rhythmOf(purchaseHistoryOf(state), population)
  if (rhythm === null || occurredAt <= rhythm.lastAt) return false
  const presence = { lastAt: rhythm.lastAt, reactivatedAt: null, rhythm }
  return occurredAt >= now || isAway(activityOf(presence, occurredAt))
}

/** When the last return was, null where none was or it is undone. An order that is settled stands. */
export const reactivatedAtOf = ({ comeback, purchases }: LifecycleState): Instant | null => {
  const last = comeback.get()
  if (last === null) return null
  const status = purchases.get(last.orderId)?.status ?? 'PLACED'
  return status === 'PLACED' ? last.placedAt : null
}
