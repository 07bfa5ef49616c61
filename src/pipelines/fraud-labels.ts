/** What is kept at each place of what became of orders: a label counts from when it became known. */
import { double, long, nullable, record, type ValueOf } from '../engine/form.ts'
import { days, type Instant } from '../engine/time.ts'
import type { FraudOutcome } from '../events.ts'
import { spellWith, spellWithout } from '../models/fraud-spell.ts'
import { addedByLabel, labelRisk } from '../models/label-risk.ts'
import { fraudsAmong, withLabel, withoutFraud } from '../models/last-labels.ts'
import { events } from './fraud-counts.ts'
import { learnLinked } from './fraud-links.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

/** Of a merchant, where fraud comes and goes in days. */
export const merchantForm = record({
  orders7d: long,
  risk2d: nullable(double),
  lastFrauds: nullable(long),
  fraudAgeDays: nullable(double),
})
export type MerchantAnswer = Readonly<ValueOf<typeof merchantForm>>

export const riskIn = ({ riskFrauds, riskLabels }: FraudState, now: Instant): number | null =>
  labelRisk({ frauds: riskFrauds.at(now), labels: riskLabels.at(now) })

export const merchantBefore = ({ state, now }: FraudContext): MerchantAnswer => {
  const { shortRiskFrauds, shortRiskLabels } = state
  const began = state.fraudSpell.get()?.firstAt
  return {
    orders7d: events(state.orders7d.total(now)),
    risk2d: labelRisk({ frauds: shortRiskFrauds.at(now), labels: shortRiskLabels.at(now) }),
    lastFrauds: fraudsAmong(state.lastLabels.get()),
    fraudAgeDays: began === undefined ? null : (now - began) / days(1),
  }
}

type Known = Pick<FraudOutcome, 'isFraud' | 'wasFraud' | 'placedAt'>
type Told = Known & Parameters<typeof learnLinked>[0]

/** Of a correction see `label-risk.ts`: what was counted fades, so it is not taken back exactly. */
export const learnOutcome = (outcome: Told, context: FraudContext): void => {
  if (context.part === 'graph') learnLinked(outcome, context)
  else learnAt(outcome, context)
}

const learnAt = (outcome: Known, { state, part, now }: FraudContext): void => {
  const { riskFrauds, riskLabels } = state
  const added = addedByLabel(outcome, riskFrauds.at(now))
  if (added.frauds !== 0) riskFrauds.add(added.frauds, now)
  if (added.labels !== 0) riskLabels.add(added.labels, now)
  if (part === 'user') noteFraud(outcome, state)
  if (part === 'merchant') learnAtMerchant(outcome, state, now)
}

const noteFraud = ({ isFraud, wasFraud, placedAt }: Known, { lastFraudAt }: FraudState): void => {
  const last = lastFraudAt.get()
  if (isFraud) lastFraudAt.set(Math.max(placedAt, last ?? placedAt))
  else if (wasFraud === true && last === placedAt) lastFraudAt.clear()
}

const learnAtMerchant = (outcome: Known, state: FraudState, now: Instant): void => {
  const { shortRiskFrauds, shortRiskLabels, lastLabels, fraudSpell } = state
  const { isFraud, wasFraud, placedAt } = outcome
  const added = addedByLabel(outcome, shortRiskFrauds.at(now))
  if (added.frauds !== 0) shortRiskFrauds.add(added.frauds, now)
  if (added.labels !== 0) shortRiskLabels.add(added.labels, now)
  const labels = lastLabels.get()
  if (isFraud || wasFraud === null) lastLabels.set(withLabel(labels, isFraud))
  else if (wasFraud) lastLabels.set(withoutFraud(labels))
  if (isFraud) fraudSpell.set(spellWith(fraudSpell.get(), placedAt))
  else if (wasFraud) fraudSpell.set(spellWithout(fraudSpell.get(), placedAt))
}
