/**
 * Tells which user a visitor turned out to be, and what the visitor had bought as a guest.
 *
 *   clickstream (LOGIN, SIGNUP), orders  -- by visitor -->  identity-merges
 *
 * What a guest bought belongs to whom the visitor next turns out to be: by a login, a sign-up, or an
 * order that names both. It is told then, whether or not there is anything to bring, and again as
 * another revision whenever that changes: by a refund of a guest's order, or by an order that comes
 * late. A login of the same user, or such an order, is told again with the same revision. On a computer that several
 * people use each brings what was done since the one before; see `visitor-turns.ts`.
 *
 * Only purchases are brought. To bring what was looked at as well, each click of every visitor would
 * be handled once more and a key kept for each; and interest halves in two weeks.
 *
 * An event of a guest's order that names a user is that user's own, and is not taken here. Orders in
 * another currency than the first one of a turn are not brought.
 *
 * A visitor is forgotten 180 days after the last login or event of a guest's order, which is as long
 * as cards are charged back and goods come back; and 800 days after it while something still waits
 * for a login. One who comes back after that begins another turn, beside what was brought before.
 * An erasure that names the visitor takes the person's turns at once. Its moment is kept as long as the
 * key: events of orders from before it that are not known, or name none, are nobody's from then on.
 */
import { by, definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { clickstream, erasures, markets, identityMerges as merges, orders } from '../events.ts'
import { hasWaiting, recordGuestEvent } from './identity-merges-orders.ts'
import { IDENTITY_MODEL_VERSION, loginReason, told } from './identity-merges-result.ts'
import { type IdentityContext, identityState } from './identity-merges-state.ts'
import { eraseTurns, noteLogin } from './identity-merges-turns.ts'
import { isPurchaseEvent, PURCHASE_EVENT_FIELDS } from './lifecycle-purchases.ts'

const UNDO_MS = days(180)

export const identityMerges = definePipeline({
  id: 'identity-merges',
  version: IDENTITY_MODEL_VERSION,
  order: 'event-time',
  inputs: {
    login: {
      from: read(clickstream, 'visitorId', 'userId', 'type'),
      when: ({ type, userId }) => (type === 'LOGIN' || type === 'SIGNUP') && userId !== null,
      key: by('visitorId'),
      late: 'handle',
    },
    namedOrder: {
      from: read(orders, 'userId', 'visitorId', 'type'),
      when: ({ type, userId }) => type === 'PLACED' && userId !== null,
      key: by('visitorId'),
      late: 'handle',
    },
    guestOrder: {
      from: read(orders, ...PURCHASE_EVENT_FIELDS),
      when: order => order.userId === null && isPurchaseEvent(order),
      key: by('visitorId'),
      late: 'handle',
      agree: { field: 'currency', within: 'market', listedIn: 'markets' },
    },
    erasure: {
      from: read(erasures, 'userId', 'visitorIds'),
      keys: ({ visitorIds }) => visitorIds,
      late: 'handle',
      holdsBack: false,
    },
  },
  references: { markets },
  state: identityState,
  forgetAfterMs: days(800),
  output: merges,
  on: {
    login(click, context) {
      const login = { userId: click.userId!, at: click.occurredAt }
      const news = told(context, loginReason(click), () => noteLogin(login, context.state))
      keep(context)
      return news
    },
    namedOrder(order, context) {
      const login = { userId: order.userId!, at: order.occurredAt }
      const news = told(context, 'R_ORDER', () => noteLogin(login, context.state))
      keep(context)
      return news
    },
    guestOrder(order, context) {
      const news = told(context, 'R_GUEST_ORDER', () => recordGuestEvent(order, context.state))
      keep(context)
      return news
    },
    erasure(erasure, context) {
      eraseTurns(erasure, context.state)
      keep(context)
    },
  },
  onTimer: {
    undoEnds: ({ forget }) => forget(),
  },
})

/** What waits for a login is kept for as long as anybody is. */
const keep = ({ state, timers, now }: IdentityContext): void => {
  if (hasWaiting(state)) timers.clear('undoEnds')
  else timers.set('undoEnds', now + UNDO_MS)
}
