/** What the fields of a pricing policy may be, and what is wrong with one that is published. */
import type { ExperimentPolicy, PricePolicy } from './price-policy.ts'

interface Rule {
  readonly isKept: (value: unknown) => boolean
  /** What it must be, after "must be". */
  readonly text: string
}
type Rules<T> = { readonly [name in keyof T]: Rule }
type Stated = Readonly<Record<string, unknown>>

/** The first field that is not as it must be, in one clause; null: there is none. */
export const policyFault = (stated: unknown): string | null => {
  if (!isObject(stated)) return 'it is no JSON object'
  return faultOf(stated, POLICY_RULES, '') ?? experimentsFault(stated.experiments)
}

const experimentsFault = (stated: unknown): string | null =>
  stated === undefined ? null : faultOf(stated as Stated, EXPERIMENT_RULES, 'experiments.')

const faultOf = (stated: Stated, rules: Rules<object>, path: string): string | null => {
  for (const [name, value] of Object.entries(stated)) {
    const at = `${path}${shortened(name)}`
    if (!Object.hasOwn(rules, name)) return `it has a field ${at}, which no pricing policy has`
    const { isKept, text } = (rules as Readonly<Record<string, Rule>>)[name]!
    if (!isKept(value)) return `${at} is ${shortened(JSON.stringify(value))} and must be ${text}`
  }
  return null
}

/** Of what anybody may have written, no more than fits into a sentence. */
const TEXT_MAX = 60
const shortened = (text: string): string =>
  text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`

const isObject = (value: unknown): value is Stated =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNumber = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && value >= least && value <= most

const within = (least: number, most: number): Rule => ({
  isKept: value => isNumber(value, least, most),
  text: `a number from ${least} to ${most}`,
})

const whole = (least: number, most: number): Rule => ({
  isKept: value => Number.isInteger(value) && isNumber(value, least, most),
  text: `a whole number from ${least} to ${most}`,
})

const isTaper = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (each: unknown, i) =>
      Array.isArray(each) &&
      each.length === 2 &&
      isNumber(each[1], 0, AMPLITUDE_MAX) &&
      (i === value.length - 1 ? each[0] === null : isAfter(each[0], i > 0 ? value[i - 1][0] : 0)),
  )

const isAfter = (days: unknown, before: unknown): boolean =>
  typeof days === 'number' && typeof before === 'number' && days > before

/** ln of the price's ratio: a test never moves it by more than a fifth. */
const AMPLITUDE_MAX = 0.2

const ending = whole(0, 9)

const POLICY_RULES: Rules<PricePolicy> = {
  minMarginPct: within(-100, 1_000),
  maxStepPct: within(0, 100),
  perishableStepPct: within(0, 100),
  salvageSharePct: within(0, 100),
  ending: {
    isKept: value => value === null || ending.isKept(value),
    text: `${ending.text}, or null`,
  },
  requireElasticShare: within(0.5, 1),
  experiments: { isKept: isObject, text: 'an object' },
}

const EXPERIMENT_RULES: Rules<ExperimentPolicy> = {
  enabled: { isKept: value => typeof value === 'boolean', text: 'true or false' },
  seed: { isKept: value => typeof value === 'string', text: 'a text' },
  epochDays: whole(1, 28),
  amplitudes: {
    isKept: isTaper,
    text: `pairs [days, amplitude]: days rise, the last are null, amplitudes are from 0 to ${AMPLITUDE_MAX}`,
  },
  unsureTimes: within(1, 10),
  stopSd: within(0, 2),
  leadHours: within(0, 24),
}
