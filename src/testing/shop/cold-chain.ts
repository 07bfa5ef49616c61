/**
 * Orders whose goods travel with sensors: handed over a day after the visit, a day on the way, with a
 * reading each ten minutes. Which slots have such an order is decided before their visits are planned,
 * so a slot can look at all slots whose goods are on their way now.
 */
import { hours, minutes } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import { type Journey, type JourneyRates, journeyOf } from './journey.ts'
import { type Handover, planHandover, planReading, planWaypoint } from './journey-records.ts'
import {
  COLD_DELIVERED_AFTER,
  COLD_SHIPPED_AFTER,
  type Fate,
  type OrderPlan,
} from './order-plan.ts'
import {
  COLD_CHAIN_PER_DAY,
  COLD_CHAIN_PER_LIVE_SLOT,
  COLD_CHAIN_UNDER_WAY_SHARE,
  HISTORY_SLOT_MS,
} from './rates.ts'
import type { SlotPlan } from './slot-plan.ts'
import { STREAMS } from './streams.ts'
import type { World } from './world.ts'

export const READING_INTERVAL_MS = minutes(10)
export const READINGS = (COLD_DELIVERED_AFTER - COLD_SHIPPED_AFTER) / READING_INTERVAL_MS

/** An hour to a whole night: at ten minutes each. */
const RATES: JourneyRates = {
  excursionShare: 0.3,
  silentShare: 0.06,
  stuckShare: 0.04,
  excursionMin: 2,
  excursionMax: 48,
}

/** Whether one order of the slot travels with sensors, if any is sent at all. */
export const hasColdChain = (world: World, slot: number): boolean => {
  const share = shareOf(world, slot)
  return slot >= 0 && new Dice(world.seed, STREAMS.COLD_CHAIN, slot).next() < share
}

const shareOf = ({ calendar }: World, slot: number): number => {
  if (calendar.isLive(slot)) return COLD_CHAIN_PER_LIVE_SLOT
  const handedOverAt = calendar.startOf(slot) + COLD_SHIPPED_AFTER
  const isUnderWay = calendar.liveFrom - handedOverAt < hours(24)
  const isHandedOver = handedOverAt < calendar.liveFrom
  if (isUnderWay && isHandedOver) return COLD_CHAIN_UNDER_WAY_SHARE
  return (COLD_CHAIN_PER_DAY * HISTORY_SLOT_MS) / hours(24)
}

/** The order of a slot that travels with sensors. */
export interface ColdOrder {
  readonly number: number
  readonly order: OrderPlan
}

/** The first of the orders that is sent; null: none is. */
export const coldOrder = (orders: readonly OrderPlan[]): ColdOrder | null => {
  const number = orders.findIndex(({ fate, fraud }) => fraud === null && SENT.has(fate))
  return number < 0 ? null : { number, order: orders[number]! }
}

const SENT: ReadonlySet<Fate> = new Set(['KEPT', 'RETURNED'])

export const parcelOf = (slot: number, number: number): string => `parcel-${slot}-${number}`

/** One or two sensors, each with a fate of its own. */
export const coldJourneys = (seed: number, slot: number): readonly Journey[] => {
  const sensors = new Dice(seed, STREAMS.COLD_CHAIN, slot, 1).chance(0.3) ? 2 : 1
  return Array.from({ length: sensors }, (_, sensor) =>
    journeyOf(seed, [slot, sensor], READINGS, RATES),
  )
}

/** What is due in the plan's slot of goods that are on their way. */
export const planColdChain = (
  world: World,
  plan: SlotPlan,
  orderIn: (slot: number) => ColdOrder | null,
): void => {
  const { calendar } = world
  const from = calendar.startOf(plan.slot)
  const until = from + calendar.lengthOf(plan.slot)
  for (let reading = 0; reading <= READINGS; reading++) {
    const delayMs = COLD_SHIPPED_AFTER + reading * READING_INTERVAL_MS
    const slot = calendar.slotAt(from - delayMs)
    const cold = orderIn(slot)
    const at = cold ? cold.order.startAt + delayMs : -1
    if (cold && at >= from && at < until) planStage(world, plan, slot, cold, reading, at)
  }
}

const planStage = (
  world: World,
  plan: SlotPlan,
  slot: number,
  cold: ColdOrder,
  reading: number,
  at: number,
): void => {
  const handover = handoverOf(slot, cold.number, cold.order)
  const { shipmentId, originId, destinationId } = handover
  if (reading === 0) planHandover(plan, handover, at)
  if (reading === DEPARTS_WITH) planWaypoint(plan, shipmentId, 'DEPARTED', originId, at)
  if (reading === ARRIVES_WITH) planWaypoint(plan, shipmentId, 'ARRIVED', destinationId, at)
  if (reading === READINGS) planWaypoint(plan, shipmentId, 'DELIVERED', destinationId, at)
  if (reading === READINGS) return
  coldJourneys(world.seed, slot).forEach((journey, sensor) => {
    const place = [slot, sensor]
    planReading(plan, world.seed, place, shipmentId, sensor, journey, reading, at)
  })
}

const DEPARTS_WITH = 12
const ARRIVES_WITH = READINGS - 18

const handoverOf = (slot: number, number: number, order: OrderPlan): Handover => {
  const market = order.actor.market.toLowerCase()
  return {
    shipmentId: parcelOf(slot, number),
    orderIds: [order.orderId],
    contents: order.cart.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    lane: `lane-${market}-${slot % 4}`,
    originId: `warehouse-${market}`,
    destinationId: order.actor.addressId,
    // One in ten is promised sooner than it can be there.
    promisedAfterMs: slot % 10 === 0 ? hours(20) : hours(26),
    readingIntervalMs: READING_INTERVAL_MS,
  }
}
