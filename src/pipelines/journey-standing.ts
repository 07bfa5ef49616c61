/** The occasions that follow from where a person stands as a customer. */
import type { LifecycleSegment } from '../events.ts'
import { moneyText } from '../models/money-text.ts'
import { sentence } from '../models/sentence.ts'
import { isComeback, occasionOf } from '../models/trigger-occasions.ts'
import { OCCASION_REASONS } from '../models/trigger-reasons.ts'
import { ENDED_BY_COMEBACK, WIN_BACK_COST_MINOR, WIN_BACK_TIMES } from '../models/trigger-rules.ts'
import { callOff, plan } from './journey-messages.ts'
import type { JourneyContext } from './journey-state.ts'

export type CustomerSegment = Pick<
  LifecycleSegment,
  | 'occurredAt'
  | 'userId'
  | 'currency'
  | 'activity'
  | 'previousActivity'
  | 'tags'
  | 'entered'
  | 'recencyDays'
  | 'ltv52wMinor'
>

/** Standings of a person whom we know that are an occasion to write, or end one. */
export const isOccasion = (segment: CustomerSegment): boolean =>
  segment.userId !== null && (isComeback(segment) || occasionOf(segment) !== null)

/** It is due at once, by the timer like all others. */
export const takeStanding = (segment: CustomerSegment, { state, now }: JourneyContext): void => {
  // Results come as they were made: one of an earlier time corrects those that came before it.
  if (isComeback(segment)) callOff(state, ENDED_BY_COMEBACK)
  const trigger = occasionOf(segment)
  // Known late: the person has ordered since.
  if (trigger === null || segment.occurredAt <= (state.orderedAt.get() ?? -Infinity)) return
  plan(state, trigger, now, sentence(OCCASION_REASONS[trigger], numbersOf(segment)))
}

const numbersOf = ({ currency, ltv52wMinor, recencyDays }: CustomerSegment): object => ({
  recencyDays,
  times: WIN_BACK_TIMES,
  value: textOf(ltv52wMinor, currency),
  cost: textOf(WIN_BACK_COST_MINOR, currency),
})

const textOf = (amountMinor: number | null, currency: string | null): string =>
  amountMinor === null || currency === null ? 'an unknown amount' : moneyText(amountMinor, currency)
