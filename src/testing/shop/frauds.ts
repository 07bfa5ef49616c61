/**
 * Frauds that are over within minutes: cards tried out, a stolen card spent while it lasts, accounts taken
 * over, rings of accounts of the same hand.
 */
import type { Dice } from '../sample/dice.ts'
import { type Actor, actorOf, FAR_AWAY } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import { MARKETS } from './catalogue.ts'
import { cheapest, couponOf, dearest, plainCart, still, strangerOf } from './fraud-cast.ts'
import type { OrderBook } from './order-book.ts'
import { Session } from './session.ts'
import type { World } from './world.ts'

export const TESTS_PER_BURST = 15
export const ACCOUNTS_PER_RING = 6
export const ORDERS_PER_SPREE = 7

/** One device tries out one card after the other under two accounts; most payments are declined. */
export const testCards = (world: World, book: OrderBook, startAt: ShopTime, dice: Dice): void => {
  const market = dice.whole(0, MARKETS.length - 1)
  const article = cheapest(world.articles)
  const code = book.incident('gang')
  const gang = strangerOf(market, code, dice)
  let at = startAt
  for (let test = 0; test < TESTS_PER_BURST; test++) {
    const name = `${code}-${test % 2}`
    const actor = { ...gang, visitorId: `visitor-${name}`, instrumentId: `card-${code}-${test}` }
    const cart = plainCart(article, market, 1)
    const fate = dice.chance(0.75) ? 'DECLINED' : 'KEPT'
    const userId = `user-${name}`
    book.place({ startAt, actor, userId, cart, fate, fraud: 'CARD_TESTING' }, at)
    at += dice.whole(3_000, 7_000)
  }
}

/** Under a fresh account somebody spends a customer's stolen card, until the bank stops it. */
export const goOnSpree = (world: World, book: OrderBook, startAt: ShopTime, dice: Dice): void => {
  const victim = world.population.customerBefore(book.plan.slot, dice)
  if (!victim) return
  const { instrumentId, issuerCountry } = actorOf(victim)
  const thief = {
    ...strangerOf(victim.market, book.incident('spree'), dice),
    instrumentId,
    issuerCountry,
  }
  const article = dearest(world.articles)
  let at = startAt
  for (let order = 0; order < ORDERS_PER_SPREE; order++) {
    const cart = plainCart(article, victim.market, dice.whole(3, 6))
    const fate = order < ORDERS_PER_SPREE - 2 ? 'KEPT' : 'DECLINED'
    book.place({ startAt, actor: thief, userId: thief.userId, cart, fate, fraud: 'SPREE' }, at)
    at += dice.whole(12_000, 30_000)
  }
}

/** A customer is at home; seconds later somebody far away guesses the password, and orders much. */
export const takeOver = (world: World, book: OrderBook, startAt: ShopTime, dice: Dice): void => {
  const victim = world.population.customerBefore(book.plan.slot, dice)
  if (!victim?.isMember) return
  const home = actorOf(victim)
  if (dice.chance(0.6)) new Session(book.plan, home, home.userId).click(startAt, 'LOGIN')
  const code = book.incident('thief')
  const far = { ...dice.pick(FAR_AWAY), deviceId: `device-${code}`, ip: `ip-${code}` }
  const thief: Actor = { ...home, ...far, addressId: `address-${code}` }
  const session = new Session(book.plan, thief, home.userId)
  let at = startAt + dice.whole(15_000, 30_000)
  for (let guesses = dice.whole(3, 5); guesses > 0; guesses--) {
    session.click(at, 'LOGIN_FAILED')
    at += dice.whole(3_500, 7_000)
  }
  session.click(at, 'LOGIN')
  const article = dearest(world.articles)
  const cart = plainCart(article, victim.market, dice.whole(8, 15))
  const fate = dice.chance(0.3) ? 'CANCELLED' : 'KEPT'
  const order = {
    startAt,
    actor: thief,
    userId: home.userId,
    cart,
    fate,
    fraud: 'TAKEOVER',
  } as const
  book.place(order, at + dice.whole(8_000, 25_000))
}

/** Accounts on one device and at one address recommend each other for the sake of the coupon. */
export const joinRing = (world: World, book: OrderBook, startAt: ShopTime, dice: Dice): void => {
  const market = dice.whole(0, MARKETS.length - 1)
  const code = book.incident('ring')
  const ring = strangerOf(market, code, dice)
  let at = startAt
  for (let account = 0; account < ACCOUNTS_PER_RING; account++) {
    const name = `${code}-${account}`
    const ids = {
      visitorId: `visitor-${name}`,
      userId: `user-${name}`,
      instrumentId: `card-${name}`,
    }
    const actor = { ...ring, ...ids }
    const referrerUserId = account === 0 ? null : `user-${code}-0`
    new Session(book.plan, actor, actor.userId).click(at, 'SIGNUP', { referrerUserId })
    const plain = plainCart(dice.pick(still(world.articles)), market, 2)
    const cart = { ...plain, ...couponOf(plain), referrerUserId }
    const order = {
      startAt,
      actor,
      userId: actor.userId,
      cart,
      fate: 'KEPT',
      fraud: 'RING',
    } as const
    book.place(order, at + dice.whole(4_000, 8_000))
    at += dice.whole(9_000, 16_000)
  }
}
