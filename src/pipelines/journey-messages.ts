/**
 * The messages that are to come: planned by occasions, called off by what makes them pointless, and
 * told when they are due. Of each trigger there is at most one, and one timer for the next of all.
 */
import type { Instant } from '../engine/time.ts'
import {
  nextReminder,
  OF_FIRST_ORDER,
  TRIGGER_NAMES,
  TRIGGER_RULES,
  type TriggerName,
} from '../models/trigger-rules.ts'
import { type Verdict, verdictOf } from '../models/trigger-verdict.ts'
import { quietHoursOf } from './journey-market.ts'
import { type TriggerBody, triggerOf } from './journey-result.ts'
import type { JourneyContext, JourneyState, PlannedMessage } from './journey-state.ts'

/** @param detail the sentence of the occasion; null where it is made of the cart */
export const plan = (
  { messages }: JourneyState,
  trigger: TriggerName,
  since: Instant,
  detail: string | null,
): void => {
  const dueAt = since + TRIGGER_RULES[trigger].afterMs
  messages.set(trigger, { dueAt, firstDueAt: dueAt, since, detail })
}

export const callOff = ({ messages }: JourneyState, triggers: readonly TriggerName[]): void => {
  for (const trigger of triggers) messages.delete(trigger)
}

/** Those whose occasion arose at `at` or before. */
export const callOffUntil = (
  { messages }: JourneyState,
  triggers: readonly TriggerName[],
  at: Instant,
): void => {
  for (const trigger of triggers) {
    if ((messages.get(trigger)?.since ?? Infinity) <= at) messages.delete(trigger)
  }
}

/** Sets the timer to the next message. */
export const wake = ({ state, timers }: JourneyContext): void => {
  const next = nextMessage(state)
  if (next === null) timers.clear('messageDue')
  else timers.set('messageDue', next.dueAt)
}

/** What is due by now, the earliest first, and of one moment the most important. */
export const messagesDue = (context: JourneyContext): readonly TriggerBody[] => {
  const { state, now } = context
  const told: TriggerBody[] = []
  for (let next = nextMessage(state); next && next.dueAt <= now; next = nextMessage(state)) {
    const verdict = verdictFor(next, context)
    if ('putOffUntil' in verdict) {
      const { trigger, ...message } = next
      state.messages.set(trigger, { ...message, dueAt: verdict.putOffUntil })
    } else {
      told.push(triggerOf(next, verdict, context))
      settle(next, 'write' in verdict, context)
    }
  }
  wake(context)
  return told
}

const nextMessage = ({ messages }: JourneyState): PlannedMessage | null => {
  let next: PlannedMessage | null = null
  for (const trigger of TRIGGER_NAMES) {
    const message = messages.get(trigger)
    if (message && message.dueAt < (next?.dueAt ?? Infinity)) next = { ...message, trigger }
  }
  return next
}

const verdictFor = ({ trigger, firstDueAt }: PlannedMessage, context: JourneyContext): Verdict =>
  verdictOf(trigger, firstDueAt, context.now, {
    mayMarket: context.state.consent.get()?.given ?? false,
    writtenAt: context.state.writtenAt.items(),
    quiet: quietHoursOf(context),
  })

/** The reminder is followed by the next one, whether or not this one could be written. */
const settle = (message: PlannedMessage, isWritten: boolean, context: JourneyContext): void => {
  const { state, now } = context
  state.messages.delete(message.trigger)
  if (isWritten) state.writtenAt.push(now)
  const ofFirst = OF_FIRST_ORDER.find(trigger => trigger === message.trigger)
  if (ofFirst !== undefined) state.toldOfFirst.push(ofFirst)
  const next = nextReminder(message.trigger)
  if (next !== null) plan(state, next, message.since, null)
}
