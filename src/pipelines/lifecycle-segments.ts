/**
 * Tells for each person how far they have come as a customer, and whether they are still there.
 *
 *   clickstream, orders, identity-merges, erasures  -- by user, else by visitor -->  lifecycle-segments
 *
 * A result comes with each purchase and each correction of one, whenever stage, activity or tags
 * change, and when what is to be expected of the person has moved, be it by silence: one timer per
 * person is set to the first moment at which that could be. How a silence is judged follows from the
 * person's own rhythm, by a model of all buyers whose parameters come over `model-parameters`. After
 * two years without a purchase everybody is lost, and 800 days after their last event everybody is
 * forgotten.
 *
 * A visitor who turns out to be a user says so in a last record (`closedAs` MERGED). What was bought as
 * a guest counts for the user from then on, as though it had been the user's own, and so does what
 * becomes of it. It ends no absence as a return, and what was looked at is not brought along. Of an
 * erased person the last record (ERASED) says nothing but who it was; what comes late from before the
 * erasure is dropped.
 *
 * Amounts of two currencies are never added. An order in another currency than its market has, or
 * than its customer's orders so far, goes to `dead-letters` and changes nothing. The currency of a
 * market is what `markets` says, else that of the market's first order. Each process remembers those
 * for itself, so with several of them, list in `markets` what must hold for all.
 */
import { definePipeline, reject } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  clickstream,
  erasures,
  identityMerges,
  markets,
  modelParameters,
  orders,
  products,
  lifecycleSegments as segments,
} from '../events.ts'
import { assess, assessVisit } from './lifecycle-assessment.ts'
import { isComeback } from './lifecycle-comeback.ts'
import { noteView } from './lifecycle-deals.ts'
import { endErasure, erase } from './lifecycle-end.ts'
import { CART_EVENTS, engagementOf } from './lifecycle-engagement.ts'
import { currencyConflict, homeOf, noteCurrency, noteMarket } from './lifecycle-home.ts'
import { closeVisitor, takeVisitor } from './lifecycle-merges.ts'
import { populationOf } from './lifecycle-population.ts'
import {
  isPurchaseEvent,
  isReferral,
  PURCHASE_EVENT_FIELDS,
  recordPurchaseEvent,
} from './lifecycle-purchases.ts'
import { LIFECYCLE_MODEL_VERSION } from './lifecycle-result.ts'
import { lifecycleState } from './lifecycle-state.ts'
import { erasedKeys, subjectKey } from './lifecycle-subject.ts'
import { isOfBefore } from './lifecycle-visitor.ts'

export const lifecycleSegments = definePipeline({
  id: 'lifecycle-segments',
  version: LIFECYCLE_MODEL_VERSION,
  order: 'event-time',
  inputs: {
    click: {
      from: read(
        clickstream,
        'visitorId',
        'userId',
        'type',
        'market',
        'dwellMs',
        'sku',
        'priceMinor',
        'currency',
      ),
      // A failed login may be anybody's.
      when: click => click.type !== 'LOGIN_FAILED',
      key: click => subjectKey(click.userId, click.visitorId),
      late: 'set-aside',
    },
    order: {
      from: read(orders, ...PURCHASE_EVENT_FIELDS),
      when: isPurchaseEvent,
      key: order => subjectKey(order.userId, order.visitorId),
      late: 'handle',
      agree: { field: 'currency', within: 'market', listedIn: 'markets' },
    },
    referral: {
      from: read(orders, 'orderId', 'userId', 'type', 'referrerUserId'),
      when: isReferral,
      key: order => subjectKey(order.referrerUserId, null),
      late: 'handle',
    },
    merge: {
      from: identityMerges,
      keys: ({ visitorId, userId }) => [subjectKey(null, visitorId)!, subjectKey(userId, null)!],
      late: 'handle',
      // Where another application makes them.
      holdsBack: false,
    },
    erasure: {
      from: read(erasures, 'userId', 'visitorIds'),
      keys: erasedKeys,
      late: 'handle',
      holdsBack: false,
    },
  },
  references: { markets, modelParameters, products },
  state: lifecycleState,
  forgetAfterMs: days(800),
  output: segments,
  on: {
    click(click, context) {
      const { state, now } = context
      noteMarket(click, state)
      noteView(click, context)
      state.seenAt.set(now)
      const engagement = engagementOf(click)
      if (engagement > 0) state.engagement.add(engagement, now)
      const touchedCart = CART_EVENTS.has(click.type)
      if (touchedCart) state.cartAt.set(now)
      return assessVisit(context, touchedCart)
    },
    order(order, context) {
      const { state, reference } = context
      if (isOfBefore(order, state)) return null
      const conflict = currencyConflict(order, state)
      if (conflict !== null) return reject('CURRENCY_CONFLICT', conflict)
      noteCurrency(order, state)
      state.seenAt.set(Math.max(state.seenAt.get(), order.occurredAt))
      const population = populationOf(reference.modelParameters, homeOf(state).market)
      const endsAbsence = order.type === 'PLACED' && isComeback(order, context, population)
      const booking = recordPurchaseEvent(order, state)
      if (booking === 'PURCHASE' && endsAbsence) {
        state.comeback.set({ orderId: order.orderId, placedAt: order.occurredAt })
      }
      // What was in the cart by then is bought.
      const cartAt = state.cartAt.get() ?? Number.POSITIVE_INFINITY
      if (booking === 'PURCHASE' && cartAt <= order.occurredAt) state.cartAt.set(null)
      if (order.type !== 'PAID' || booking !== null) return assess(context, booking !== null)
      // Nearly every order is paid at the first attempt, which is no more news than a visit. A payer
      // of whom nothing else is known yet stands nowhere.
      return state.standing.get().stage === null ? null : assessVisit(context, false)
    },
    referral(order, context) {
      const { state } = context
      if (order.occurredAt <= (state.mergedAt.get() ?? Number.NEGATIVE_INFINITY)) return null
      if (order.type === 'PLACED') state.referrals.set(order.orderId, order.occurredAt)
      else state.referrals.delete(order.orderId)
      // A referrer of whom nothing else is known yet stands nowhere.
      return state.standing.get().stage === null ? null : assess(context)
    },
    merge(merge, context) {
      const isVisitor = context.key === subjectKey(null, merge.visitorId)
      return isVisitor ? closeVisitor(merge, context) : takeVisitor(merge, context)
    },
    erasure: (erasure, context) => erase(erasure, context),
  },
  onTimer: {
    standingChanges: context => assess(context),
    erasureEnds: endErasure,
  },
})
