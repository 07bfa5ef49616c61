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
  shownPrice,
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

/** What the test is to be for. */
export interface TestOccasion {
  /** Around which it is drawn. */
  readonly policyMinor: number
  /** For every price that is shown; null: none is. */
  readonly allowed: PriceRange | null
  /** Whether another price is likely better, but not for sure. */
  readonly isUnsure: boolean
  /** Whether the price is that of stock that must go, which is solved anew each hour. */
  readonly isClearing: boolean
  /** Whether the policy's price is to be set anyway. */
  readonly isMove: boolean
}

export const testOf = (
  facts: PriceFacts,
  policy: ExperimentPolicy,
  occasion: TestOccasion,
): PriceTest => {
  const { experiment, unlistedMarket: market } = facts
  if (market !== null && policy.enabled) {
    return { deviation: null, reasons: [priceReason('P_MARKET_UNLISTED', { market })] }
  }
  if (experiment === null) return NO_TEST
  if (!policy.enabled) return over(facts)
  if (!experiment.isCarriedOut) return { deviation: null, reasons: [NOT_CARRIED_OUT] }
  if (hasLearntEnough(experiment.pooledSd, experiment.hadLearntEnough, policy)) {
    return over(facts, priceReason('P_EXPERIMENT_DONE', { sd: experiment.pooledSd.toFixed(2) }))
  }
  if (occasion.isClearing) {
    return occasion.isMove ? { deviation: null, reasons: [STOCK_FIRST] } : over(facts, STOCK_FIRST)
  }
  return drawnOn(facts, experiment, policy, occasion)
}

const drawnOn = (
  facts: PriceFacts,
  experiment: PriceExperiment,
  policy: ExperimentPolicy,
  { policyMinor, allowed, isUnsure }: TestOccasion,
): PriceTest => {
  const price = moneyText(policyMinor, facts.currency)
  if (policyMinor < TESTED_FROM_MINOR) {
    return over(facts, priceReason('P_TOO_CHEAP_TO_TEST', { price }))
  }
  const usual = amplitudeAfter(experiment.days, policy)
  const wanted = isUnsure ? raised(usual, policy) : usual
  if (wanted === 0) return over(facts)
  const amplitude = allowed === null ? 0 : amplitudeWithin(wanted, policyMinor, allowed)
  if (amplitude < Math.min(AMPLITUDE_MIN, wanted)) {
    return over(facts, priceReason('P_NO_ROOM_TO_TEST', { price }))
  }
  const deviation = deviationOf(experiment.draw, amplitude)
  const reason = drawn(facts, policyMinor, deviation, amplitude, policy)
  return { deviation, reasons: [reason] }
}

const NO_TEST: PriceTest = { deviation: null, reasons: [] }

const STOCK_FIRST = priceReason('P_STOCK_FIRST')
const NOT_CARRIED_OUT = priceReason('P_NOT_CARRIED_OUT')

/** No more tests, for whatever reason: the last shows the policy's own price again. */
const over = (
  { currentMinor, policyMinor }: PriceFacts,
  ...reasons: readonly PriceReason[]
): PriceTest => ({ deviation: currentMinor === policyMinor ? null : 0, reasons })

const drawn = (
  { currency, experiment }: PriceFacts,
  policyMinor: number,
  deviation: number,
  amplitude: number,
  { epochDays, stopSd }: ExperimentPolicy,
): PriceReason => {
  const priceAt = (each: number) => moneyText(shownPrice(policyMinor, each), currency)
  return priceReason('P_EXPERIMENT', {
    shown: priceAt(deviation),
    epoch: epochDays,
    low: priceAt(-amplitude),
    high: priceAt(amplitude),
    policy: priceAt(0),
    stop: stopSd.toFixed(2),
    sd: experiment!.pooledSd.toFixed(2),
  })
}
