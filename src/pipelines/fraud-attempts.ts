/** An order or a login, as far as the places that it goes to look at it. */
import type { Click, Order } from '../events.ts'
import type { Sighting } from '../models/travel.ts'

export interface Attempt {
  readonly kind: 'ORDER' | 'LOGIN'
  readonly userId: string | null
  readonly deviceId: string | null
  readonly seen: Sighting | null
  /** Null for a login. */
  readonly amount: { readonly minor: number; readonly currency: string } | null
}

type Located = Pick<Order | Click, 'occurredAt' | 'userId' | 'deviceId' | 'latitude' | 'longitude'>

const sightingOf = ({ latitude, longitude, occurredAt }: Located): Sighting | null =>
  latitude === null || longitude === null ? null : { latitude, longitude, at: occurredAt }

export const loginAttempt = (login: Located): Attempt => ({
  kind: 'LOGIN',
  userId: login.userId,
  deviceId: login.deviceId,
  seen: sightingOf(login),
  amount: null,
})

export const orderAttempt = (order: Located & Pick<Order, 'totalMinor' | 'currency'>): Attempt => ({
  kind: 'ORDER',
  userId: order.userId,
  deviceId: order.deviceId,
  seen: sightingOf(order),
  amount: { minor: order.totalMinor, currency: order.currency },
})
