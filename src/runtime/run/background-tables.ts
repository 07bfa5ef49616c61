/**
 * The tables of a process, opened beside its pipelines: a ClickHouse that is away when a process starts
 * holds up no result. It is tried again until it is there; what only a person can mend fails.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { remedyOf, troubleText } from '../../sinks/clickhouse/storing/faults.ts'
import type { Tables } from '../tables/tables.ts'
import { BackOff, type BackOffOptions } from './back-off.ts'

export interface BackgroundTablesOptions {
  /** @param onWaiting to be told what an attempt waits for, where it waits */
  readonly open: (onWaiting: (trouble: string) => void) => Promise<Tables>
  readonly say: (line: string) => void
  readonly onOpen: (isOpen: boolean) => void
  readonly backOff?: BackOffOptions
}

export class BackgroundTables {
  /** Rejects with what the tables, or the sink that fills them, failed with; never resolves. */
  readonly failure: Promise<never>
  readonly #options: BackgroundTablesOptions
  readonly #stopping = new AbortController()
  #tables: Tables | null = null
  #trouble: string | null = null
  /** Settles when the tables are open, and when they are found to be away. */
  readonly #tried: Promise<void>
  #reject: (error: unknown) => void = () => {}

  constructor(options: BackgroundTablesOptions) {
    this.#options = options
    this.failure = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.failure.catch(() => {})
    options.onOpen(false)
    this.#tried = new Promise(tried => void this.#open(tried))
  }

  /** null until they are open. */
  get tables(): Tables | null {
    return this.#tables
  }

  /** Why they are not filled, in a sentence; null where they are. */
  get trouble(): string | null {
    return this.#tables ? null : (this.#trouble ?? 'Its tables are being opened.')
  }

  /** The tables; null where there is no ClickHouse to open them on for now. */
  async opened(): Promise<Tables | null> {
    await Promise.race([this.#tried, this.failure])
    return this.#tables
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#tables?.stop()
  }

  async #open(tried: () => void): Promise<void> {
    const backOff = new BackOff(this.#options.backOff)
    while (!this.#stopping.signal.aborted) {
      try {
        return await this.#openOnce()
      } catch (error) {
        // As with rows: it may be killed at any moment, also in the middle of a migration.
        if (remedyOf(error) !== 'retry') return this.#reject(error)
        await this.#pause(troubleText(error), backOff.next(0), tried)
      } finally {
        if (this.#tables) tried()
      }
    }
  }

  async #openOnce(): Promise<void> {
    const tables = await this.#options.open(trouble => this.#waits(trouble))
    // Whoever stops waits for no attempt that is under way.
    if (this.#stopping.signal.aborted) return tables.stop()
    this.#tables = tables
    this.#options.onOpen(true)
    this.#options.say('the tables are open, and are filled from here on')
    tables.sink.failure.catch(error => this.#reject(error))
  }

  /** The first attempt says it at once; later ones are announced with what the one before ended with. */
  #waits(trouble: string): void {
    if (this.#trouble === null) this.#options.say(`the tables wait for ClickHouse: ${trouble}`)
    this.#trouble = trouble
  }

  async #pause(trouble: string, waitMs: number, tried: () => void): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) return
    this.#trouble = trouble
    tried()
    this.#options.say(`the tables are tried again in ${waitMs} ms: ${trouble}`)
    await wait(waitMs, undefined, { signal, ref: false }).catch(() => {})
  }
}
