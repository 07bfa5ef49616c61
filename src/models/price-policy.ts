/**
 * How far prices may move, and how experiments are made: what a shop decides, not what a model learns.
 * A policy that is published while the stream runs takes the place of the default.
 */

export interface PricePolicy {
  /** Of the cost, in percent, that a price leaves at least. Below 0: stock may be sold at a loss. */
  readonly minMarginPct: number
  /** How far a price may be from that of a day before, in percent. */
  readonly maxStepPct: number
  /** The same for what cannot be sold after some moment. */
  readonly perishableStepPct: number
  /** What a unit is worth after that moment, in percent of its cost. */
  readonly salvageSharePct: number
  /** Last digit of prices; null: any. */
  readonly ending: number | null
  /** The chance that demand is elastic from which on prices move by themselves. */
  readonly requireElasticShare: number
  readonly experiments: ExperimentPolicy
}

export interface ExperimentPolicy {
  readonly enabled: boolean
  /** Other seed, other draws. */
  readonly seed: string
  /** For how long a price drawn by chance stands. */
  readonly epochDays: number
  /** Up to how many days from the first experiment on, and by how much up or down; null: from there on. */
  readonly amplitudes: readonly (readonly [untilDays: number | null, amplitude: number])[]
  /** Standard deviation of the elasticity below which there is nothing left to learn. */
  readonly stopSd: number
  /** How long before an epoch its price is told. */
  readonly leadHours: number
}

/** Limits of part 3.6 of the reference, tapering of part 3.3. */
export const DEFAULT_PRICE_POLICY: PricePolicy = {
  minMarginPct: 5,
  maxStepPct: 5,
  perishableStepPct: 30,
  salvageSharePct: 0,
  ending: 9,
  requireElasticShare: 0.9,
  experiments: {
    enabled: true,
    seed: '1',
    epochDays: 3,
    amplitudes: [
      [30, 0.1],
      [90, 0.05],
      [null, 0.02],
    ],
    stopSd: 0.25,
    leadHours: 1,
  },
}

/**
 * Null where the document is no policy. What it leaves out is as in the default. What it has beyond that
 * makes it no policy: a limit whose name is misspelt would go unheeded.
 *
 * @param document JSON
 */
export const pricePolicyIn = (document: string): PricePolicy | null => {
  const stated = objectIn(document)
  if (stated === null || !isMadeOf(stated, POLICY_RULES)) return null
  const experiments = stated.experiments ?? {}
  if (!isObject(experiments) || !isMadeOf(experiments, EXPERIMENT_RULES)) return null
  return {
    ...DEFAULT_PRICE_POLICY,
    ...stated,
    experiments: { ...DEFAULT_PRICE_POLICY.experiments, ...experiments },
  }
}

type Stated = Readonly<Record<string, unknown>>
type Rules<T> = { readonly [name in keyof T]: (value: unknown) => boolean }

const isObject = (value: unknown): value is Stated =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectIn = (document: string): Stated | null => {
  try {
    const value: unknown = JSON.parse(document)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isMadeOf = (stated: Stated, rules: Rules<object>): boolean =>
  Object.entries(stated).every(
    ([name, value]) => Object.hasOwn(rules, name) && (rules as Record<string, Rule>)[name]!(value),
  )

type Rule = (value: unknown) => boolean

const isWithin =
  (least: number, most: number): Rule =>
  value =>
    typeof value === 'number' && value >= least && value <= most

const isDigit: Rule = value => Number.isInteger(value) && isWithin(0, 9)(value)

/** Rising days, and the last for all that follow. */
const isTaper: Rule = value =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (each: unknown, i) =>
      Array.isArray(each) &&
      each.length === 2 &&
      isWithin(0, AMPLITUDE_MAX)(each[1]) &&
      (i === value.length - 1 ? each[0] === null : isAfter(each[0], i > 0 ? value[i - 1][0] : 0)),
  )

const isAfter = (days: unknown, before: unknown): boolean =>
  typeof days === 'number' && typeof before === 'number' && days > before

/** ln of the price's ratio: a test never moves it by more than a fifth. */
export const AMPLITUDE_MAX = 0.2

const POLICY_RULES: Rules<PricePolicy> = {
  minMarginPct: isWithin(-100, 1_000),
  maxStepPct: isWithin(0, 100),
  perishableStepPct: isWithin(0, 100),
  salvageSharePct: isWithin(0, 100),
  ending: value => value === null || isDigit(value),
  requireElasticShare: isWithin(0.5, 1),
  experiments: isObject,
}

const EXPERIMENT_RULES: Rules<ExperimentPolicy> = {
  enabled: value => typeof value === 'boolean',
  seed: value => typeof value === 'string',
  epochDays: value => Number.isInteger(value) && isWithin(1, 28)(value),
  amplitudes: isTaper,
  stopSd: isWithin(0, 2),
  leadHours: isWithin(0, 24),
}
