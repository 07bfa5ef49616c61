/**
 * What is done at which score. One default policy by fixed borders; a policy that weighs costs, and
 * that is published while the stream runs, takes its place under another id and version.
 */
export type FraudAction = 'ALLOW' | 'STEP_UP' | 'HOLD' | 'DECLINE' | 'FREEZE'

export interface FraudPolicy {
  readonly id: string
  readonly version: number
  /** Rising borders: the action of the last one at or below the score is taken. */
  readonly borders: readonly { readonly from: number; readonly action: FraudAction }[]
}

/** No score alone freezes an account: that takes a second one within a day, or an analyst. */
export const DEFAULT_FRAUD_POLICY: FraudPolicy = {
  id: 'default',
  version: 1,
  borders: [
    { from: 0, action: 'ALLOW' },
    { from: 0.03, action: 'STEP_UP' },
    { from: 0.2, action: 'HOLD' },
    { from: 0.7, action: 'DECLINE' },
  ],
}

export const actionOf = (score: number, { borders }: FraudPolicy): FraudAction =>
  borders.findLast(({ from }) => from <= score)?.action ?? 'ALLOW'
