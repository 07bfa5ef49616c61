/** What a customer or an instrument usually spends, and how an amount compares with it. */
import { boolean, double, nullable, record, type ValueOf } from '../engine/form.ts'
import type { Instant } from '../engine/time.ts'
import { type AmountBaseline, baselineOf, compared, winsorised } from '../models/amount-baseline.ts'
import type { Attempt } from './fraud-attempts.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

export const spendingForm = record({
  amountZ: nullable(double),
  amountRatio: nullable(double),
  otherCurrency: boolean,
  history: double,
})
export type Spending = Readonly<ValueOf<typeof spendingForm>>

/** Answers first and learns then: an amount is no evidence against itself. */
export const compareSpending = ({ placed }: Attempt, context: FraudContext): Spending => {
  const { state, now } = context
  const history = state.history.at(now)
  state.history.add(1, now)
  if (placed === null) return { amountZ: null, amountRatio: null, otherCurrency: false, history }
  const { minor, currency } = placed.amount
  const usual = currencyKnown(currency, state, now)
  if (usual === null) state.amountCurrency.set(currency)
  else if (usual !== currency) {
    return { amountZ: null, amountRatio: null, otherCurrency: true, history }
  }
  const baseline = usual === null ? null : baselineIn(state, now)
  learnAmount(minor, baseline, state, now)
  const deviation = baseline && compared(minor, baseline)
  return {
    amountZ: deviation?.z ?? null,
    amountRatio: deviation?.ratio ?? null,
    otherCurrency: false,
    history,
  }
}

/** Less than what one order leaves in a month: whoever pays in another currency now has moved. */
const WEIGHT_FADED = 0.5

/** Null: of none yet, or of one that has faded, and is dropped for the other. */
const currencyKnown = (currency: string, state: FraudState, now: Instant): string | null => {
  const { amountCurrency, amountWeight, amountSum, amountSquares } = state
  const known = amountCurrency.get()
  if (known === null || known === currency) return known
  if (amountWeight.at(now) >= WEIGHT_FADED) return known
  for (const sum of [amountWeight, amountSum, amountSquares]) sum.clear()
  return null
}

const baselineIn = (state: FraudState, now: Instant): AmountBaseline | null =>
  baselineOf({
    weight: state.amountWeight.at(now),
    sumMinor: state.amountSum.at(now),
    sumSquares: state.amountSquares.at(now),
  })

const learnAmount = (
  amountMinor: number,
  baseline: AmountBaseline | null,
  state: FraudState,
  now: Instant,
): void => {
  const minor = winsorised(amountMinor, baseline)
  state.amountWeight.add(1, now)
  state.amountSum.add(minor, now)
  state.amountSquares.add(minor ** 2, now)
}
