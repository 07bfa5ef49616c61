/** Tells of customers who bought, and then did not come back for sixty days. */
import {
  type BodyOf,
  days,
  definePipeline,
  long,
  minutes,
  orders,
  type Reason,
  read,
  type Topic,
  value,
} from 'millrace'

export interface QuietCustomer {
  readonly resultId: string
  readonly occurredAt: number
  readonly causeEventId: string | null
  readonly modelVersion: string
  readonly reasons: readonly Reason[]
  readonly userId: string
  readonly orders: number
}

export const quiet: Topic<QuietCustomer> = {
  name: 'quiet-customers',
  kind: 'result',
  rank: 1_000,
  keyedBy: ['userId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'QuietCustomer',
    namespace: 'shop',
    id: 1_000,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
        default: [],
      },
      { name: 'userId', type: 'string' },
      { name: 'orders', type: 'long', minimum: 1 },
    ],
  },
}

const VERSION = 'quiet-customers-2026-11-22'
const SILENCE_DAYS = 60

export const quietCustomers = definePipeline({
  id: 'quiet-customers',
  version: VERSION,
  order: 'event-time',
  inputs: {
    order: {
      from: read(orders, 'userId', 'type'),
      when: order => order.type === 'PLACED',
      key: order => order.userId,
      late: 'set-aside',
      disorderMs: minutes(1),
    },
  },
  state: { orders: value(long, 0) },
  forgetAfterMs: days(400),
  output: quiet,
  on: {
    order(_order, { state, timers, now }) {
      state.orders.set(state.orders.get() + 1)
      timers.set('silence', now + days(SILENCE_DAYS))
    },
  },
  onTimer: {
    silence: ({ key, state }) => quietCustomer(key, state.orders.get()),
  },
})

const quietCustomer = (userId: string, orders: number): BodyOf<QuietCustomer> => ({
  modelVersion: VERSION,
  reasons: [
    {
      code: 'SILENT',
      detail: `No order for ${SILENCE_DAYS} days, after ${orders} before.`,
      weight: 1,
    },
  ],
  userId,
  orders,
})
