/** A visit as its clicks: who acts, from where, and how the clicks are written. */
import { type Click, type ClickType, clickstream } from '../../events.ts'
import type { Actor } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import type { SlotPlan } from './slot-plan.ts'

export type ClickDetails = Partial<Omit<Click, 'eventId' | 'occurredAt' | 'visitorId' | 'type'>>

const NO_DETAILS: ClickDetails = {}

export class Session {
  readonly #plan: SlotPlan
  readonly #sessionId: string
  readonly actor: Actor
  /** Null until somebody has logged in. */
  userId: string | null

  constructor(plan: SlotPlan, actor: Actor, userId: string | null) {
    this.#plan = plan
    this.#sessionId = plan.eventId('session')
    this.actor = actor
    this.userId = userId
  }

  click(at: ShopTime, type: ClickType, details: ClickDetails = NO_DETAILS): void {
    if (this.#plan.isQuiet) return
    const { actor, userId } = this
    const sessionId = this.#sessionId
    const eventId = this.#plan.eventId('click')
    // One literal: there are thousands a second of it.
    this.#plan.event(
      at,
      'free',
      clickstream,
      actor.visitorId,
      (occurredAt): Click => ({
        eventId,
        occurredAt,
        visitorId: actor.visitorId,
        userId,
        sessionId,
        type,
        sku: details.sku ?? null,
        category: details.category ?? null,
        market: actor.market,
        quantity: details.quantity ?? null,
        priceMinor: details.priceMinor ?? null,
        currency: details.currency ?? null,
        dwellMs: details.dwellMs ?? null,
        query: details.query ?? null,
        channel: details.channel ?? null,
        campaign: details.campaign ?? null,
        referrerUserId: details.referrerUserId ?? null,
        deviceId: actor.deviceId,
        ip: actor.ip,
        country: actor.country,
        latitude: actor.latitude,
        longitude: actor.longitude,
        consents: details.consents ?? null,
      }),
    )
  }
}
