/** An order or a login, as far as the places that it goes to look at it. */
import type { Click, Order } from '../events.ts'
import type { Sighting } from '../models/travel.ts'

export interface Attempt {
  readonly kind: 'ORDER' | 'LOGIN'
  readonly userId: string | null
  readonly deviceId: string | null
  readonly seen: Sighting | null
  /** Null for a login. */
  readonly placed: Placed | null
}

/** What an order has beyond a login. */
export interface Placed {
  readonly amount: { readonly minor: number; readonly currency: string }
  readonly instrumentId: string | null
  readonly addressId: string | null
  /** Null: not known. */
  readonly method: string | null
}

type Located = Pick<Order | Click, 'occurredAt' | 'userId' | 'deviceId' | 'latitude' | 'longitude'>

const sightingOf = ({ latitude, longitude, occurredAt }: Located): Sighting | null =>
  latitude === null || longitude === null ? null : { latitude, longitude, at: occurredAt }

export const loginAttempt = (login: Located): Attempt => ({
  kind: 'LOGIN',
  userId: login.userId,
  deviceId: login.deviceId,
  seen: sightingOf(login),
  placed: null,
})

type PlacedFields = Pick<
  Order,
  'totalMinor' | 'currency' | 'instrumentId' | 'shippingAddressId' | 'paymentMethod'
>

/** An order goes to all its places one after the other: they look at one attempt. */
export const orderAttempt = (order: Located & PlacedFields): Attempt => {
  if (order !== latest.order) {
    latest.attempt = attemptOf(order)
    latest.order = order
  }
  return latest.attempt!
}

const latest: { order: object | null; attempt: Attempt | null } = { order: null, attempt: null }

const attemptOf = (order: Located & PlacedFields): Attempt => ({
  kind: 'ORDER',
  userId: order.userId,
  deviceId: order.deviceId,
  seen: sightingOf(order),
  placed: {
    amount: { minor: order.totalMinor, currency: order.currency },
    instrumentId: order.instrumentId,
    addressId: order.shippingAddressId,
    method: order.paymentMethod === 'UNKNOWN' ? null : order.paymentMethod,
  },
})
