/**
 * From an event to its result on a broker: from when the event is written, which is when it happens,
 * to when a consumer of whole transactions has the result. `fraud-scores` has two exchanges between.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from '../figure.ts'
import { createTopics, deleteTopics, ownName } from '../kafka/broker.ts'
import { type LiveOptions, PIPELINES, renamed } from '../kafka/live-options.ts'
import { LiveProcess } from '../kafka/live-process.ts'
import { PacedLoad } from '../kafka/paced-load.ts'
import { Watcher } from '../kafka/watcher.ts'

const SLICES = 8
const SETTLE_MS = 3_000
const WATCHED_MS = 6_000
/** Of one hop. */
const TARGET_P99_MS = { 'exactly-once': 250, 'at-least-once': 30 } as const
const COMMIT_INTERVAL_MS = { 'exactly-once': 100, 'at-least-once': 5 } as const

type Guarantee = LiveOptions['guarantee']

export const kafkaLatency = async (
  dir: string,
  pipeline: string,
  guarantee: string,
  rate: string,
): Promise<Figure[]> => {
  const ages = await agesOf(
    dir,
    pipeline as LiveOptions['pipeline'],
    guarantee as Guarantee,
    Number(rate),
  )
  const at = `Kafka: ${pipeline}, ${guarantee}, ${Number(rate).toLocaleString('en')}/s: event to result`
  const sorted = ages.toSorted((a, b) => a - b)
  const quantile = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  const target = pipeline === 'light' ? { target: TARGET_P99_MS[guarantee as Guarantee] } : {}
  return [
    { name: `${at}, p50`, value: quantile(0.5), unit: 'ms' },
    { name: `${at}, p99`, value: quantile(0.99), unit: 'ms', ...target },
  ]
}

const agesOf = async (
  dir: string,
  pipeline: LiveOptions['pipeline'],
  guarantee: Guarantee,
  perSecond: number,
): Promise<number[]> => {
  const prefix = ownName(pipeline)
  const { output } = renamed(PIPELINES[pipeline], name => `${prefix}-${name}`)
  const topics = ['clickstream', 'orders'].map(name => `${prefix}-${name}`)
  await createTopics([...topics, output.name], SLICES)
  const commitIntervalMs = Number(process.env.COMMIT_INTERVAL_MS ?? COMMIT_INTERVAL_MS[guarantee])
  const running = new LiveProcess({
    ...{ applicationId: prefix, prefix, pipeline, guarantee, commitIntervalMs, dir },
    slices: SLICES,
    sessionTimeoutMs: 10_000,
  })
  const clicksOnly = pipeline === 'light'
  const load = new PacedLoad({ prefix, partitions: SLICES, perSecond, clicksOnly })
  const watcher = new Watcher(output, result =>
    clicksOnly ? true : result.subjectType === 'ORDER',
  )
  await watcher.start(`${prefix}-watcher`)
  await running.until(() => running.slices.size === SLICES)
  await load.start()
  await wait(SETTLE_MS)
  watcher.count()
  await wait(WATCHED_MS)
  await load.stop()
  await wait(500)
  await watcher.stop()
  await running.stop()
  await deleteTopics([...topics, output.name])
  return watcher.agesMs
}
