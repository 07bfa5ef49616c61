/** The plan of each slot, and the orders that slots look back at. */
import { Dice } from '../sample/dice.ts'
import { type ColdOrder, coldOrder, hasColdChain, planColdChain } from './cold-chain.ts'
import { planFleet } from './fleet.ts'
import {
  ACCOUNTS_PER_RING,
  goOnSpree,
  joinRing,
  ORDERS_PER_SPREE,
  TESTS_PER_BURST,
  takeOver,
  testCards,
} from './frauds.ts'
import { planNews } from './market-news.ts'
import { OrderBook } from './order-book.ts'
import { FOLLOW_UP_DELAYS, type FollowUp, followUpsOf, type OrderPlan } from './order-plan.ts'
import { planFollowUp } from './order-records.ts'
import type { Visitor } from './population.ts'
import { CARD_TESTING_SHARE, RING_SHARE, SPREE_SHARE, TAKEOVER_SHARE } from './rates.ts'
import { SlotPlan, type Step } from './slot-plan.ts'
import { planSlowFrauds } from './slow-frauds.ts'
import { STREAMS } from './streams.ts'
import { Visit } from './visit.ts'
import { expectedOrders, type World } from './world.ts'

export interface Placed {
  readonly order: OrderPlan
  readonly followUps: readonly FollowUp[]
}

/** What is known of a slot's orders. */
interface SlotOrders {
  readonly placed: readonly Placed[]
  readonly cold: ColdOrder | null
}

/** Frauds of a kind, and how many of them a slot has on average. */
interface Incidents {
  readonly plan: typeof testCards
  readonly mean: number
}

export class Plans {
  readonly #world: World
  /** Of the slots of the history, which are looked at again and again; no more than there are. */
  readonly #history = new Map<number, SlotOrders>()

  constructor(world: World) {
    this.#world = world
  }

  /** All steps that a slot brings about; for `visitsOnly`, without those that come of other slots. */
  stepsOf(slot: number, visitsOnly: boolean): readonly Step[] {
    const plan = new SlotPlan(this.#world.seed, slot)
    this.#keep(slot, this.#planVisits(plan))
    if (visitsOnly) return plan.steps
    this.#planFollowUps(plan)
    planColdChain(this.#world, plan, earlier => this.#coldIn(earlier))
    planFleet(this.#world, plan)
    planNews(this.#world, plan)
    return plan.steps
  }

  /** The orders of visits that began in the slot. */
  placedIn(slot: number): readonly Placed[] {
    return this.#ordersOf(slot).placed
  }

  #ordersOf(slot: number): SlotOrders {
    const known = this.#history.get(slot)
    if (known) return known
    const orders = this.#planVisits(new SlotPlan(this.#world.seed, slot, true))
    this.#keep(slot, orders)
    return orders
  }

  #keep(slot: number, orders: SlotOrders): void {
    if (!this.#world.calendar.isLive(slot)) this.#history.set(slot, orders)
  }

  #coldIn(slot: number): ColdOrder | null {
    const known = this.#history.get(slot)
    if (known) return known.cold
    return hasColdChain(this.#world, slot) ? this.#ordersOf(slot).cold : null
  }

  #planVisits(plan: SlotPlan): SlotOrders {
    const world = this.#world
    const { slot } = plan
    const book = new OrderBook(plan)
    for (const [number, visitor] of world.population.visitorsIn(slot).entries()) {
      // Who never buys has no part in the orders.
      const isOfInterest = !plan.isQuiet || visitor.person.buysPerView > 0
      if (isOfInterest) this.#planVisit(book, visitor, number)
    }
    this.#planFrauds(book)
    const cold = hasColdChain(world, slot) ? coldOrder(book.orders) : null
    const placed = book.orders.map((order, number) => ({
      order,
      followUps: followUpsOf(world.seed, slot, number, order, number === cold?.number),
    }))
    return { placed, cold }
  }

  #planVisit(book: OrderBook, visitor: Visitor, number: number): void {
    const world = this.#world
    const { slot } = book.plan
    const dice = new Dice(world.seed, STREAMS.VISIT, slot, number)
    const startAt = this.#momentIn(slot, dice)
    const isReferred = visitor.isNew && dice.chance(ASKED_SHARE)
    const friend = isReferred ? world.population.customerBefore(slot, dice) : null
    const referrer = friend?.isAdvocate && friend.isMember ? friend : null
    new Visit(world, book, visitor, startAt, dice).plan(referrer)
  }

  #planFrauds(book: OrderBook): void {
    const { slot } = book.plan
    const orders = expectedOrders(this.#world, slot)
    const dice = new Dice(this.#world.seed, STREAMS.FRAUD, slot)
    this.#planIncidents(book, dice, [
      { plan: testCards, mean: (orders * CARD_TESTING_SHARE) / TESTS_PER_BURST },
      { plan: takeOver, mean: orders * TAKEOVER_SHARE },
      { plan: joinRing, mean: (orders * RING_SHARE) / ACCOUNTS_PER_RING },
    ])
    this.#planIncidents(book, new Dice(this.#world.seed, STREAMS.SPREE, slot), [
      { plan: goOnSpree, mean: (orders * SPREE_SHARE) / ORDERS_PER_SPREE },
    ])
    planSlowFrauds(this.#world, book)
  }

  #planIncidents(book: OrderBook, dice: Dice, incidents: readonly Incidents[]): void {
    for (const { plan, mean } of incidents) {
      for (let left = Math.floor(mean + dice.next()); left > 0; left--) {
        plan(this.#world, book, this.#momentIn(book.plan.slot, dice), dice)
      }
    }
  }

  #momentIn(slot: number, dice: Dice): number {
    const { calendar } = this.#world
    return calendar.startOf(slot) + dice.whole(0, calendar.lengthOf(slot) - 1)
  }

  /** What becomes, in this slot, of orders that were placed hours, days and weeks ago. */
  #planFollowUps(plan: SlotPlan): void {
    const { calendar } = this.#world
    const from = calendar.startOf(plan.slot)
    const until = from + calendar.lengthOf(plan.slot)
    for (const delayMs of FOLLOW_UP_DELAYS) {
      const earlier = calendar.slotAt(from - delayMs)
      if (earlier < 0) continue
      for (const { order, followUps } of this.placedIn(earlier)) {
        const at = order.startAt + delayMs
        if (at < from || at >= until) continue
        const due = followUps.find(followUp => followUp.delayMs === delayMs)
        if (due) planFollowUp(plan, order, due.kind, at)
      }
    }
  }
}

/** Of new visitors, those who were asked by somebody; a third of whom recommends the shop. */
const ASKED_SHARE = 0.2
