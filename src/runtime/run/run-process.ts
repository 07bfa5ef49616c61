/**
 * One process of a run. It lives once or several times: what is in memory is thrown away and read
 * anew where another process has taken over, or where the log was away for a while.
 *
 *   open the log ─► restore ─► run ─► fenced, or the log away ─► wait ─► open the log …
 *                               └─► told to stop ─► last commit ─► end
 */
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { SchemaSource } from '../../logs/registry/schema-source.ts'
import { type HttpServer, serveHttp } from '../../serve/http-server.ts'
import { BackOff } from './back-off.ts'
import { Life } from './life.ts'
import { openSchemas } from './open-schemas.ts'
import { RunMeter } from './run-meter.ts'
import type { RunProcessOptions } from './run-process-options.ts'
import { healthOf, type RunPhase, runStatus } from './run-status.ts'

export class RunProcess {
  readonly #options: RunProcessOptions
  readonly #meter: RunMeter
  readonly #backOff: BackOff
  #server: HttpServer | null = null
  #life: Life | null = null
  /** The last one that ended. */
  #closing: Life | null = null
  /** What an id means never changes, so a life that begins anew has those of the one before. */
  #schemas: SchemaSource | null = null
  #phase: RunPhase = 'starting'
  #trouble: string | null = null

  constructor(options: RunProcessOptions) {
    this.#options = options
    this.#meter = new RunMeter(options.config.application, options.wallNow)
    this.#backOff = new BackOff(options.backOff)
  }

  /** Listens, then runs until `stopped` resolves and the last commit is made. */
  async run(stopped: Promise<unknown>): Promise<void> {
    const { config, index } = this.#options
    const { port, host } = config.http
    this.#server = await serveHttp({
      port: port === 0 ? 0 : port + index,
      host,
      metrics: this.#meter.metrics,
      health: () => healthOf(this.#status(), this.#trouble),
      status: () => this.#status(),
    })
    try {
      await this.#live(stopped)
    } finally {
      await this.#server.stop()
    }
    this.#options.say('stopped')
  }

  get url(): string {
    return this.#server!.url
  }

  /** What it waits for, once it is to end. */
  get ending(): string {
    return (this.#life ?? this.#closing)?.ending ?? 'it had not begun'
  }

  async #live(stopped: Promise<unknown>): Promise<void> {
    let isStopped = false
    void stopped.then(() => {
      isStopped = true
    })
    while (!isStopped) {
      const beganAt = performance.now()
      try {
        await this.#liveOnce(stopped)
      } catch (error) {
        if (!mayBeTriedAgain(error)) throw error
        const waitMs = this.#backOff.next(performance.now() - beganAt)
        this.#begin('waiting', error.message)
        this.#options.say(`${error.code}: ${error.message} It begins anew in ${waitMs} ms.`)
        this.#meter.metrics.retried(error.code)
        await Promise.race([stopped, wait(waitMs, undefined, { ref: false })])
      }
    }
  }

  async #liveOnce(stopped: Promise<unknown>): Promise<void> {
    this.#begin('starting', null)
    this.#schemas ??= await openSchemas(this.#options)
    const life = await Life.open(this.#options, this.#meter, this.#schemas)
    this.#life = life
    try {
      this.#begin('running', null)
      this.#options.say(`ready: ${this.url}`)
      await life.run(stopped.then(() => this.#drain(life)))
    } finally {
      this.#life = null
      this.#closing = life
      await life.close()
    }
  }

  /** Only of the life that is: earlier ones waited to be told, too. */
  #drain(life: Life): void {
    if (this.#life !== life) return
    this.#begin('draining', null)
    const { drainTimeoutMs } = this.#options.config
    this.#options.say(
      `draining: the last commit is made within ${drainTimeoutMs} ms, or is made by the next start`,
    )
  }

  #begin(phase: RunPhase, trouble: string | null): void {
    this.#phase = phase
    this.#trouble = trouble
  }

  #status() {
    return runStatus(this.#options, this.#phase, this.#life, this.#meter)
  }
}

const mayBeTriedAgain = (error: unknown): error is MillraceError =>
  error instanceof MillraceError && error.instruction === 'retry'
