import { days } from '../../src/engine/time.ts'
import type { Order } from '../../src/events.ts'
import type { CountedBuyer } from '../../src/testing/population-of-buyers.ts'

/**
 * A shop's buyers as of a midnight, as the population counts them. Counted here anew, not by the
 * pipelines' code. Neither of the real shops undoes an order it names.
 */
export const countedAt = (history: readonly Order[], cutDay: number): CountedBuyer[] => {
  const purchases = new Map<string, { days: Set<number>; netMinor: number }>()
  for (const { type, userId, occurredAt, totalMinor } of history) {
    if (type !== 'PLACED' || userId === null || occurredAt >= days(cutDay)) continue
    const own = purchases.get(userId) ?? { days: new Set(), netMinor: 0 }
    own.days.add(Math.floor(occurredAt / days(1)))
    own.netMinor += totalMinor
    purchases.set(userId, own)
  }
  return [...purchases.values()].map(own => ({
    cohortDay: Math.min(...own.days),
    repeats: own.days.size - 1,
    lastDay: Math.max(...own.days),
    meanMinor: own.netMinor / own.days.size,
  }))
}
