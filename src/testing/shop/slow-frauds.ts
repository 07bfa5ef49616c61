/**
 * Frauds that take weeks, one order in days: goods bought to be sent back, and a card used up slowly, each
 * time for less than would be noticed.
 *
 * A slot looks back at those slots in which one may have begun that has its next order now. So each order
 * is in the book of its own slot, and any slot can still be planned alone.
 */
import { days } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import type { Actor } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import { MARKETS } from './catalogue.ts'
import { dearest, plainCart, still, strangerOf } from './fraud-cast.ts'
import type { OrderBook } from './order-book.ts'
import type { Fate, FraudKind } from './order-plan.ts'
import { REFUND_ABUSE_SHARE, SLOW_BURN_SHARE } from './rates.ts'
import { STREAMS } from './streams.ts'
import { expectedOrders, type World } from './world.ts'

interface Stage {
  readonly afterMs: number
  readonly units: number
  readonly fate: Fate
  /** False: as honest as any, so that the next ones look so too. */
  readonly isFraud: boolean
}

interface SlowFraud {
  readonly kind: FraudKind
  readonly code: string
  /** Of the orders, those that are this fraud. */
  readonly share: number
  readonly stages: readonly Stage[]
}

export const RETURNED_ORDERS = 12

const REFUND_ABUSE: SlowFraud = {
  kind: 'REFUND_ABUSE',
  code: 'returner',
  share: REFUND_ABUSE_SHARE,
  stages: Array.from({ length: RETURNED_ORDERS }, (_, order) => ({
    afterMs: days(2 * order),
    units: 2,
    fate: 'RETURNED',
    isFraud: true,
  })),
}

/** Usual orders first; then less than three times the usual each time, whatever has become usual. */
const USUAL_ORDERS = 12
const BURNT_UNITS = [28, 30, 33, 35, 37, 39]
export const BURNT_ORDERS = BURNT_UNITS.length

const SLOW_BURN: SlowFraud = {
  kind: 'SLOW_BURN',
  code: 'burner',
  share: SLOW_BURN_SHARE,
  stages: [
    ...Array.from({ length: USUAL_ORDERS }, (_, order) => ({
      afterMs: days(2 * order),
      units: 10,
      fate: 'KEPT' as const,
      isFraud: false,
    })),
    ...BURNT_UNITS.map((units, order) => ({
      afterMs: days(2 * USUAL_ORDERS + order),
      units,
      fate: 'KEPT' as const,
      isFraud: true,
    })),
  ],
}

export const SLOW_FRAUDS = [REFUND_ABUSE, SLOW_BURN] as const

export const planSlowFrauds = (world: World, book: OrderBook): void => {
  for (const [number, fraud] of SLOW_FRAUDS.entries()) {
    for (const stage of fraud.stages) planStage(world, book, number, fraud, stage)
  }
}

const planStage = (
  world: World,
  book: OrderBook,
  number: number,
  fraud: SlowFraud,
  stage: Stage,
): void => {
  const { calendar, seed } = world
  const { slot } = book.plan
  const from = calendar.startOf(slot)
  const until = from + calendar.lengthOf(slot)
  const begunIn = calendar.slotAt(from - stage.afterMs)
  if (begunIn < 0) return
  // Slots are cut so that all moments of a slot lie in one slot of those that long ago.
  const dice = new Dice(seed, STREAMS.SLOW_FRAUD, begunIn, number)
  const begun = Math.floor(meanOf(world, begunIn, fraud) + dice.next())
  for (let incident = 0; incident < begun; incident++) {
    const at =
      calendar.startOf(begunIn) + dice.whole(0, calendar.lengthOf(begunIn) - 1) + stage.afterMs
    if (at < from || at >= until) continue
    const code = `${fraud.code}-${begunIn}-${incident}`
    placeStage(
      world,
      book,
      fraud,
      stage,
      at,
      code,
      new Dice(seed, STREAMS.SLOW_FRAUD, begunIn, number, incident),
    )
  }
}

const meanOf = (world: World, slot: number, { share, stages }: SlowFraud): number =>
  (expectedOrders(world, slot) * share) / stages.filter(({ isFraud }) => isFraud).length

/** @param dice thrown alike for each order, so that it is always the same hand */
const placeStage = (
  world: World,
  book: OrderBook,
  { kind }: SlowFraud,
  { units, fate, isFraud }: Stage,
  at: ShopTime,
  code: string,
  dice: Dice,
): void => {
  const market = dice.whole(0, MARKETS.length - 1)
  const actor = localOf(strangerOf(market, code, dice))
  const article = kind === 'SLOW_BURN' ? dice.pick(still(world.articles)) : dearest(world.articles)
  const cart = plainCart(article, market, units)
  const fraud = isFraud ? kind : null
  book.place({ startAt: at, actor, userId: actor.userId, cart, fate, fraud }, at)
}

/** With a card of the country: nothing about it is strange. */
const localOf = (actor: Actor): Actor => ({ ...actor, issuerCountry: actor.country })
