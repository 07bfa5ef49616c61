/**
 * Whether the log answers. The clients try for a minute before they give a commit up, and a process to
 * which nothing comes asks nothing: so a question is asked every few seconds, and a call that has been
 * under way for long is told of while it is.
 *
 *   nothing under way ─► a question every 3 ticks ─► answered: all is well
 *                               └─► failed, or a call of 5 ticks ─► said once, not ready ─► answered: said once
 *
 * Time is counted in ticks of a second, which whoever owns the watch gives: a process that was stopped, or
 * busy, would blame the brokers otherwise.
 */
import { MillraceError } from '../../engine/errors.ts'
import type { Commit, CommitReceipt, Log, TopicPartition } from '../../logs/log.ts'

export const WATCH_TICK_MS = 1_000
const ASK_EVERY_TICKS = 3
const OVERDUE_TICKS = 5

export interface LogWatchOptions {
  /** Who does not answer, as `Kafka at 127.0.0.1:9092`. */
  readonly who: string
  /** Of whose end is asked: it is there, and the process does not write it. */
  readonly asked: TopicPartition
  /** A line for whoever watches. */
  readonly say: (line: string) => void
  readonly onConnected: (isConnected: boolean) => void
}

interface Call {
  readonly what: 'a commit' | 'a question'
  /** Since it began, or since another of its kind was answered: commits wait for one another. */
  ticks: number
}

export class LogWatch {
  /** The log that is watched; whoever commits does it through this one. */
  readonly log: Log
  readonly #options: LogWatchOptions
  readonly #underWay = new Set<Call>()
  #ticksToQuestion = 0
  /** What the last question failed with, or a commit. */
  #fault: string | null = null
  #isTold = false
  /** Whoever owns it says what comes next. */
  isOver = false

  constructor(log: Log, options: LogWatchOptions) {
    this.#options = options
    this.log = withCommit(log, commit => this.#commit(log, commit))
    options.onConnected(true)
  }

  /** Why nothing can be said of what is in the log; null where it answers. */
  get trouble(): string | null {
    return this.#fault ?? this.#overdue
  }

  /** A second more has passed, in which this process could have heard of an answer. */
  tick(): void {
    if (this.isOver) return
    for (const call of this.#underWay) call.ticks++
    this.#tell()
    if (--this.#ticksToQuestion > 0 || this.#isAsking) return
    this.#ticksToQuestion = ASK_EVERY_TICKS
    void this.#ask()
  }

  /** Nothing is told from here on. */
  stop(): void {
    this.isOver = true
    this.#options.onConnected(false)
  }

  async #ask(): Promise<void> {
    try {
      await this.#follow('a question', () => this.log.range(this.#options.asked))
      this.#fault = null
    } catch (error) {
      this.#fault = textOf(error)
    }
    this.#tell()
  }

  /** A run whose commit has failed has failed, and says why. */
  async #commit(log: Log, commit: Commit): Promise<CommitReceipt> {
    try {
      const receipt = await this.#follow('a commit', () => log.commit(commit))
      this.#tell()
      return receipt
    } catch (error) {
      this.#fault = textOf(error)
      this.stop()
      throw error
    }
  }

  async #follow<T>(what: Call['what'], begin: () => Promise<T>): Promise<T> {
    const call: Call = { what, ticks: 0 }
    this.#underWay.add(call)
    try {
      const answer = await begin()
      for (const other of this.#underWay) if (other.what === what) other.ticks = 0
      return answer
    } finally {
      this.#underWay.delete(call)
    }
  }

  get #isAsking(): boolean {
    for (const { what } of this.#underWay) if (what === 'a question') return true
    return false
  }

  get #overdue(): string | null {
    let longest: Call | null = null
    for (const call of this.#underWay) if (call.ticks > (longest?.ticks ?? 0)) longest = call
    if (longest === null || longest.ticks < OVERDUE_TICKS) return null
    return (
      `LOG_UNAVAILABLE: ${this.#options.who} has not answered ${longest.what} for ` +
      `${longest.ticks} s, and is waited for. Check that the brokers run and can be reached.`
    )
  }

  /** Once per outage, and once when it is over. */
  #tell(): void {
    const { trouble } = this
    if (this.isOver || (trouble !== null) === this.#isTold) return
    this.#isTold = trouble !== null
    this.#options.onConnected(trouble === null)
    this.#options.say(
      trouble === null
        ? `${this.#options.who} answers again`
        : `${trouble} Until it answers this process is not ready, and lag is not known.`,
    )
  }
}

const textOf = (error: unknown): string => {
  const { message } = error as Error
  return error instanceof MillraceError ? `${error.code}: ${message}` : message
}

const withCommit = (log: Log, commit: Log['commit']): Log => ({
  cleansItself: log.cleansItself,
  commit,
  createTopic: (topic, settings) => log.createTopic(topic, settings),
  topics: () => log.topics(),
  range: at => log.range(at),
  settled: partitions => log.settled(partitions),
  read: (at, from, limits) => log.read(at, from, limits),
  committed: (group, partitions) => log.committed(group, partitions),
  subscribe: (group, topics, listener) => log.subscribe(group, topics, listener),
  reader: () => log.reader(),
  join: (group, topic, listener) => log.join(group, topic, listener),
  trim: (at, before) => log.trim(at, before),
  clean: () => log.clean(),
  close: () => log.close(),
})
