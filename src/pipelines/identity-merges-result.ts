/** What a visitor's turns brought, told where that is news. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { Click, IdentityMerge, Reason } from '../events.ts'
import { type IdentityHistory, isSameHistory } from '../models/identity-history.ts'
import { boughtIn } from './identity-merges-orders.ts'
import type { IdentityContext, IdentityState, VisitorTurn } from './identity-merges-state.ts'

export const IDENTITY_MODEL_VERSION = 'identity-2026-11-23'

export type Merge = BodyOf<IdentityMerge>

const REASONS = {
  R_LOGIN: 'Logged in on this browser.',
  R_SIGNUP: 'Signed up on this browser.',
  R_ORDER: 'Ordered on this browser by name.',
  R_GUEST_ORDER: 'What was ordered as a guest on this browser has changed.',
} as const
type ReasonCode = keyof typeof REASONS

export const loginReason = ({ type }: Pick<Click, 'type'>): ReasonCode =>
  type === 'SIGNUP' ? 'R_SIGNUP' : 'R_LOGIN'

/**
 * Makes a change, and tells of each turn that brings something else by it. A login, and an order that
 * names both, is told of in any case, so that whatever else is known of the visitor until then ends; see `lifecycle-segments`.
 */
export const told = (context: IdentityContext, code: ReasonCode, change: () => void): Merge[] => {
  const { state } = context
  const before = broughtBy(state)
  change()
  const changed = broughtBy(state).map(after => {
    const known = before.find(({ turn }) => isSameTurn(turn, after.turn))
    return newsOf(known, after, code !== 'R_GUEST_ORDER')
  })
  if (changed.some(({ isOther }) => isOther)) state.turns.set(changed.map(({ turn }) => turn))
  return changed.flatMap(({ turn, history, isTold }) =>
    isTold ? [mergeOf(turn, history, code, context)] : [],
  )
}

interface Brought {
  readonly turn: VisitorTurn
  readonly history: IdentityHistory
}

const broughtBy = (state: IdentityState): readonly Brought[] =>
  state.turns.get().map((turn, index) => ({ turn, history: boughtIn(index, state) }))

const isSameTurn = (one: VisitorTurn, other: VisitorTurn): boolean =>
  one.userId === other.userId && one.since === other.since

const newsOf = (before: Brought | undefined, { turn, history }: Brought, isLogin: boolean) => {
  const isOther = before === undefined || !isSameHistory(before.history, history)
  const isLonger = before !== undefined && before.turn.until < turn.until
  const next = isOther ? { ...turn, revision: turn.revision + 1 } : turn
  return { turn: next, history, isOther, isTold: isOther || (isLogin && isLonger) }
}

const mergeOf = (
  { userId, since, until, revision }: VisitorTurn,
  { firstAt, lastAt, ...history }: IdentityHistory,
  code: ReasonCode,
  { key }: IdentityContext,
): Merge => ({
  modelVersion: IDENTITY_MODEL_VERSION,
  reasons: [{ code, detail: REASONS[code], weight: 1 }] satisfies Reason[],
  visitorId: key,
  userId,
  since,
  mergedAt: until,
  revision,
  ...history,
  firstPurchaseAt: firstAt,
  lastPurchaseAt: lastAt,
})
