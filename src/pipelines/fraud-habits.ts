/** What is usual of a customer: devices, cards, addresses, ways to pay, places, what comes back. */
import { boolean, double, long, nullable, record, type ValueOf } from '../engine/form.ts'
import type { RecentSet } from '../engine/state/index.ts'
import { days, type Instant } from '../engine/time.ts'
import { isAnomalous } from '../models/anomalous-amount.ts'
import { type Travel, travelOf } from '../models/travel.ts'
import type { Attempt } from './fraud-attempts.ts'
import { events } from './fraud-counts.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

/** How many were known, and whether this one was not among them. */
const novelty = nullable(record({ known: long, isNew: boolean }))
export type Novelty = Readonly<ValueOf<typeof novelty>>

export const habitsForm = record({
  device: novelty,
  instrument: novelty,
  address: novelty,
  method: novelty,
  anomalyMass: nullable(double),
  travelKm: nullable(double),
  travelKph: nullable(double),
  orders30d: long,
  refunds30d: long,
  fraudAgeDays: nullable(double),
  highScores24h: long,
})
export type Habits = Readonly<ValueOf<typeof habitsForm>>

/**
 * Answers first and learns then.
 *
 * @param amountZ of this order, which is remembered where it is far above the usual
 */
export const compareHabits = (
  attempt: Attempt,
  amountZ: number | null,
  { state, now }: FraudContext,
): Habits => {
  const { deviceId, placed, seen } = attempt
  const travel = travelTo(seen, state)
  const fraudAt = state.lastFraudAt.get()
  const habits = {
    device: noveltyIn(state.devices, deviceId, now),
    instrument: noveltyIn(state.instruments, placed?.instrumentId ?? null, now),
    address: noveltyIn(state.addresses, placed?.addressId ?? null, now),
    method: noveltyIn(state.methods, placed?.method ?? null, now),
    anomalyMass: placed === null ? null : state.anomalies.at(now),
    travelKm: travel?.distanceKm ?? null,
    travelKph: travel?.speedKph ?? null,
    orders30d: events(state.orders30d.total(now)),
    refunds30d: state.refunds30d.items(now).length,
    fraudAgeDays: fraudAt === null ? null : (now - fraudAt) / days(1),
    highScores24h: events(state.highScores24h.total(now)),
  }
  if (placed !== null) state.orders30d.add(now)
  if (isAnomalous(amountZ)) state.anomalies.add(1, now)
  notePlace(seen, state)
  return habits
}

/** Null where the attempt has none. It is known from now on. */
const noveltyIn = (known: RecentSet, item: string | null, now: Instant): Novelty => {
  if (item === null) return null
  const novelty = { known: known.size, isNew: !known.has(item) }
  known.add(item, now)
  return novelty
}

const travelTo = (seen: Attempt['seen'], { lastPlace }: FraudState): Travel | null => {
  const last = seen && lastPlace.get()
  return seen && last && travelOf(last, seen)
}

const notePlace = (seen: Attempt['seen'], { lastPlace }: FraudState): void => {
  if (seen === null) return
  const last = lastPlace.get()
  if (last === null || last.at <= seen.at) lastPlace.set(seen)
}
