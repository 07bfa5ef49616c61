/**
 * Keeps the processes of a run alive: starts them, starts those again that end by themselves, gives
 * up where that happens too often, and ends all of them in good order.
 *
 *   start ─► runs ─► ends by itself ─► waits 1 s … 30 s ─► start
 *              └─► told to stop ─► drains ─► ended, or killed when its time is up
 */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import { BackOff, type BackOffOptions } from './back-off.ts'

/** A process that ends with it has said why, and would say the same again. */
export const EXIT_FOR_GOOD = 3

/** What the supervisor tells a process. */
export const STOP_MESSAGE = { type: 'stop' } as const

/**
 * What a process tells the supervisor when it has done all that it has to do. Its end may take long,
 * as Node waits for threads in which a client waits for brokers, and is not worth waiting for.
 */
export interface EndedMessage {
  readonly type: 'ended'
  readonly code: number
}

export interface SupervisorOptions {
  readonly processes: number
  /** Forks one, with a channel. */
  readonly fork: (index: number) => ChildProcess
  /** More crashes than `max` within the last `withinMs` end the run. */
  readonly restarts: { readonly max: number; readonly withinMs: number }
  /** How long processes may take to end, before they are killed. */
  readonly drainTimeoutMs: number
  /** A line for whoever watches. */
  readonly say: (line: string) => void
  /** In ms, from any moment on. */
  readonly now: () => number
  readonly backOff?: BackOffOptions
  /**
   * Beyond the time-out, since a process that gives up by itself says why; and for one that says that
   * it has ended. Default 2 s.
   */
  readonly killGraceMs?: number
}

interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const KILL_GRACE_MS = 2_000

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #children = new Map<number, ChildProcess>()
  readonly #crashes: number[] = []
  readonly #over = new AbortController()
  #failure: MillraceError | null = null
  #killed = 0
  /** Told to stop, and ended with another code than 0. */
  #failed = 0

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /**
   * Runs until `stopped` resolves and all processes have ended. Fails with `INTERRUPTED` where one
   * had to be killed, and otherwise where processes ended for good, or too often.
   */
  async run(stopped: Promise<unknown>): Promise<void> {
    void stopped.then(() => this.#end())
    const { processes } = this.#options
    await Promise.all(Array.from({ length: processes }, (_, index) => this.#keep(index)))
    if (this.#failure) throw this.#failure
    if (this.#killed > 0) throw killed(this.#killed, this.#options.drainTimeoutMs)
    if (this.#failed > 0) throw failed(this.#failed)
  }

  /** Ends all at once, without waiting for anything. */
  kill(): void {
    for (const child of this.#children.values()) child.kill('SIGKILL')
  }

  async #keep(index: number): Promise<void> {
    const { say, now } = this.#options
    const backOff = new BackOff(this.#options.backOff)
    while (!this.#over.signal.aborted) {
      const startedAt = now()
      const ending = await this.#runOnce(index)
      if (this.#over.signal.aborted) {
        if (ending.code !== 0) this.#failed++
        return
      }
      if (!this.#mayGoOn(index, ending)) return
      const waitMs = backOff.next(now() - startedAt)
      say(`process ${index} ended with ${textOf(ending)}, and is started again in ${waitMs} ms`)
      await wait(waitMs, undefined, { signal: this.#over.signal }).catch(() => {})
    }
  }

  #runOnce(index: number): Promise<Ending> {
    const child = this.#options.fork(index)
    this.#children.set(index, child)
    return new Promise(resolve => {
      const ended = (ending: Ending): void => {
        this.#children.delete(index)
        resolve(ending)
      }
      let told: number | null = null
      child.on('message', (message: EndedMessage) => {
        if (message?.type !== 'ended') return
        told = message.code
        setTimeout(() => child.kill('SIGKILL'), this.#killGraceMs).unref()
      })
      child.once('exit', (code, signal) =>
        ended(told === null ? { code, signal } : { code: told, signal: null }),
      )
      // Where no process could be made, none will exit. Other errors leave one that will.
      child.on('error', () => child.pid ?? ended({ code: null, signal: null }))
    })
  }

  #mayGoOn(index: number, ending: Ending): boolean {
    const { restarts, now } = this.#options
    if (ending.code === EXIT_FOR_GOOD) return this.#fail(endedForGood(index))
    if (ending.code === 0) return true
    this.#crashes.push(now())
    while (this.#crashes[0]! < now() - restarts.withinMs) this.#crashes.shift()
    if (this.#crashes.length <= restarts.max) return true
    return this.#fail(crashedTooOften(index, ending, restarts))
  }

  #fail(failure: MillraceError): false {
    this.#failure ??= failure
    this.#end()
    return false
  }

  get #killGraceMs(): number {
    return this.#options.killGraceMs ?? KILL_GRACE_MS
  }

  #end(): void {
    if (this.#over.signal.aborted) return
    this.#over.abort()
    for (const child of this.#children.values()) {
      if (child.connected) child.send(STOP_MESSAGE, () => {})
      else child.kill('SIGTERM')
    }
    const { drainTimeoutMs } = this.#options
    const deadline = setTimeout(() => {
      this.#killed = this.#children.size
      this.kill()
    }, drainTimeoutMs + this.#killGraceMs)
    deadline.unref()
  }
}

const textOf = ({ code, signal }: Ending): string => {
  if (signal !== null) return `signal ${signal}`
  return code === null ? 'no process at all' : `code ${code}`
}

const endedForGood = (index: number): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    `process ${index} cannot go on, as it says above, and would not when started again. All are ended.`,
  )

const crashedTooOften = (
  index: number,
  ending: Ending,
  { max, withinMs }: SupervisorOptions['restarts'],
): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    `processes crashed more than ${max} times within ${Math.round(withinMs / 1_000)} s, process ` +
      `${index} last with ${textOf(ending)}. All are ended; what they said is above. ` +
      '`restarts` in the configuration says how often is too often.',
  )

const killed = (count: number, drainTimeoutMs: number): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    `${processes(count)} had not ended after ${drainTimeoutMs} ms and ${count === 1 ? 'was' : 'were'} ` +
      'killed. Nothing is lost: what was not committed is done again. `drainTimeoutMs` gives more time.',
  )

const failed = (count: number): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    `${processes(count)} failed while ending, as said above. Nothing is lost: what was not ` +
      'committed is done again at the next start.',
  )

const processes = (count: number): string => `${count} ${count === 1 ? 'process' : 'processes'}`
