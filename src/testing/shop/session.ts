/** A visit as its clicks: who acts, from where, and how the clicks are written. */
import { type Click, type ClickType, clickstream } from '../../events.ts'
import type { Actor } from './actor.ts'
import type { ShopTime } from './calendar.ts'
import type { SlotPlan, Telling } from './slot-plan.ts'

export type ClickDetails = Partial<Omit<Click, 'eventId' | 'occurredAt' | 'visitorId' | 'type'>>

const NO_DETAILS: ClickDetails = {}

export class Session {
  readonly #plan: SlotPlan
  readonly sessionId: string
  readonly actor: Actor
  /** Null until somebody has logged in. */
  userId: string | null

  constructor(plan: SlotPlan, actor: Actor, userId: string | null) {
    this.#plan = plan
    this.sessionId = plan.isQuiet ? '' : plan.eventId('session')
    this.actor = actor
    this.userId = userId
  }

  click(at: ShopTime, type: ClickType, details: ClickDetails = NO_DETAILS): void {
    const plan = this.#plan
    if (plan.isQuiet) return
    plan.event(at, 'free', new ClickTelling(plan.slot, plan.nextNumber(), this, type, details))
  }
}

/** Tens of thousands of clicks wait at a time, so each is kept small, and written when it is due. */
class ClickTelling implements Telling {
  readonly #slot: number
  readonly #number: number
  readonly #session: Session
  readonly #userId: string | null
  readonly #type: ClickType
  readonly #details: ClickDetails

  constructor(
    slot: number,
    number: number,
    session: Session,
    type: ClickType,
    details: ClickDetails,
  ) {
    this.#slot = slot
    this.#number = number
    this.#session = session
    this.#userId = session.userId
    this.#type = type
    this.#details = details
  }

  get topic(): typeof clickstream {
    return clickstream
  }

  get key(): string {
    return this.#session.actor.visitorId
  }

  write(occurredAt: number): Click {
    const { actor, sessionId } = this.#session
    const details = this.#details
    return {
      eventId: `click-${this.#slot}-${this.#number}`,
      occurredAt,
      visitorId: actor.visitorId,
      userId: this.#userId,
      sessionId,
      type: this.#type,
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
    }
  }
}
