/**
 * Everything in one process: the simulated shop writes events into a log, pipelines compute on it,
 * ClickHouse stores all of it, and an HTTP server tells how it goes. One data directory holds the
 * whole; after any end, the same directory goes on.
 *
 *   shop ─► log ─► pipelines ─► log ─► sink ─► ClickHouse
 *                                                  └─ metrics, health, status over HTTP
 */
import type { Pipeline } from '../../engine/pipeline.ts'
import { topics } from '../../events.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log, TopicSettings } from '../../logs/log.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import { type HttpServer, serveHttp } from '../../serve/http-server.ts'
import type { ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import type { DataDirectory } from '../data-directory.ts'
import { LiveRun } from '../live/live-run.ts'
import { drainTables } from '../tables/drain-tables.ts'
import { openTables } from '../tables/tables.ts'
import { orElse } from '../tables/without-chdb.ts'
import { DemoMeter } from './demo-meter.ts'
import { type DemoParts, type DemoStatus, demoStatus, healthOf } from './demo-status.ts'
import { ShopProducer } from './shop-producer.ts'

export interface DemoOptions {
  readonly directory: DataDirectory
  readonly pipelines: readonly Pipeline[]
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

const HISTORY_MS = 60 * 86_400_000
/** What is older, or beyond this size, is removed from a topic of the log; tables keep it. */
export const DEMO_RETENTION = { retentionMs: 86_400_000, retentionBytes: 2 ** 31 } as const
const CLEAN_INTERVAL_MS = 60_000
const LOOK_INTERVAL_MS = 1_000
/** A minute of what is taken in at most; far less than retention keeps. */
const CLEAN_LAG_MAX = 1_000_000
/** Entries of the journal that are kept: about three hours of commits. */
const JOURNAL_ENTRIES_MAX = 100_000

export const DEMO_APPLICATION = 'demo'
const SHOP_TOPIC = 'demo-shop'
/** The producer trims it itself: without its last record, the shop would begin once more. */
const SHOP_KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

const topicSettings = (): TopicSettings => ({ partitions: 1, compacted: false, ...DEMO_RETENTION })

interface Parts extends DemoParts {
  readonly log: Log
}

export class Demo {
  readonly #options: DemoOptions
  readonly #parts: Parts
  #server: HttpServer | null = null
  #failure: unknown = null

  private constructor(options: DemoOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
  }

  /** Opens the log, starts ClickHouse, brings the state back, and serves. */
  static async start(options: DemoOptions): Promise<Demo> {
    const { directory, wallNow, port } = options
    const log = await openLmdbLog(directory.log, { wallNow })
    try {
      const parts = await openParts(options, log)
      const demo = new Demo(options, parts)
      await demo.#serve(port).catch(async error => {
        await parts.tables?.stop()
        throw error
      })
      return demo
    } catch (error) {
      await log.close()
      throw error
    }
  }

  get url(): string {
    return this.#server!.url
  }

  get address(): ClickHouseAddress | null {
    return this.#parts.tables?.address ?? null
  }

  get isEmbedded(): boolean {
    return this.#options.clickHouse === 'embedded'
  }

  /** 0 where the server is not ours. */
  get clickHousePid(): number {
    return this.#parts.tables?.embedded?.pid ?? 0
  }

  get settings() {
    return this.#parts.producer.settings
  }

  status(): DemoStatus {
    return demoStatus(this.#options.wallNow(), this.#parts)
  }

  /**
   * Runs until `stopped` resolves; then everything that was produced is computed and stored. Fails
   * where a part has failed for good.
   */
  async run(stopped: Promise<unknown>): Promise<void> {
    const { producer, live, tables } = this.#parts
    const { wallNow } = this.#options
    const failure = tables?.sink.failure ?? NEVER
    const producing = producer.run()
    const computing = live.run()
    const cleaning = setInterval(() => void this.#clean(), CLEAN_INTERVAL_MS)
    const looking = setInterval(() => void this.#look(), LOOK_INTERVAL_MS)
    try {
      await Promise.race([stopped, producing, computing, failure])
      producer.stop()
      await Promise.race([producing, failure])
      live.stop()
      await Promise.race([computing, failure])
      if (tables !== null) await drainTables(tables.sink, { wallNow, isStopped: () => true })
    } catch (error) {
      this.#failure = error
      producer.stop()
      live.stop()
      throw error
    } finally {
      clearInterval(cleaning)
      clearInterval(looking)
      await Promise.allSettled([producing, computing])
    }
  }

  async close(): Promise<void> {
    try {
      await this.#server?.stop()
      await this.#parts.tables?.stop()
    } finally {
      await this.#parts.log.close()
    }
  }

  /** Nothing is removed while the tables are far behind: it might be what they do not have yet. */
  async #clean(): Promise<void> {
    const { lagRecords } = this.#parts.meter
    if (lagRecords > CLEAN_LAG_MAX) {
      this.#options.onEvent(`The log is kept whole: ${lagRecords} records are in no table yet.`)
      return
    }
    try {
      await this.#parts.live.clean(JOURNAL_ENTRIES_MAX)
      await this.#parts.producer.clean()
      await this.#parts.log.clean()
    } catch (error) {
      this.#options.onEvent(`The log was not cleaned: ${(error as Error).message}`)
    }
  }

  async #look(): Promise<void> {
    const { log, tables, live, meter } = this.#parts
    try {
      meter.sample(live)
      if (tables !== null) await meter.look(log, tables)
    } catch (error) {
      this.#options.onEvent(`The log was not looked at: ${(error as Error).message}`)
    }
  }

  async #serve(port: number): Promise<void> {
    const { meter } = this.#parts
    this.#server = await serveHttp({
      port,
      metrics: meter.metrics,
      health: () => healthOf(this.status(), this.#failure),
      status: () => this.status(),
    })
  }
}

const NEVER = new Promise<never>(() => {})

const openParts = async (options: DemoOptions, log: Log): Promise<Parts> => {
  const { directory, pipelines, rate, seed, historyMs = HISTORY_MS, wallNow, onEvent } = options
  for (const { name } of topics) await createMissing(log, name)
  await createMissing(log, SHOP_TOPIC, SHOP_KEPT)
  const liveAt = wallNow()
  const meter = new DemoMeter(wallNow)
  const producer = await ShopProducer.open({
    log,
    topic: SHOP_TOPIC,
    settings: { seed, rate, opensAt: liveAt - historyMs, liveAt },
    wallNow,
    backlog: () => meter.backlog,
    onWritten: records => meter.wrote(records),
  })
  const live = await LiveRun.start({
    applicationId: DEMO_APPLICATION,
    pipelines,
    log,
    snapshots: fileSnapshots(directory.snapshots),
    wallNow,
    isLive: () => producer.isLive,
    onCommit: commit => meter.committed(commit),
  })
  meter.begin(live, producer.settings.liveAt, await live.waiting())
  const { clickHouse } = options
  const tables =
    clickHouse === null
      ? null
      : await orElse(
          openTables({
            log,
            applicationId: DEMO_APPLICATION,
            clickHouse: clickHouse === 'embedded' ? { folder: directory.clickHouse } : clickHouse,
            topicSettings,
            onEvent,
            onStored: stored => meter.stored(stored),
          }),
          'Or store in a server with --clickhouse URL, or run without: --no-clickhouse.',
        )
  return { log, tables, live, producer, meter }
}

const createMissing = async (
  log: Log,
  topic: string,
  settings = topicSettings(),
): Promise<void> => {
  if (!(await log.topics()).has(topic)) await log.createTopic(topic, settings)
}
