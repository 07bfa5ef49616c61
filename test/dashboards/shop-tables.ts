/** The tables as a shop of seven weeks fills them: what the queries of dashboards are tried on. */
import type { ClickHouseClient } from '@clickhouse/client'
import { days } from '../../src/engine/time.ts'
import {
  deadLetters,
  fraudLabels,
  lateEvents,
  orders,
  shipments,
  topics,
} from '../../src/events.ts'
import { basketLearner } from '../../src/pipelines/basket-learner.ts'
import { elasticityLearner } from '../../src/pipelines/elasticity-learner.ts'
import { fraudLearner } from '../../src/pipelines/fraud-learner.ts'
import { pipelines } from '../../src/pipelines/index.ts'
import { tableNameOf } from '../../src/sinks/clickhouse/rows/columns.ts'
import { Harness } from '../../src/testing/harness.ts'
import { type ShopRecord, shop } from '../../src/testing/shop/shop.ts'

export const SHOP_OPENS_AT = Date.UTC(2026, 3, 1)
/** Late enough for outcomes of orders to be known, and for prices to have moved. */
export const SHOP_ENDS_AT = SHOP_OPENS_AT + days(50)

const SETTINGS = { seed: 7, rate: 20, opensAt: SHOP_OPENS_AT, liveAt: SHOP_ENDS_AT }
const ROWS_PER_INSERT = 20_000
/** How long after its event a record is in the log, as the tables have it. */
const EMITTED_AFTER_MS = 40
/** Of what went in, what the dashboards ask; all that came out is stored. */
const INPUTS_KEPT = new Set([fraudLabels.name, orders.name, shipments.name])

/** Those that dashboards show something of; the others would take longer than all the rest of it. */
const LEARNERS = [elasticityLearner, basketLearner, fraudLearner]

/** Plays the shop through all pipelines, with one record that nobody can read. */
export const fillWithShop = async (client: ClickHouseClient): Promise<void> => {
  const rows = new Map<string, object[]>(topics.map(topic => [topic.name, []]))
  const keep = (topic: string, record: object): void => {
    const list = rows.get(topic)!
    list.push({ ...record, ...placeOf(topic, list.length, record) })
  }
  const mill = new Harness(pipelines, { mode: 'history', batchSize: 5_000, learners: LEARNERS })
  const read = new Set(mill.application.sourceTopics.map(({ name }) => name))
  for (const { topic, record } of arrivals()) {
    if (INPUTS_KEPT.has(topic.name)) keep(topic.name, record)
    if (read.has(topic.name)) mill.sendBytes(topic.name, Buffer.from(JSON.stringify(record)))
  }
  mill.sendBytes('orders', Buffer.from('{"eventId":'))
  mill.finish()
  for (const { topic, record } of mill.outputs) keep(topic.name, record)
  for (const [topic, values] of rows) await insert(client, topic, values)
}

function* arrivals(): Generator<ShopRecord> {
  const open = shop(SETTINGS)
  yield* open.opening()
  for (let slot = 0; slot < open.historySlots; slot++) yield* open.arrivals(slot, [])
}

/** Set aside by wall clock, everything else soon after its event. */
const placeOf = (topic: string, offset: number, record: object): object => {
  const { occurredAt = SHOP_ENDS_AT } = record as { occurredAt?: number }
  const isSetAside = topic === lateEvents.name || topic === deadLetters.name
  const at = isSetAside ? SHOP_ENDS_AT - days(1) : occurredAt + EMITTED_AFTER_MS
  return { _topic: topic, _partition: 0, _offset: offset, _emitted_at: at }
}

const insert = async (client: ClickHouseClient, topic: string, values: readonly object[]) => {
  for (let from = 0; from < values.length; from += ROWS_PER_INSERT) {
    await client.insert({
      table: tableNameOf(topics.find(({ name }) => name === topic)!),
      values: values.slice(from, from + ROWS_PER_INSERT),
      format: 'JSONEachRow',
      clickhouse_settings: { input_format_skip_unknown_fields: 1 },
    })
  }
}
