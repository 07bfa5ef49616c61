/**
 * Tells for each person how far they have come as a customer, and whether they are still there.
 *
 *   clickstream, orders  -- by user, else by visitor -->  lifecycle-segments
 *
 * A result comes with each purchase, and whenever stage, activity or tags change, be it by silence:
 * one timer per person is set to the first moment at which that could be. What somebody did as a
 * visitor stays with the visitor; it is not moved to the user who logs in later.
 */
import { definePipeline, reject } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { clickstream, markets, orders, lifecycleSegments as segments } from '../events.ts'
import { assess } from './lifecycle-assessment.ts'
import { CART_EVENTS, engagementOf } from './lifecycle-engagement.ts'
import {
  currencyConflict,
  isPurchaseEvent,
  isReferral,
  recordPurchaseEvent,
} from './lifecycle-purchases.ts'
import { LIFECYCLE_MODEL_VERSION } from './lifecycle-result.ts'
import { lifecycleState } from './lifecycle-state.ts'
import { subjectKey } from './lifecycle-subject.ts'

export const lifecycleSegments = definePipeline({
  id: 'lifecycle-segments',
  version: LIFECYCLE_MODEL_VERSION,
  order: 'event-time',
  inputs: {
    click: {
      from: read(clickstream, 'visitorId', 'userId', 'type', 'market', 'dwellMs'),
      // A failed login may be anybody's.
      when: click => click.type !== 'LOGIN_FAILED',
      key: click => subjectKey(click.userId, click.visitorId),
      late: 'set-aside',
    },
    order: {
      from: read(
        orders,
        'orderId',
        'originalOrderId',
        'userId',
        'visitorId',
        'type',
        'market',
        'currency',
        'totalMinor',
        'discountMinor',
        'couponId',
      ),
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
  },
  references: { markets },
  state: lifecycleState,
  forgetAfterMs: days(800),
  output: segments,
  on: {
    click(click, context) {
      const { state, now } = context
      const engagement = engagementOf(click)
      if (engagement > 0) state.engagement.add(engagement, now)
      const home = state.home.get()
      if (home.market === null && click.market !== null) {
        state.home.set({ ...home, market: click.market })
      }
      const standing = state.standing.get()
      const cartAt = CART_EVENTS.has(click.type) ? now : standing.cartAt
      return assess(context, { ...standing, seenAt: now, cartAt }, false)
    },
    order(order, context) {
      const { state, reference } = context
      const home = state.home.get()
      const conflict = currencyConflict(order, reference.markets, home)
      if (conflict !== null) return reject('CURRENCY_CONFLICT', conflict)
      if (home.currency === null) {
        state.home.set({ market: order.market ?? home.market, currency: order.currency })
      }
      const purchased = recordPurchaseEvent(order, state)
      const standing = state.standing.get()
      const seenAt = Math.max(standing.seenAt, order.occurredAt)
      // What was in the cart is bought.
      const cartAt = purchased ? null : standing.cartAt
      return assess(context, { ...standing, seenAt, cartAt }, purchased)
    },
    referral(order, context) {
      const { state } = context
      if (order.type === 'PLACED') state.referrals.set(order.orderId, order.occurredAt)
      else state.referrals.delete(order.orderId)
      const standing = state.standing.get()
      // A referrer of whom nothing else is known yet stands nowhere.
      return standing.stage === null ? null : assess(context, standing, false)
    },
  },
  onTimer: {
    standingChanges: context => assess(context, context.state.standing.get(), false),
  },
})
