/** What somebody does on a visit: they look, search, log in, fill a cart, pay or leave it. */
import type { ClickType, Consent, OrderLine } from '../../events.ts'
import type { Dice } from '../sample/dice.ts'
import { actorOf } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import { asked, companionOf } from './catalogue.ts'
import { viewOf } from './demand.ts'
import type { OrderBook } from './order-book.ts'
import type { Cart, Fate } from './order-plan.ts'
import type { Person } from './person.ts'
import type { Visitor } from './population.ts'
import { type ClickDetails, Session } from './session.ts'
import type { World } from './world.ts'

/** Between two clicks; never less than records may be out of order. */
const GAP_MIN_MS = 3_500
const GAP_MEAN_MS = 4_500
const GAP_MAX_MS = 11_000

export class Visit {
  readonly #world: World
  readonly #book: OrderBook
  readonly #dice: Dice
  readonly #person: Person
  readonly #isNew: boolean
  readonly #session: Session
  readonly #startAt: ShopTime
  #at: ShopTime

  constructor(world: World, book: OrderBook, visitor: Visitor, startAt: ShopTime, dice: Dice) {
    const { person, isNew } = visitor
    const actor = actorOf(person)
    const isRemembered = person.isMember && !isNew && dice.chance(0.5)
    this.#world = world
    this.#book = book
    this.#dice = dice
    this.#person = person
    this.#isNew = isNew
    this.#session = new Session(book.plan, actor, isRemembered ? actor.userId : null)
    this.#startAt = startAt
    this.#at = startAt
  }

  plan(referrer: Person | null): void {
    const dice = this.#dice
    const referrerUserId = referrer && actorOf(referrer).userId
    const channel = referrerUserId ? 'referral' : dice.pick(CHANNELS)
    const campaign = channel === 'email' ? dice.pick(CAMPAIGNS) : null
    this.#session.click(this.#at, 'SESSION_START', { channel, campaign, referrerUserId })
    if (this.#person.isMember && !this.#isNew && this.#session.userId === null) this.#logIn()
    const lines = this.#look()
    const isLeft = dice.chance(LEFT_CART_SHARE)
    if (lines.length > 0) this.#click('CHECKOUT_START')
    if (this.#isNew && this.#person.isMember) this.#signUp()
    if (lines.length > 0 && !isLeft) this.#order(lines, referrerUserId)
    if (this.#person.isAdvocate && dice.chance(0.15)) this.#click('SHARE')
  }

  #logIn(): void {
    if (this.#dice.chance(0.04)) this.#click('LOGIN_FAILED')
    this.#session.userId = this.#session.actor.userId
    this.#click('LOGIN')
  }

  #signUp(): void {
    this.#session.userId = this.#session.actor.userId
    this.#wait()
    this.#session.click(this.#at, 'SIGNUP', { consents: consentsOf(this.#person) })
  }

  #look(): OrderLine[] {
    const lines: OrderLine[] = []
    let bought: number | null = null
    const viewsMax = this.#person.kind === 'LOOKER' ? 3 : 5
    for (let left = this.#dice.whole(1, viewsMax); left > 0; left--) {
      if (this.#dice.chance(0.08)) this.#search()
      const number = this.#asked(bought)
      const line = this.#view(number)
      if (!line) continue
      lines.push(line)
      bought = number
    }
    return lines
  }

  /** What is looked at next; it may be what goes with the article that went into the cart last. */
  #asked(bought: number | null): number {
    const companion = bought === null ? null : companionOf(bought)
    return companion !== null && this.#dice.chance(COMPANION_SHARE) ? companion : asked(this.#dice)
  }

  /** What went into the cart; null: nothing, or it was only a dream. */
  #view(number: number): OrderLine | null {
    this.#wait()
    const { market, buysPerView, kind } = this.#person
    const { currency } = this.#session.actor
    const view = viewOf(this.#world, market, buysPerView, this.#at, this.#dice, number)
    const { sku, category } = view.article
    const { priceMinor, line } = view
    const dwellMs = this.#dice.whole(1_500, 60_000)
    const shown = { sku, category, priceMinor, currency, dwellMs }
    this.#session.click(this.#at, 'PRODUCT_VIEW', shown)
    const isDream = line === null && kind === 'BROWSER' && this.#dice.chance(0.08)
    if (line || isDream) {
      const quantity = line?.quantity ?? 1
      this.#click('ADD_TO_CART', { sku, category, priceMinor, currency, quantity })
    } else if (this.#dice.chance(0.05)) {
      this.#click('FAVOURITE', { sku, category, priceMinor, currency })
    }
    return line
  }

  #search(): void {
    this.#click('SEARCH', { query: this.#dice.pick(QUERIES) })
  }

  #order(lines: readonly OrderLine[], referrerUserId: string | null): void {
    this.#wait()
    const { actor } = this.#session
    const userId = this.#person.isMember ? actor.userId : null
    const cart = cartOf(lines, referrerUserId, this.#dice)
    const fate = fateOf(this.#dice)
    this.#book.place({ startAt: this.#startAt, actor, userId, cart, fate, fraud: null }, this.#at)
  }

  #click(type: ClickType, details: ClickDetails = {}): void {
    this.#wait()
    this.#session.click(this.#at, type, details)
  }

  #wait(): void {
    this.#at += Math.min(GAP_MAX_MS, Math.floor(GAP_MIN_MS + this.#dice.wait(GAP_MEAN_MS)))
  }
}

const CHANNELS = ['search', 'search', 'email', 'direct', 'direct', 'social'] as const
const CAMPAIGNS = ['spring', 'news', 'refill'] as const
const QUERIES = ['coffee', 'beans', 'cat food', 'cheese', 'soap', 'seeds', 'gift'] as const
const LEFT_CART_SHARE = 0.12
const COMPANION_SHARE = 0.3
const FREE_SHIPPING_FROM_MINOR = 4_000
const SHIPPING_MINOR = 490

const cartOf = (lines: readonly OrderLine[], referrerUserId: string | null, dice: Dice): Cart => {
  const goods = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0)
  const couponId = dice.chance(0.08) ? 'coupon-ten' : null
  return {
    lines,
    discountMinor: couponId ? Math.round(goods / 10) : 0,
    shippingMinor: goods < FREE_SHIPPING_FROM_MINOR ? SHIPPING_MINOR : 0,
    couponId,
    referrerUserId,
  }
}

const fateOf = (dice: Dice): Fate => {
  const draw = dice.next()
  if (draw < 0.03) return 'DECLINED'
  if (draw < 0.06) return 'CANCELLED'
  return draw < 0.12 ? 'RETURNED' : 'KEPT'
}

const consentsOf = ({ consentsDraw }: Person): readonly Consent[] | null => {
  if (consentsDraw < 0.25) return null
  if (consentsDraw < 0.4) return ['ANALYTICS']
  if (consentsDraw < 0.6) return ['ANALYTICS', 'PERSONALIZATION']
  return ['ANALYTICS', 'PERSONALIZATION', 'MARKETING']
}
