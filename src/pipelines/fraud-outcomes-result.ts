import type { BodyOf } from '../engine/pipeline.ts'
import { days, type Instant } from '../engine/time.ts'
import type { FraudOutcome, Reason } from '../events.ts'
import type { FraudOutcomeContext, LastWord, PlacedOrder } from './fraud-outcomes-state.ts'

export const FRAUD_OUTCOMES_VERSION = 'fraud-outcomes-2026-11-23'

/** Tells the last word on an order, if it is another than the one before. */
export const told = (
  order: PlacedOrder,
  word: LastWord,
  { key, now, state, timers }: FraudOutcomeContext,
): BodyOf<FraudOutcome> | null => {
  timers.clear('scoreDue')
  const wasFraud = state.told.get()
  if (wasFraud === word.isFraud) return null
  state.told.set(word.isFraud)
  const score = state.score.get()
  return {
    modelVersion: FRAUD_OUTCOMES_VERSION,
    reasons: [reasonOf(order, word, wasFraud, now)],
    orderId: key,
    ...order,
    isFraud: word.isFraud,
    wasFraud,
    source: word.source,
    score: score?.score ?? null,
    scoredBy: score?.scoredBy ?? null,
    action: score?.action ?? null,
    bins: score?.bins ?? [],
  }
}

const SAID_BY: Readonly<Record<LastWord['source'], string>> = {
  CHARGEBACK: 'the holder of the account',
  ANALYST: 'an analyst',
  CUSTOMER: 'the customer',
  EXPIRED: 'silence',
  UNKNOWN: 'an unknown source',
}

const reasonOf = (
  { placedAt }: PlacedOrder,
  { isFraud, source }: LastWord,
  wasFraud: boolean | null,
  now: Instant,
): Reason => {
  const after = `${Math.max(0, Math.round((10 * (now - placedAt)) / days(1)) / 10)} days after it`
  if (source === 'EXPIRED' && !isFraud) {
    return { code: 'NO_COMPLAINT', detail: `Nobody has complained until ${after}.`, weight: 0 }
  }
  const code = wasFraud === null ? 'LABELLED' : 'CORRECTED'
  const verdict = isFraud ? 'Fraud' : 'No fraud'
  return { code, detail: `${verdict}, says ${SAID_BY[source]} ${after}.`, weight: 0 }
}
