/**
 * What the limits of a policy ask of other orders and logins, as it comes back: of a market how many were
 * stopped and how many wait for an analyst, of a customer how many high scores there were.
 */
import { long, record, type ValueOf } from '../engine/form.ts'
import { days, type Instant } from '../engine/time.ts'
import type { FraudScore } from '../events.ts'
import { isAlert, isStop } from '../models/fraud-limits.ts'
import { HIGH_SCORE } from '../models/fraud-policy.ts'
import { isStandingReason } from '../models/fraud-reasons.ts'
import { events } from './fraud-counts.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

export const marketForm = record({ scored1h: long, stopped1h: long, alertsToday: long })
export type MarketAnswer = Readonly<ValueOf<typeof marketForm>>

type Decided = Pick<FraudScore, 'score' | 'action' | 'reasons'>

/** Whether a decision counts towards a limit. */
export const isGuarded = (decided: Decided): boolean =>
  decided.score >= HIGH_SCORE || isLimited(decided)

/** Lists, rules and overrides are not limited, and use up nothing: else who is blocked could use up all. */
const isLimited = ({ action, reasons }: Decided): boolean =>
  isStopped(action) && !reasons.some(({ code }) => isStandingReason(code))

/** What a later version of the code may say is no action here. */
const isStopped = (action: FraudScore['action']): boolean => action !== 'UNKNOWN' && isStop(action)

export const marketBefore = ({ state, now }: FraudContext): MarketAnswer => {
  const answer = {
    scored1h: events(state.orders1h.total(now)),
    stopped1h: events(state.stopped1h.total(now)),
    alertsToday: alertsOn(dayOf(now), state),
  }
  state.orders1h.add(now)
  return answer
}

export const noteDecision = (decided: Decided, { state, part, now }: FraudContext): void => {
  const { score, action } = decided
  if (part === 'user') {
    if (score >= HIGH_SCORE) state.highScores24h.add(now)
    return
  }
  if (!isLimited(decided)) return
  state.stopped1h.add(now)
  if (isAlert(action as 'HOLD')) {
    const day = dayOf(now)
    state.alerts.set({ day, count: alertsOn(day, state) + 1 })
  }
}

const dayOf = (at: Instant): number => Math.floor(at / days(1))

const alertsOn = (day: number, { alerts }: FraudState): number => {
  const held = alerts.get()
  return held?.day === day ? held.count : 0
}
