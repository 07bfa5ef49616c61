/**
 * Everything in one process: the simulated shop writes events into a log, pipelines compute on it,
 * ClickHouse stores all of it, and an HTTP server tells how it goes. One data directory holds the
 * whole; after any end, the same directory goes on.
 *
 *   shop ─► log ─► pipelines ─► log ─► sink ─► ClickHouse
 *                                                  └─ metrics, health, status over HTTP
 */
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import { type HttpServer, serveHttp } from '../../serve/http-server.ts'
import type { ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import { drainTables } from '../tables/drain-tables.ts'
import { DemoMeter } from './demo-meter.ts'
import { type DemoOptions, type DemoParts, openDemoParts } from './demo-parts.ts'
import { type DemoStatus, demoStatus, healthOf, STARTING } from './demo-status.ts'

export { DEMO_APPLICATION, type DemoOptions } from './demo-parts.ts'

const CLEAN_INTERVAL_MS = 60_000
const LOOK_INTERVAL_MS = 1_000
/** Far less than retention keeps. */
const CLEAN_LAG_MAX = 1_000_000
/** Entries of the journal that are kept: about three hours of commits. */
const JOURNAL_ENTRIES_MAX = 100_000

export class Demo {
  readonly #options: DemoOptions
  readonly #parts: DemoParts
  readonly #server: HttpServer
  #failure: unknown = null

  private constructor(options: DemoOptions, parts: DemoParts, server: HttpServer) {
    this.#options = options
    this.#parts = parts
    this.#server = server
  }

  /** Listens, then opens the log, brings the state back, and starts ClickHouse. */
  static async start(options: DemoOptions): Promise<Demo> {
    const { directory, wallNow, port } = options
    const meter = new DemoMeter(wallNow)
    let demo: Demo | null = null
    const server = await serveHttp({
      port,
      metrics: meter.metrics,
      health: () => (demo ? healthOf(demo.status(), demo.#failure) : STARTING),
      status: () => demo?.status() ?? { phase: 'starting' },
    })
    try {
      const log = await openLmdbLog(directory.log, { wallNow })
      try {
        demo = new Demo(options, await openDemoParts(options, log, meter), server)
        return demo
      } catch (error) {
        await log.close()
        throw error
      }
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  get url(): string {
    return this.#server.url
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
    const { producer, live, learners, tables } = this.#parts
    const { wallNow } = this.#options
    const failure = Promise.race([tables?.sink.failure ?? NEVER, learners.failure])
    failure.catch(() => {})
    const producing = producer.run()
    const computing = live.run()
    const cleaning = setInterval(() => void this.#clean(), CLEAN_INTERVAL_MS)
    const looking = setInterval(() => void this.#look(), LOOK_INTERVAL_MS)
    try {
      await Promise.race([stopped, producing, computing, failure])
      // Who learns on would only hold up the rest.
      await learners.stop()
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
      await this.#server.stop()
      await this.#parts.learners.stop()
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
}

const NEVER = new Promise<never>(() => {})
