/** The price that is shown for the next epoch: around the policy's, by chance, where that is worth while. */
import { moneyText } from './money-text.ts'
import type { PriceRange } from './price-constraints.ts'
import {
  AMPLITUDE_MIN,
  amplitudeAfter,
  amplitudeWithin,
  deviationOf,
  hasLearntEnough,
  raised,
  TESTED_FROM_MINOR,
} from './price-experiment.ts'
import type { PriceExperiment, PriceFacts, PriceReason } from './price-facts.ts'
import type { ExperimentPolicy } from './price-policy.ts'
import { priceReason } from './price-reasons.ts'

export interface PriceTest {
  /** ln of shown over policy price; null: no test. */
  readonly deviation: number | null
  readonly reasons: readonly PriceReason[]
}

/**
 * @param policyMinor around which it is drawn
 * @param allowed for every price that is shown; null: none is
 * @param isUnsure whether another price is likely better, but not for sure
 */
export const testOf = (
  facts: PriceFacts,
  policy: ExperimentPolicy,
  policyMinor: number,
  allowed: PriceRange | null,
  isUnsure: boolean,
): PriceTest => {
  const { experiment, currency } = facts
  if (experiment === null || !policy.enabled) return NO_TEST
  if (!experiment.isCarriedOut) return noTest(priceReason('P_NOT_CARRIED_OUT'))
  if (hasLearntEnough(experiment.pooledSd, experiment.hadLearntEnough, policy)) {
    return ended(facts, experiment)
  }
  const price = moneyText(policyMinor, currency)
  if (policyMinor < TESTED_FROM_MINOR) return noTest(priceReason('P_TOO_CHEAP_TO_TEST', { price }))
  const usual = amplitudeAfter(experiment.days, policy)
  const wanted = isUnsure ? raised(usual) : usual
  if (wanted === 0) return NO_TEST
  const amplitude = allowed === null ? 0 : amplitudeWithin(wanted, policyMinor, allowed)
  if (amplitude < Math.min(AMPLITUDE_MIN, wanted)) {
    return noTest(priceReason('P_NO_ROOM_TO_TEST', { price }))
  }
  const deviation = deviationOf(experiment.draw, amplitude)
  return { deviation, reasons: [drawn(deviation, amplitude, price)] }
}

const NO_TEST: PriceTest = { deviation: null, reasons: [] }

const noTest = (reason: PriceReason): PriceTest => ({ deviation: null, reasons: [reason] })

/** The last test shows the policy's own price again. */
const ended = (
  { currentMinor, policyMinor }: PriceFacts,
  { pooledSd }: PriceExperiment,
): PriceTest => ({
  deviation: currentMinor === policyMinor ? null : 0,
  reasons: [priceReason('P_EXPERIMENT_DONE', { sd: pooledSd.toFixed(2) })],
})

const drawn = (deviation: number, amplitude: number, policy: string): PriceReason => {
  const numbers = { change: percentOf(deviation), amplitude: percentOf(amplitude), policy }
  return priceReason('P_EXPERIMENT', numbers)
}

const percentOf = (log: number): number => 100 * (Math.exp(log) - 1)
