/**
 * From an order to its score, embedded: a log, a producer and the pipelines in one process, at 2,000 orders
 * a second among 20,000 events. An order counts from when the log has it: to when its score is made, and
 * to when that is lasting.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { topicNamed, topics } from '../../src/events.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import type { Log } from '../../src/logs/log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { fraudLearning } from '../../src/pipelines/fraud-learning.ts'
import { fraudOutcomes } from '../../src/pipelines/fraud-outcomes.ts'
import { fraudScores } from '../../src/pipelines/fraud-scores.ts'
import { LiveRun } from '../../src/runtime/live/live-run.ts'
import type { Figure } from '../figure.ts'
import { visitorPace } from '../light-pipeline.ts'
import { type MixEvent, placedOrders, SHOP, shopEvents } from '../mix.ts'

const EVENTS_PER_SECOND = 20_000
const ORDERS_AMONG = 10
const SETTLE_SECONDS = 5
const WATCHED_SECONDS = 20
const EVENTS = EVENTS_PER_SECOND * (SETTLE_SECONDS + WATCHED_SECONDS)
const PRODUCE_EVERY_MS = 10
/** Long enough to make all events before the first of them happens. */
const BEGINS_AFTER_MS = 30_000
const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const TO_SCORE_P99_MS = 10
const TO_LASTING_P99_MS = 50

interface Made {
  readonly topic: string
  readonly key: Buffer
  readonly value: Buffer
  /** Null: no order. */
  readonly orderId: string | null
}

/** When each order was in the log, was scored, and was lasting; on the clock of `performance`. */
class Ages {
  readonly #loggedAt = new Map<string, number>()
  readonly scored: number[] = []
  readonly lasting: number[] = []
  isWatched = false

  logged(orderId: string, at: number): void {
    this.#loggedAt.set(orderId, at)
  }

  note(orderId: string, ages: number[]): void {
    const loggedAt = this.#loggedAt.get(orderId)
    // Scored before the producer heard that it is in the log: no time at all.
    if (this.isWatched) ages.push(loggedAt === undefined ? 0 : performance.now() - loggedAt)
  }
}

export const fraudLatency = async (dir: string, commitMs = '10'): Promise<Figure[]> => {
  const log = await openLmdbLog(join(dir, 'log'), { wallNow: Date.now })
  for (const { name } of topics) await log.createTopic(name, KEPT)
  const beginsAt = Date.now() + BEGINS_AFTER_MS
  const events = madeEvents(beginsAt)
  const ages = new Ages()
  const run = await LiveRun.start({
    applicationId: 'latency',
    log,
    pipelines: [watched(ages), fraudOutcomes, fraudLearning, visitorPace],
    snapshots: fileSnapshots(join(dir, 'snapshots')),
    wallNow: Date.now,
    commitIntervalMs: Number(commitMs),
    onCommit: ({ units }) => {
      for (const { unit } of units) {
        for (const { topic, record } of unit.outputs) {
          const { subjectId } = record as { subjectId?: string }
          if (topic.name === 'fraud-scores') ages.note(subjectId!, ages.lasting)
        }
      }
    },
  })
  const running = run.run()
  const cpu = process.cpuUsage()
  const perSecond = await produce(log, events, beginsAt, ages)
  const { user, system } = process.cpuUsage(cpu)
  run.stop()
  await running
  await log.close()
  const cost = { name: 'fraud: an event, with its production', unit: 'µs', per: 'event' } as const
  const figures = figuresOf(ages, perSecond, commitMs)
  return [...figures, { ...cost, value: (user + system) / events.length }]
}

const watched = (ages: Ages): Pipeline => {
  const { gather } = fraudScores as Pipeline
  const order: Pipeline['gather'][string] = (event, ...rest) => {
    const score = gather.order!(event, ...rest)
    if (score !== null) ages.note((event as unknown as { orderId: string }).orderId, ages.scored)
    return score
  }
  return { ...fraudScores, gather: { ...gather, order } } as Pipeline
}

/** As many as are due, every few ms, each at its time. */
const produce = async (
  log: Log,
  events: readonly Made[],
  beginsAt: number,
  ages: Ages,
): Promise<number> => {
  await wait(Math.max(0, beginsAt - Date.now()))
  const startedAt = performance.now()
  for (let next = 0; next < events.length; ) {
    await wait(PRODUCE_EVERY_MS)
    const elapsedMs = performance.now() - startedAt
    ages.isWatched ||= elapsedMs > SETTLE_SECONDS * 1_000
    const due = Math.min(events.length, Math.floor((elapsedMs * EVENTS_PER_SECOND) / 1_000))
    const some = events.slice(next, due)
    next = due
    await append(log, some)
    const at = performance.now()
    for (const { orderId } of some) if (orderId !== null) ages.logged(orderId, at)
  }
  return events.length / ((performance.now() - startedAt) / 1_000)
}

const append = async (log: Log, some: readonly Made[]): Promise<void> => {
  if (some.length === 0) return
  await log.commit({
    appends: ['clickstream', 'orders'].map(topic => ({
      topic,
      partition: 0,
      records: some.filter(made => made.topic === topic),
    })),
  })
}

const madeEvents = (beginsAt: number): Made[] => {
  const clicks = clicksOf()
  const orders = placedOrders(EVENTS / ORDERS_AMONG)
  return Array.from({ length: EVENTS }, (_, index) => {
    const { topic, event } = (index % ORDERS_AMONG === 0 ? orders : clicks).next().value as MixEvent
    const occurredAt = beginsAt + Math.floor((index * 1_000) / EVENTS_PER_SECOND)
    const record = { ...event, eventId: `event-${index}`, occurredAt }
    const orderId = 'orderId' in event ? `order-${index}` : null
    const codecs = codecsOf<unknown>(topicNamed(topic)!)
    const value = codecs.encodeAvro(orderId === null ? record : { ...record, orderId })
    const key = Buffer.from(orderId ?? (event as { visitorId: string }).visitorId)
    return { topic, key, value, orderId }
  })
}

function* clicksOf(): Generator<MixEvent> {
  for (const mixed of shopEvents({ ...SHOP, events: Number.MAX_SAFE_INTEGER })) {
    if (mixed.topic === 'clickstream') yield mixed
  }
}

const figuresOf = (ages: Ages, perSecond: number, commitMs: string): Figure[] => {
  const at = `fraud: ${Math.round(perSecond).toLocaleString('en')} events/s, commit ${commitMs} ms`
  const quantileOf = (all: number[], share: number): number => {
    const sorted = all.toSorted((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  }
  return [
    { name: `${at}: to score, p50`, value: quantileOf(ages.scored, 0.5), unit: 'ms' },
    {
      name: `${at}: to score, p99`,
      value: quantileOf(ages.scored, 0.99),
      unit: 'ms',
      target: TO_SCORE_P99_MS,
    },
    { name: `${at}: to lasting, p50`, value: quantileOf(ages.lasting, 0.5), unit: 'ms' },
    {
      name: `${at}: to lasting, p99`,
      value: quantileOf(ages.lasting, 0.99),
      unit: 'ms',
      target: TO_LASTING_P99_MS,
    },
  ]
}
