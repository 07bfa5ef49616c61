/** What the graph of fraud scores costs: one task does all of it, so this is what it can take. */
import { Application } from '../../src/engine/application.ts'
import type { Arrival, EngineFields } from '../../src/engine/arrival.ts'
import { by, definePipeline } from '../../src/engine/pipeline.ts'
import { days } from '../../src/engine/time.ts'
import { read } from '../../src/engine/topic.ts'
import { deadLetters, fraudScores, lateEvents, orders } from '../../src/events.ts'
import { orderAttempt } from '../../src/pipelines/fraud-attempts.ts'
import { linkCells } from '../../src/pipelines/fraud-link-cells.ts'
import { linksBefore } from '../../src/pipelines/fraud-links.ts'
import type { FraudContext } from '../../src/pipelines/fraud-state.ts'
import { Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { randomOf } from '../random.ts'

const ORDERS = 400_000
const CUSTOMERS = 150_000
const COMMIT_RECORDS = 5_000
const GAP_MS = days(25) / ORDERS
/** Within the span of two graphs, so that each node is in both. */
const BEGINS_AT = days(20_010)

const links = definePipeline({
  id: 'links',
  version: '1',
  order: 'arrival',
  inputs: {
    order: {
      from: read(
        orders,
        'userId',
        'deviceId',
        'instrumentId',
        'shippingAddressId',
        'totalMinor',
        'currency',
        'paymentMethod',
        'latitude',
        'longitude',
        'market',
      ),
      key: by('market'),
    },
  },
  state: linkCells,
  forgetAfterMs: days(120),
  output: fraudScores,
  on: {
    order(order, context) {
      linksBefore(orderAttempt(order), context as unknown as FraudContext)
      return null
    },
  },
})

export const linkGraph = async (): Promise<Figure[]> => {
  const application = new Application({
    pipelines: [links],
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  const [step, commit] = [new Meter(), new Meter()]
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const random = randomOf(1)
  let bytes = 0
  for (let from = 0; from < ORDERS; from += COMMIT_RECORDS) {
    const some = Array.from({ length: COMMIT_RECORDS }, (_, at) => orderAt(from + at, random))
    step.run(() => {
      for (const arrival of some) application.take(arrival)
    })
    for (const { entries } of commit.run(() => application.commit()).changelogs) {
      for (const { value } of entries) bytes += value?.length ?? 0
    }
  }
  globalThis.gc?.()
  const rss = process.memoryUsage().rss - before
  const rows = application.runners[0]!.tasks[0]!.store.size
  const stepMicros = step.cost.cpuMicros / ORDERS
  const commitMicros = commit.cost.cpuMicros / ORDERS
  return [
    figureOf('step', stepMicros, 'µs', 'order'),
    figureOf('commit, packed', commitMicros, 'µs', 'order'),
    figureOf('written at commits', bytes / ORDERS, 'B', 'order'),
    figureOf(`memory, of ${rows.toLocaleString('en')} nodes`, rss / rows, 'B', 'node'),
  ]
}

/** One in ten is of a household: two customers with one address, every other one with one card. */
const orderAt = (index: number, random: () => number): Arrival => {
  const customer = Math.floor(CUSTOMERS * random() ** 2)
  const household = customer % 10 === 0 ? customer + 1 : customer
  const event = {
    eventId: `e${index}`,
    occurredAt: BEGINS_AT + Math.floor(index * GAP_MS),
    market: 'DE',
    userId: `user-${customer}`,
    deviceId: `device-${random() < 0.8 ? customer : customer + CUSTOMERS}`,
    instrumentId: `card-${customer % 20 === 0 ? household : customer}`,
    shippingAddressId: `address-${household}`,
    totalMinor: 5_000,
    currency: 'EUR',
    paymentMethod: 'CARD',
    latitude: null,
    longitude: null,
  }
  return {
    topic: orders,
    partition: 0,
    source: 'orders|0',
    offset: index,
    timestampMs: event.occurredAt,
    key: null,
    format: 'avro',
    value: null,
    event: event as unknown as EngineFields,
    failure: null,
    redrivenFor: null,
  } as Arrival
}

const figureOf = (what: string, value: number, unit: Figure['unit'], per: string): Figure => ({
  name: `link-graph: ${what}`,
  value,
  unit,
  per,
})
