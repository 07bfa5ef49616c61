/** Why an action is another than the one that costs least. These weigh nothing: they do not move the score. */
import type { Reason } from './fraud-score.ts'
import { sentence } from './sentence.ts'

export const DECISION_REASONS = {
  BLOCKED: 'The {kind} is on the list of the policy that blocks it: {action}.',
  HARD_RULE: 'Rule {rule} of the policy holds: {feature} is {value}, and its limit is {limit}.',
  SUPPRESSED: 'For this {kind} alarms are suppressed until {until}.',
  OVERRIDDEN: 'For this {kind} it was decided until {until}: {action}.',
  REPEATED_HIGH_SCORE:
    'Scores of the customer from {limit} on within a day: {count}, so the account is frozen.',
  STOP_LIMIT:
    'Stopped within an hour in the market: {count} of at most {limit}, so {wanted} became {action}.',
  ALERT_BUDGET: 'Alerts of the day in the market: {count} of {limit}, so {wanted} became {action}.',
  SWITCHED_OFF: 'The policy is switched off: without that it would be {wanted}.',
  NOT_WEIGHED: 'No costs are known in {currency}: the score alone chose the action.',
} as const
export type DecisionReasonCode = keyof typeof DECISION_REASONS

export type DecisionReason = Reason<DecisionReasonCode>

export const decisionReason = (code: DecisionReasonCode, numbers: object): DecisionReason => ({
  code,
  detail: sentence(DECISION_REASONS[code], numbers),
  weight: 0,
})
