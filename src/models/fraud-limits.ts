/**
 * How much a score may act by itself: the stops of a market in an hour, and what its analysts can look at
 * in a day. A model that has gone wrong does no more harm than that.
 */
import type { FraudCase } from './fraud-case.ts'
import type { FraudAction, FraudLimits } from './fraud-policy.ts'

export const isStop = (action: FraudAction): boolean =>
  action === 'HOLD' || action === 'DECLINE' || action === 'FREEZE'

/** What takes an analyst's time. */
export const isAlert = (action: FraudAction): boolean => action === 'HOLD' || action === 'FREEZE'

export interface Reached {
  readonly count: number
  readonly limit: number
}

export interface Limit {
  readonly code: 'STOP_LIMIT' | 'ALERT_BUDGET'
  readonly applies: (action: FraudAction) => boolean
  readonly permitted: readonly FraudAction[]
  readonly reachedBy: (fraudCase: FraudCase, limits: FraudLimits) => Reached | null
}

const reached = (count: number | null, limit: number | null): Reached | null =>
  count !== null && limit !== null && count >= limit ? { count, limit } : null

export const stopsMax = (scored1h: number, limits: FraudLimits): number =>
  Math.min(
    limits.stopsPerHour ?? Number.POSITIVE_INFINITY,
    Math.max(limits.stopsFreePerHour, Math.floor((scored1h * limits.stopSharePct) / 100)),
  )

/** What is left when one is reached is within those that follow. */
export const FRAUD_LIMITS_IN_TURN: readonly Limit[] = [
  {
    code: 'STOP_LIMIT',
    applies: isStop,
    permitted: ['ALLOW', 'STEP_UP'],
    reachedBy: ({ guards }, limits) =>
      reached(guards.marketStopped1h, stopsMax(guards.marketScored1h ?? 0, limits)),
  },
  {
    code: 'ALERT_BUDGET',
    applies: isAlert,
    permitted: ['ALLOW', 'STEP_UP', 'DECLINE'],
    reachedBy: ({ guards }, { alertsPerDay }) => reached(guards.marketAlertsToday, alertsPerDay),
  },
]
