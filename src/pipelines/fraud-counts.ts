/** How often an actor has ordered, logged in, been declined or failed to log in. */
import { long, nullable, record, type ValueOf } from '../engine/form.ts'
import { days, hours, minutes } from '../engine/time.ts'
import type { Attempt } from './fraud-attempts.ts'
import type { FraudContext } from './fraud-state.ts'

export const countsForm = record({
  attempts10m: long,
  attempts1h: long,
  attempts24h: long,
  /** Null for a login. */
  attempts7d: nullable(long),
  declines1h: long,
  declines24h: long,
  failedLogins1h: long,
})
export type Counts = Readonly<ValueOf<typeof countsForm>>

export const countsBefore = ({ kind }: Attempt, { state, now }: FraudContext): Counts => {
  const isOrder = kind === 'ORDER'
  const lastHour = isOrder ? state.orders1h : state.logins1h
  const before = isOrder ? state.orders7d : state.logins24h
  return {
    attempts10m: events(lastHour.total(now, minutes(10))),
    attempts1h: events(lastHour.total(now)),
    attempts24h: events(before.total(now, days(1))),
    attempts7d: isOrder ? events(before.total(now)) : null,
    declines1h: events(state.declines24h.total(now, hours(1))),
    declines24h: events(state.declines24h.total(now)),
    failedLogins1h: events(state.failedLogins1h.total(now)),
  }
}

/** A window that begins inside a step counts a share of it; people are told whole events. */
export const events = (total: number): number => Math.round(total)

export const count = ({ kind }: Attempt, { state, now }: FraudContext): void => {
  if (kind === 'ORDER') {
    state.orders1h.add(now)
    state.orders7d.add(now)
  } else {
    state.logins1h.add(now)
    state.logins24h.add(now)
  }
}
