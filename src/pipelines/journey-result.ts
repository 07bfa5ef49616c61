/** A message as the result says it. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { JourneyTrigger } from '../events.ts'
import { worthOf } from '../models/trigger-cart.ts'
import { type Decision, reasonsOf } from './journey-reasons.ts'
import { type JourneyContext, linesOf, type PlannedMessage } from './journey-state.ts'

export const JOURNEY_MODEL_VERSION = 'journey-rules-2026-11-23'

export type TriggerBody = BodyOf<JourneyTrigger>

export const triggerOf = (
  message: PlannedMessage,
  decision: Decision,
  context: JourneyContext,
): TriggerBody => {
  const cart = message.detail === null ? worthOf(linesOf(context.state)) : null
  return {
    modelVersion: JOURNEY_MODEL_VERSION,
    reasons: reasonsOf(message, cart, decision, context),
    userId: context.key,
    trigger: message.trigger,
    currency: cart?.currency ?? null,
    cartValueMinor: cart?.valueMinor ?? null,
    suppressedBy: 'write' in decision ? null : decision.suppressedBy,
  }
}
