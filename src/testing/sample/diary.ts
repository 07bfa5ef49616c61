/** What happens, as events: a diary gives each its id and keeps the two topics apart. */
import { minutes, seconds } from '../../engine/time.ts'
import type { Click, Order } from '../../events.ts'
import { clickWith, orderWith } from '../../sources/public-data/records.ts'
import type { Dice } from './dice.ts'
import type { Person } from './person.ts'
import { article, CURRENCY } from './shop.ts'

/** From where somebody acts; for most, from where they are at home. */
export type Whereabouts = Pick<Person, 'deviceId' | 'ip' | 'latitude' | 'longitude'>

export interface Basket {
  readonly orderId: string
  readonly totalMinor: number
  readonly lines: Order['lines']
}

export class Diary {
  readonly clicks: Click[] = []
  readonly orders: Order[] = []

  click(
    person: Person,
    type: Click['type'],
    occurredAt: number,
    more: Partial<Click> & Partial<Whereabouts> = {},
  ): void {
    const { visitorId, deviceId, ip, latitude, longitude, market } = person
    const eventId = `click-${this.clicks.length + 1}`
    const place = { deviceId, ip, latitude, longitude }
    const at = Math.round(occurredAt)
    this.clicks.push(
      clickWith({ eventId, visitorId, market, ...place, ...more, type, occurredAt: at }),
    )
  }

  /** An event of an order, from its placing on. */
  order(
    person: Person,
    basket: Basket,
    type: Order['type'],
    occurredAt: number,
    more: Partial<Order> & Partial<Whereabouts> = {},
  ): void {
    const { userId, visitorId, deviceId, ip, latitude, longitude, market } = person
    const { orderId, totalMinor } = basket
    const isPlaced = type === 'PLACED'
    const place = { deviceId, ip, latitude, longitude, shippingAddressId: person.addressId }
    this.orders.push(
      orderWith({
        userId,
        visitorId,
        market,
        instrumentId: person.instrumentId,
        paymentMethod: 'CARD',
        ...(isPlaced || type === 'PAYMENT_DECLINED' ? place : {}),
        ...(isPlaced ? { lines: basket.lines } : {}),
        ...more,
        eventId: `order-event-${this.orders.length + 1}`,
        occurredAt: Math.round(occurredAt),
        orderId,
        type,
        currency: CURRENCY,
        totalMinor,
      }),
    )
  }

  get placed(): number {
    return this.#baskets
  }
  #baskets = 0

  /** What is in the cart, with the id of the order that it becomes. */
  basket(dice: Dice, appetite: number): Basket {
    this.#baskets++
    const lines = Array.from({ length: dice.whole(1, 3) }, () => {
      const { sku, category, priceMinor } = article(dice)
      const quantity = dice.chance(appetite / 5) ? 2 : 1
      const unknown = {
        warehouseId: null,
        listPriceMinor: null,
        unitCostMinor: null,
        promotionId: null,
      }
      return { sku, category, quantity, unitPriceMinor: priceMinor, ...unknown }
    })
    const totalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0)
    return { orderId: `order-${String(this.#baskets).padStart(5, '0')}`, totalMinor, lines }
  }

  /** Looking around; returns when they have looked enough. */
  browse(person: Person, startAt: number, userId: string | null, dice: Dice): number {
    let at = startAt
    this.click(person, 'SESSION_START', at, { userId, channel: dice.pick(CHANNELS) })
    for (let views = dice.whole(1, 4); views > 0; views--) {
      at += seconds(5) + dice.wait(seconds(40))
      const { sku, category, priceMinor } = article(dice)
      const shown = { userId, sku, category, priceMinor, currency: CURRENCY }
      const type = dice.chance(0.1) ? 'FAVOURITE' : 'PRODUCT_VIEW'
      this.click(person, type, at, { ...shown, dwellMs: dice.whole(2_000, 90_000) })
    }
    return at + minutes(1)
  }
}

const CHANNELS = ['search', 'email', 'direct', 'social'] as const
