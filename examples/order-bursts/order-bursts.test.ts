import { orders } from 'millrace'
import { scenario, send } from 'millrace/testing'
import { test } from 'vitest'
import { type OrderBurst, orderBursts } from './order-bursts.ts'

const check = scenario(orderBursts, {
  events: {
    order: (occurredAt, orderId, userId, deviceId) =>
      send(orders, {
        eventId: `placed-${orderId}`,
        occurredAt,
        orderId,
        type: 'PLACED',
        currency: 'EUR',
        totalMinor: 1_000,
        userId,
        ...(deviceId === undefined ? {} : { deviceId }),
      }),
  },
  show: ({ orderId, byUser, byDevice }: OrderBurst) => `${orderId} ${byUser} ${byDevice}`,
})

test('an order counts at its customer and at its device, and an unknown device is not asked', () =>
  check(`
    0    order o1 ann phone
    => o1 1 1
    +1m  order o2 bob phone
    => o2 1 2
    +1m  order o3 ann
    => o3 2 null
    +2h  order o4 ann phone
    => o4 1 1
  `))
