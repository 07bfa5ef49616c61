/** Occasions that follow from where a person stands as a customer. */
import type { LifecycleActivity } from './lifecycle-activity.ts'
import { WIN_BACK_COST_MINOR, WIN_BACK_TIMES } from './trigger-rules.ts'

export interface CustomerStanding {
  readonly activity: LifecycleActivity | 'UNKNOWN'
  readonly previousActivity: LifecycleActivity | 'UNKNOWN' | null
  readonly tags: readonly string[]
  /** Tags since this standing. */
  readonly entered: readonly string[]
  /** Expected worth of the next 52 weeks, in minor units; null: nothing to tell it from. */
  readonly ltv52wMinor: number | null
}

/**
 * - `WIN_BACK`: somebody became dormant whose next year is worth the cost of asking several times.
 *   Where that worth is not known there is no occasion: not known is never enough.
 * - `VIP_AT_RISK`: somebody is of high value and at risk, and was not both before.
 */
export const occasionOf = (standing: CustomerStanding): 'WIN_BACK' | 'VIP_AT_RISK' | null => {
  const { activity, previousActivity, tags, entered, ltv52wMinor } = standing
  const isNew = activity !== previousActivity
  if (activity === 'DORMANT') return isNew && isWorthWinning(ltv52wMinor) ? 'WIN_BACK' : null
  if (activity !== 'AT_RISK' || !tags.includes('HIGH_VALUE')) return null
  return isNew || entered.includes('HIGH_VALUE') ? 'VIP_AT_RISK' : null
}

/**
 * Whether somebody who was away is back. An order says so itself; this is for what is known otherwise, as that
 * a visitor who has ordered as a guest is this person.
 */
export const isComeback = ({ activity, previousActivity }: CustomerStanding): boolean =>
  AWAY.has(previousActivity) && (activity === 'ACTIVE' || activity === 'REACTIVATED')

const AWAY: ReadonlySet<string | null> = new Set(['AT_RISK', 'DORMANT', 'LOST'])

const isWorthWinning = (ltv52wMinor: number | null): boolean =>
  ltv52wMinor !== null && ltv52wMinor >= WIN_BACK_TIMES * WIN_BACK_COST_MINOR
