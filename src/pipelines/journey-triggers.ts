/**
 * Tells when it is time to write to a person, and whether that is allowed.
 *
 *   clickstream, orders, lifecycle-segments, erasures  -- by user -->  journey-triggers
 *
 *   CART_60M, _24H, _72H  so long after the last event of a cart that still holds something
 *   FIRST_PURCHASE        an hour after the first order; CROSS_SELL a week after it
 *                         (once each; from when it is paid, where its payment was declined before)
 *   WIN_BACK              on becoming dormant, where the person is worth it
 *   VIP_AT_RISK           on being of high value and at risk
 *
 * Each occasion is told once, when it is due, with `suppressedBy` naming the first rule that forbids
 * to write: CONSENT, CAP, QUIET_HOURS; see `models/trigger-verdict.ts`. What is due in the quiet hours
 * of the market where the person was last is put off to their end and judged again there; it is told
 * then, not before. An order that is placed empties the cart, and makes reminders, WIN_BACK and
 * VIP_AT_RISK pointless until they are told; so does, for the latter two, whatever else shows that the
 * person is back, such as an order of a guest who turned out to be this user. What was told is never taken
 * back, nor told again of another first order.
 *
 * What somebody did as a visitor does not count, nor what they put into a cart before they logged in.
 * Of an erased person all is forgotten, with the messages that were to come and the consent; but for
 * the moment, which is kept for 180 days, so that what comes late from before it is nobody's, and
 * neither is what becomes of earlier orders.
 * The worth of a cart is that of its lines in the currency of the one that was changed last; the
 * others are left out, and the reasons say how many. Whoever ordered again is no first buyer any
 * more, whatever is cancelled later. An order whose cancellation is known before it is none either,
 * among the person's last 8 cancelled ones; a refund or a declined payment that is known before its
 * order is not remembered.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  clickstream,
  erasures,
  lifecycleSegments,
  markets,
  orders,
  journeyTriggers as triggers,
} from '../events.ts'
import { isCartEvent, takeCartEvent } from './journey-cart.ts'
import { isConsentEvent, takeConsent } from './journey-consent.ts'
import { endErasure, erase, isOfErased, isOrderOfErased } from './journey-erasure.ts'
import { noteHome, noteMarket } from './journey-market.ts'
import { messagesDue, wake } from './journey-messages.ts'
import { isJourneyOrder, takeOrder } from './journey-orders.ts'
import { JOURNEY_MODEL_VERSION } from './journey-result.ts'
import { isOccasion, takeStanding } from './journey-standing.ts'
import { journeyState } from './journey-state.ts'

export const journeyTriggers = definePipeline({
  id: 'journey-triggers',
  version: JOURNEY_MODEL_VERSION,
  order: 'event-time',
  inputs: {
    cart: {
      from: read(
        clickstream,
        'userId',
        'type',
        'market',
        'sku',
        'quantity',
        'priceMinor',
        'currency',
      ),
      when: isCartEvent,
      key: by('userId'),
      late: 'set-aside',
    },
    consent: {
      from: read(clickstream, 'userId', 'type', 'market', 'consents'),
      when: isConsentEvent,
      key: by('userId'),
      // Whoever withdraws a consent is heard, however late.
      late: 'handle',
    },
    order: {
      from: read(
        orders,
        'orderId',
        'originalOrderId',
        'userId',
        'type',
        'market',
        'currency',
        'totalMinor',
      ),
      when: isJourneyOrder,
      key: by('userId'),
      late: 'handle',
    },
    standing: {
      from: read(
        lifecycleSegments,
        'userId',
        'market',
        'currency',
        'activity',
        'previousActivity',
        'tags',
        'entered',
        'recencyDays',
        'ltv52wMinor',
      ),
      when: isOccasion,
      key: by('userId'),
      // That of an order which came late has the time of that order.
      late: 'handle',
    },
    erasure: {
      from: read(erasures, 'userId'),
      key: by('userId'),
      late: 'handle',
      holdsBack: false,
    },
  },
  references: { markets },
  state: journeyState,
  forgetAfterMs: days(800),
  output: triggers,
  on: {
    cart(event, context) {
      noteMarket(event, context)
      takeCartEvent(event, context.state)
      wake(context)
    },
    consent(event, context) {
      if (isOfErased(event, context.state)) return
      noteMarket(event, context)
      takeConsent(event, context.state)
    },
    order(event, context) {
      if (isOrderOfErased(event, context.state)) return
      noteMarket(event, context)
      takeOrder(event, context.state)
      wake(context)
    },
    standing(segment, context) {
      if (isOfErased(segment, context.state)) return
      noteHome(segment, context)
      takeStanding(segment, context)
      wake(context)
    },
    erasure: (erasure, context) => erase(erasure, context),
  },
  onTimer: {
    messageDue: messagesDue,
    erasureEnds: endErasure,
  },
})
