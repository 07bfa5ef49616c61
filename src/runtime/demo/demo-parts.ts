/** Opens what a demo consists of: the log with its topics, the shop, the pipelines, the tables. */

import { fedBy, type Learner } from '../../engine/learner.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { days } from '../../engine/time.ts'
import { topics } from '../../events.ts'
import { createMissingTopic } from '../../logs/create-missing-topic.ts'
import { KEPT_WHOLE, type Log, type TopicSettings } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import type { ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import { HISTORY_DAYS } from '../../testing/shop/shop.ts'
import type { DataDirectory } from '../data-directory.ts'
import { type LiveLearners, startLearners } from '../learning/live-learners.ts'
import { LiveRun } from '../live/live-run.ts'
import { openTables, type Tables } from '../tables/tables.ts'
import { orElse } from '../tables/without-chdb.ts'
import type { DemoMeter } from './demo-meter.ts'
import { ShopProducer } from './shop-producer.ts'

export interface DemoOptions {
  readonly directory: DataDirectory
  readonly pipelines: readonly Pipeline[]
  /** Learn from the results, those that these pipelines feed. */
  readonly learners?: readonly Learner[]
  /** Events per second once the history is written. */
  readonly rate: number
  readonly seed: number
  /** How much of the shop's life has passed when it is first seen. Default 60 days. */
  readonly historyMs?: number
  /** Of the HTTP server; 0 for any. */
  readonly port: number
  /** `embedded`, a server, or none: then results are in the log alone. */
  readonly clickHouse: 'embedded' | ClickHouseAddress | null
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** A line for whoever watches: what was restarted, what is tried again. */
  readonly onEvent: (event: string) => void
}

export interface DemoParts {
  readonly log: Log
  readonly producer: ShopProducer
  readonly live: LiveRun
  readonly learners: LiveLearners
  /** null where the demo runs without. */
  readonly tables: Tables | null
  readonly meter: DemoMeter
}

export const DEMO_APPLICATION = 'demo'
/** What is older, or beyond this size, is removed from a topic of the log; tables keep it. */
export const DEMO_RETENTION = { retentionMs: 86_400_000, retentionBytes: 2 ** 31 } as const
const SHOP_TOPIC = 'demo-shop'
/** The producer trims it itself: without its last record, the shop would begin once more. */
export const openDemoParts = async (
  options: DemoOptions,
  log: Log,
  meter: DemoMeter,
): Promise<DemoParts> => {
  for (const { name } of topics) await createMissingTopic(log, name, topicSettings())
  await createMissingTopic(log, SHOP_TOPIC, KEPT_WHOLE)
  const producer = await openProducer(options, log, meter)
  const live = await openLive(options, log, meter, producer)
  const { liveAt } = producer.settings
  meter.begin(live, liveAt, await live.waiting(), await resultsIn(log, options.pipelines))
  const learners = await openLearners(options, log, meter, producer)
  return { log, producer, live, learners, meter, tables: await openDemoTables(options, log, meter) }
}

const openLearners = (
  { pipelines, learners = [], onEvent }: DemoOptions,
  log: Log,
  { metrics }: DemoMeter,
  producer: ShopProducer,
): Promise<LiveLearners> =>
  startLearners({
    log,
    applicationId: DEMO_APPLICATION,
    learners: fedBy(pipelines, learners),
    metrics,
    say: onEvent,
    // Sixty nights of them pass in a minute.
    saysVersionOf: at => at > producer.settings.liveAt,
  })

const openProducer = (
  { rate, seed, historyMs = days(HISTORY_DAYS), wallNow }: DemoOptions,
  log: Log,
  meter: DemoMeter,
): Promise<ShopProducer> => {
  const liveAt = wallNow()
  return ShopProducer.open({
    log,
    topic: SHOP_TOPIC,
    settings: { seed, rate, opensAt: liveAt - historyMs, liveAt },
    wallNow,
    backlog: () => meter.backlog,
    onWritten: records => meter.wrote(records),
  })
}

const openLive = (
  { directory, pipelines, wallNow }: DemoOptions,
  log: Log,
  meter: DemoMeter,
  producer: ShopProducer,
): Promise<LiveRun> =>
  LiveRun.start({
    applicationId: DEMO_APPLICATION,
    pipelines,
    log,
    snapshots: fileSnapshots(directory.snapshots),
    wallNow,
    isLive: () => producer.keepsUp(wallNow()),
    onCommit: commit => meter.committed(commit, producer.isLive),
  })

const openDemoTables = async (
  { clickHouse, directory, onEvent }: DemoOptions,
  log: Log,
  meter: DemoMeter,
): Promise<Tables | null> => {
  if (clickHouse === null) return null
  const opening = openTables({
    log,
    applicationId: DEMO_APPLICATION,
    clickHouse: clickHouse === 'embedded' ? { folder: directory.clickHouse } : clickHouse,
    topicSettings,
    onEvent,
    onStored: stored => meter.stored(stored),
  })
  return orElse(
    opening,
    'Or store in a server with --clickhouse URL, or run without: --no-clickhouse.',
  )
}

const resultsIn = async (
  log: Log,
  pipelines: readonly Pipeline[],
): Promise<ReadonlyMap<string, number>> => {
  const results = new Map<string, number>()
  for (const { name: topic } of resultTopics(pipelines)) {
    results.set(topic, (await log.range({ topic, partition: 0 })).next)
  }
  return results
}

const topicSettings = (): TopicSettings => ({ partitions: 1, compacted: false, ...DEMO_RETENTION })
