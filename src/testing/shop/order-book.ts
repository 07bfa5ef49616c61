/** The orders that are placed in visits of a slot, with their steps in its plan. */
import type { ShopTime } from './calendar.ts'
import { type OrderPlan, totalOf } from './order-plan.ts'
import { planPayment } from './order-records.ts'
import type { SlotPlan } from './slot-plan.ts'

export class OrderBook {
  readonly plan: SlotPlan
  readonly orders: OrderPlan[] = []

  constructor(plan: SlotPlan) {
    this.plan = plan
  }

  /** A name for a fraud of the slot. */
  incident(kind: string): string {
    return `${kind}-${this.plan.slot}-${this.#incidents++}`
  }
  #incidents = 0

  place(order: Omit<OrderPlan, 'orderId' | 'totalMinor'>, placedAt: ShopTime): void {
    const { startAt, actor, userId, cart, fate, fraud } = order
    const orderId = `order-${this.plan.slot}-${this.orders.length}`
    const totalMinor = totalOf(cart)
    const placed = { orderId, startAt, actor, userId, cart, totalMinor, fate, fraud }
    this.orders.push(placed)
    planPayment(this.plan, placed, placedAt)
  }
}

/** The slot and the number behind the id of an order or a shipment; null: none of ours. */
export const placeOf = (id: string): { readonly slot: number; readonly number: number } | null => {
  const match = /^(?:order|parcel)-(\d+)-(\d+)$/.exec(id)
  return match && { slot: Number(match[1]), number: Number(match[2]) }
}
