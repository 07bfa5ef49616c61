/** Why it is time to write to somebody, what is in the way, and what else is to be known. */
import { days, hours } from '../engine/time.ts'
import type { Reason } from '../events.ts'
import { moneyText } from '../models/money-text.ts'
import { sentence } from '../models/sentence.ts'
import type { CartWorth } from '../models/trigger-cart.ts'
import { isTimeZoneKnown, localTime } from '../models/trigger-quiet-hours.ts'
import { NOTES, OCCASION_REASONS, SUPPRESSION_REASONS } from '../models/trigger-reasons.ts'
import { CAP_MESSAGES, CAP_WINDOW_MS } from '../models/trigger-rules.ts'
import type { Verdict } from '../models/trigger-verdict.ts'
import { quietHoursOf } from './journey-market.ts'
import type { JourneyContext, PlannedMessage } from './journey-state.ts'

/** A verdict that ends the matter. */
export type Decision = Exclude<Verdict, { readonly putOffUntil: number }>

/** The occasion first, then what forbids to write; notes weigh nothing. */
export const reasonsOf = (
  message: PlannedMessage,
  cart: CartWorth | null,
  decision: Decision,
  context: JourneyContext,
): Reason[] => [
  occasionOf(message, cart, context),
  ...('write' in decision ? [] : [suppressionOf(decision, context)]),
  ...(cart === null || cart.linesLeftOut === 0 ? [] : [partlyPriced(cart)]),
  ...clockNotes(message, context),
]

const occasionOf = (
  { trigger, since, detail }: PlannedMessage,
  cart: CartWorth | null,
  { now }: JourneyContext,
): Reason =>
  cart === null
    ? { code: trigger, detail: detail!, weight: 1 }
    : {
        code: 'CART_LEFT',
        detail: sentence(OCCASION_REASONS.CART_LEFT, {
          units: cart.units,
          worth: worthText(cart),
          hours: (now - since) / hours(1),
        }),
        weight: 1,
      }

const worthText = ({ currency, valueMinor }: CartWorth): string =>
  currency === null || valueMinor === null ? 'an unknown amount' : moneyText(valueMinor, currency)

const suppressionOf = (
  { suppressedBy, until }: Extract<Decision, { readonly suppressedBy: string }>,
  context: JourneyContext,
): Reason => {
  const { state, now } = context
  const timeZone = quietHoursOf(context)?.timeZone ?? 'UTC'
  const numbers = {
    messages: CAP_MESSAGES,
    days: CAP_WINDOW_MS / days(1),
    hours: (now - (state.writtenAt.last() ?? now)) / hours(1),
    timeZone,
    time: localTime(now, timeZone),
    until: until === null ? '' : localTime(until, timeZone),
  }
  const detail = sentence(SUPPRESSION_REASONS[suppressedBy], numbers)
  return { code: suppressedBy, detail, weight: 1 }
}

const partlyPriced = ({ linesLeftOut }: CartWorth): Reason =>
  note('CART_PARTLY_PRICED', { lines: linesLeftOut })

const clockNotes = (
  { dueAt, firstDueAt }: PlannedMessage,
  context: JourneyContext,
): readonly Reason[] => {
  const quiet = quietHoursOf(context)
  if (quiet === null) return []
  const { timeZone } = quiet
  const numbers = {
    timeZone,
    time: localTime(firstDueAt, timeZone),
    hours: (context.now - firstDueAt) / hours(1),
  }
  return [
    ...(dueAt > firstDueAt ? [note('PUT_OFF', numbers)] : []),
    ...(isTimeZoneKnown(timeZone) ? [] : [note('TIME_ZONE_UNKNOWN', numbers)]),
  ]
}

const note = (code: keyof typeof NOTES, numbers: object): Reason => ({
  code,
  detail: sentence(NOTES[code], numbers),
  weight: 0,
})
