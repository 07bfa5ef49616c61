/** Sinks in processes of their own, that share the partitions of an application's topics on Kafka. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import { deadLetters } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { groupOf } from '../clickhouse/storing/intents.ts'
import { expectedOf, letteredIn, rowsIn } from './expected-rows.ts'
import { parcelTopic } from './sample-topics.ts'
import type { Mishap, SinkProcessOptions } from './sink-process.ts'
import type { TestedTables } from './tested-table.ts'

const PROCESS = fileURLToPath(new URL('./sink-process.ts', import.meta.url))
const NO_ROWS: ReadonlySet<string> = new Set()

export class SinkProcess {
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly exited: Promise<unknown>

  constructor(options: SinkProcessOptions) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', PROCESS, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => this.lines.push(line))
    this.exited = once(this.#child, 'exit')
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  kill(signal: NodeJS.Signals): void {
    if (this.isAlive) this.#child.kill(signal)
  }

  /** Resolves with the first line that begins so. */
  async said(beginning: string, timeout = 40_000): Promise<string> {
    const find = () => this.lines.find(line => line.startsWith(beginning))
    try {
      return await vi.waitUntil(find, { timeout, interval: 20 })
    } catch (cause) {
      const said = this.lines.slice(-20).join('\n')
      throw new Error(`the sink did not say “${beginning}”, but last:\n${said}`, { cause })
    }
  }
}

export class SinkGroup {
  readonly sinks: SinkProcess[] = []
  readonly #options: SinkProcessOptions

  constructor(options: SinkProcessOptions) {
    this.#options = options
  }

  start(mishap?: Mishap): SinkProcess {
    const sink = new SinkProcess(mishap ? { ...this.#options, mishap } : this.#options)
    this.sinks.push(sink)
    return sink
  }

  get alive(): SinkProcess[] {
    return this.sinks.filter(sink => sink.isAlive)
  }

  /** Resolves when the group's positions are behind all records, dead letters included. */
  async stored(log: Log, timeout = 60_000): Promise<void> {
    const group = groupOf(this.#options.applicationId)
    const names = [...this.#options.topics, deadLetters.name]
    await vi.waitUntil(async () => (await log.committed(group)).length > 0, { timeout })
    for (const name of names) await vi.waitUntil(() => isStored(log, group, name), WITHIN(timeout))
  }

  /** The law: rows are the log's records, each once; letters those that are no rows, each once. */
  async expectExactlyOnce(log: Log, tables: TestedTables): Promise<void> {
    const refused: string[] = []
    for (const topic of [...this.#options.topics.map(parcelTopic), deadLetters]) {
      const expected = await expectedOf(log, topic, NO_ROWS)
      refused.push(...expected.refused)
      expect(rowsIn(topic, await tables.rowsOf(topic)), topic.name).toEqual(expected.rows)
    }
    const isOurs = (place: string) => this.#options.topics.includes(place.split('|')[0]!)
    expect((await letteredIn(log)).filter(isOurs)).toEqual(refused.sort())
  }

  async end(): Promise<void> {
    for (const sink of this.sinks) sink.kill('SIGKILL')
    await Promise.all(this.alive.map(({ exited }) => exited))
  }
}

const WITHIN = (timeout: number) => ({ timeout, interval: 250 })

/** Behind the last record there may be marks of transactions, that no position moves past. */
const isStored = async (log: Log, group: string, topic: string): Promise<boolean> => {
  const positions = (await log.committed(group)).filter(each => each.topic === topic)
  const { partitions } = (await log.topics()).get(topic)!
  for (let partition = 0; partition < partitions; partition++) {
    const at = { topic, partition }
    const { first } = await log.range(at)
    const next = positions.find(each => each.partition === partition)?.next ?? first
    const { records } = await log.read(at, Math.max(first, next), { recordsMax: 1, bytesMax: 1 })
    if (records.length > 0) return false
  }
  return true
}
