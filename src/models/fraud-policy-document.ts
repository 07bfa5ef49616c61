/** Reads a published fraud policy, and says of one that is none which field is wrong. */
import {
  allFieldsOf,
  type DocumentRule,
  fieldsOf,
  flag,
  listOf,
  nullOr,
  number,
  oneOf,
  tableOf,
  text,
  whole,
} from './document-rules.ts'
import {
  BLOCKED_KINDS,
  type BlockedKind,
  DEFAULT_FRAUD_DOCUMENT,
  FRAUD_ACTIONS,
  FRAUD_SUBJECTS,
  type FraudBorder,
  type FraudCosts,
  type FraudLimits,
  type FraudOverride,
  type FraudPolicyDocument,
  type FraudRule,
} from './fraud-policy.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from './fraud-score.ts'

export type FraudPolicyReading =
  | { readonly document: FraudPolicyDocument; readonly fault: null }
  | { readonly document: null; readonly fault: string }

/**
 * What it leaves out is as in the default, also of costs, limits and currencies.
 *
 * @param json the document of a policy record
 */
export const fraudPolicyIn = (json: string): FraudPolicyReading => {
  const stated = parsed(json)
  const fault = stated === undefined ? NO_JSON : fraudPolicyFault(stated, '')
  if (fault !== null) return { document: null, fault }
  const document = completed(stated as Partial<FraudPolicyDocument>)
  const mismatch = mismatchIn(document)
  return mismatch === null ? { document, fault: null } : { document: null, fault: mismatch }
}

const NO_JSON = 'the document must be JSON, and cannot be read as such'

/** Undefined where it is no JSON. */
const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const completed = (stated: Partial<FraudPolicyDocument>): FraudPolicyDocument => {
  const { costs, limits, currencies } = DEFAULT_FRAUD_DOCUMENT
  return {
    ...DEFAULT_FRAUD_DOCUMENT,
    ...stated,
    costs: { ...costs, ...stated.costs },
    limits: { ...limits, ...stated.limits },
    currencies: { ...currencies, ...stated.currencies },
  }
}

/** What is wrong only in the light of another field. */
const mismatchIn = ({ costs, borders, overrides }: FraudPolicyDocument): string | null => {
  if (costs.holdSuccess < costs.stepUpSuccess)
    return 'costs.holdSuccess must not be below costs.stepUpSuccess: an analyst has the proof too'
  const falls = borders.findIndex(({ from }, i) => i > 0 && from <= borders[i - 1]!.from)
  if (falls >= 0) return `borders[${falls}].from must be above the border before it`
  const milder = borders.findIndex(
    ({ action }, i) => i > 0 && rank(action) < rank(borders[i - 1]!.action),
  )
  if (milder >= 0) return `borders[${milder}].action must not be milder than the one before it`
  const names = overrides.map(({ kind, id }) => `${kind} ${id}`)
  const second = names.findIndex((name, i) => names.indexOf(name) < i)
  return second < 0 ? null : `overrides[${second}] is the second for ${names[second]}`
}

const rank = (action: FraudBorder['action']): number => FRAUD_ACTIONS.indexOf(action)

const percent = number(0, 100)
const chance = number(0, 1)
const cost = number(0, 1_000_000)
const action = oneOf(FRAUD_ACTIONS)
const ids = listOf(text, 10_000)

/** A day and a time in UTC, so that no zone of a reader is needed to understand it. */
const moment: DocumentRule = (value, at) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && isDay(value)
    ? null
    : `${at} must be a moment such as 2026-12-01T00:00:00Z`

/** The 31st of February is read as one of March: whoever wrote it meant another day. */
const isDay = (moment: string): boolean => {
  const at = Date.parse(moment)
  return at > 0 && new Date(at).toISOString().startsWith(moment.slice(0, 10))
}

const FEATURES = fieldsOf<FraudFeatures>(
  Object.fromEntries(Object.keys(NO_FEATURES).map(name => [name, number(-1e12, 1e12)])) as Record<
    FraudFeature,
    DocumentRule
  >,
)

/** A rule without a condition would hold for everybody. */
const conditions: DocumentRule = (value, at) =>
  FEATURES(value, at) ??
  (Object.keys(value as object).length === 0 ? `${at} must name a feature` : null)

const COSTS = fieldsOf<FraudCosts>({
  fee: cost,
  takeover: cost,
  marginPct: percent,
  ltvSharePct: percent,
  ltv: cost,
  stepUp: cost,
  stepUpMarginPct: percent,
  stepUpSuccess: chance,
  review: cost,
  holdPct: percent,
  holdSuccess: chance,
})

const LIMITS = fieldsOf<FraudLimits>({
  stopSharePct: percent,
  stopsFreePerHour: whole(0, 1_000_000),
  stopsPerHour: nullOr(whole(0, 1_000_000)),
  alertsPerDay: nullOr(whole(0, 1_000_000)),
})

/** As events have them: one in other letters would block nobody. */
const country: DocumentRule = (value, at) =>
  typeof value === 'string' && /^[A-Z]{2}$/.test(value)
    ? null
    : `${at} must be two capital letters, such as KP`

const kindIds = {
  ...Object.fromEntries(BLOCKED_KINDS.map(kind => [kind, ids])),
  country: listOf(country, 676),
} as Record<BlockedKind, DocumentRule>

const fraudPolicyFault = fieldsOf<FraudPolicyDocument>({
  enabled: flag,
  hardRulesWhenDisabled: flag,
  costs: COSTS,
  currencies: tableOf(number(0.0001, 1e9)),
  borders: listOf(allFieldsOf<FraudBorder>({ from: chance, action }), FRAUD_ACTIONS.length),
  freezeAtHighScores: nullOr(whole(2, 16)),
  limits: LIMITS,
  blocked: fieldsOf<Record<BlockedKind, unknown>>(kindIds),
  blockedAction: oneOf(FRAUD_ACTIONS.slice(1)),
  rules: listOf(allFieldsOf<FraudRule>({ name: text, when: conditions, action }), 100),
  overrides: listOf(
    allFieldsOf<FraudOverride>({ kind: oneOf(FRAUD_SUBJECTS), id: text, action, until: moment }),
    10_000,
  ),
  labelExpiryDays: whole(1, 170),
})
