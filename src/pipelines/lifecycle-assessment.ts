/**
 * Where a person stands after an event or a silence: what is new is kept and said, and the timer is
 * set to when it could change again without any event.
 */
import { BUYER_STAGES, INTERESTED_FROM, nextStage } from '../models/lifecycle-stage.ts'
import { bandsIn, tagsOf } from '../models/lifecycle-tags.ts'
import { hasMoved } from '../models/purchase-outlook.ts'
import { NO_VALUE_BANDS, type ValueBands, valueBandsOf } from '../models/value-bands.ts'
import { type Grounds, groundsOf } from './lifecycle-grounds.ts'
import { priceSensitivityOf } from './lifecycle-price-sensitivity.ts'
import { toldQuintiles } from './lifecycle-quintiles.ts'
import { type Assessed, type Segment, segmentOf } from './lifecycle-result.ts'
import { type LifecycleContext, NOTHING_SAID, type Standing } from './lifecycle-state.ts'
import { wakeAt } from './lifecycle-timer.ts'

/**
 * Assesses the person anew, from what the cells say. The result, where stage, activity or tags
 * changed, where what is expected of the person moved, or where something was `booked`; else null.
 */
export const assess = (context: LifecycleContext, booked = false): Segment | null => {
  const { state } = context
  const before = state.standing.get()
  const grounds = groundsOf(context, booked)
  const after = standingOf(before, grounds, context)
  state.standing.set(after)
  const { outlook } = grounds
  const isNews =
    booked || changed(before, after) || hasMoved(state.said.get(), outlook ?? NOTHING_SAID)
  if (isNews) state.said.set(saidOf(grounds))
  wakeAt(after, grounds, isNews, context)
  return isNews ? segmentOf(before, after, grounds, toldQuintiles(grounds, context), context) : null
}

/**
 * Assesses the person after a visit. Most visits change nothing, and are told from the standing alone:
 * all they can do is to be the first, to end an absence, to show more interest, and to fill a cart.
 * What silence changes is the timer's to find.
 */
export const assessVisit = (context: LifecycleContext, touchedCart: boolean): Segment | null => {
  const { state, now } = context
  const { stage, activity, interested } = state.standing.get()
  // Only purchases end the absence of somebody who bought, and their cart is no news.
  const isBuyer = stage !== null && BUYER_STAGES.has(stage)
  const isHere = isBuyer || (activity === 'ACTIVE' && !touchedCart)
  const changesNothing = isHere && (interested || state.engagement.at(now) < INTERESTED_FROM)
  return changesNothing ? null : assess(context)
}

const saidOf = ({ outlook }: Grounds) =>
  outlook === null
    ? NOTHING_SAID
    : { expectedOrders90d: outlook.expectedOrders90d, churnRisk90d: outlook.churnRisk90d }

const standingOf = (before: Standing, grounds: Grounds, context: LifecycleContext): Assessed => {
  const { history, evidence } = grounds
  const { stage, interested, loyal, advocate } = nextStage(before, evidence)
  const { activity } = evidence
  const priceSensitive = priceSensitivityOf(before, grounds, context)
  const { highValue, potential } = bandsOf(before, grounds)
  const comparison = { highValue, potential, priceSensitive }
  const tags = tagsOf(history, activity, comparison, context.now)
  return { interested, loyal, advocate, stage, activity, tags }
}

const bandsOf = (before: Standing, grounds: Grounds): ValueBands => {
  const { outlook, orderValueMinor, worthMinor, population } = grounds
  if (population.levels === null) return NO_VALUE_BANDS
  const purchaseChance90d = outlook === null ? 0 : 1 - outlook.churnRisk90d
  const evidence = { ltvMinor: worthMinor(), orderValueMinor, purchaseChance90d }
  return valueBandsOf(bandsIn(before.tags), evidence, population.levels)
}

const changed = (before: Standing, after: Standing): boolean =>
  before.stage !== after.stage || before.activity !== after.activity || before.tags !== after.tags
