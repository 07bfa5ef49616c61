/** Says of each order how many came from its customer and from its device within the hour. */
import {
  days,
  defineScatterPipeline,
  double,
  hours,
  minutes,
  orders,
  read,
  record,
  rollingCount,
  type Topic,
} from 'millrace'

export interface OrderBurst {
  readonly resultId: string
  readonly occurredAt: number
  readonly causeEventId: string | null
  readonly orderId: string
  /** Null where it was not asked, or did not answer. */
  readonly byUser: number | null
  readonly byDevice: number | null
}

export const bursts: Topic<OrderBurst> = {
  name: 'order-bursts',
  kind: 'result',
  rank: 1_001,
  keyedBy: ['orderId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'OrderBurst',
    namespace: 'shop',
    id: 1_001,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'orderId', type: 'string' },
      { name: 'byUser', type: ['null', 'double'], default: null },
      { name: 'byDevice', type: ['null', 'double'], default: null },
    ],
  },
}

export const orderBursts = defineScatterPipeline({
  id: 'order-bursts',
  version: '2026-11-22',
  order: 'arrival',
  parts: ['user', 'device'],
  inputs: {
    order: {
      from: read(orders, 'orderId', 'userId', 'deviceId', 'type'),
      when: order => order.type === 'PLACED',
      scatter: order => ({ user: order.userId, device: order.deviceId }),
      gatherBy: order => order.orderId,
      late: 'handle',
    },
  },
  state: { recent: rollingCount({ spanMs: hours(1), stepMs: minutes(5) }) },
  forgetAfterMs: days(2),
  answer: record({ lastHour: double }),
  output: bursts,
  on: {
    order(_order, { state, now }) {
      state.recent.add(now)
      return { lastHour: state.recent.total(now) }
    },
  },
  gather: {
    order: ({ orderId }, { answers }) => ({
      orderId,
      byUser: answers.user?.lastHour ?? null,
      byDevice: answers.device?.lastHour ?? null,
    }),
  },
})
