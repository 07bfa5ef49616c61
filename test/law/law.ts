/**
 * The law on Kafka: whatever dies, stops or moves, nothing is lost, doubled or different.
 *
 * A broker, a ClickHouse, a load of events that are known exactly, and processes of `millrace run`;
 * faults from a seed; then the load ends, the application takes in what is left, and all is checked.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type EmbeddedClickHouse,
  startEmbeddedClickHouse,
} from '../../src/chdb/embedded-click-house.ts'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { minutes, seconds } from '../../src/engine/time.ts'
import { addressIn } from '../../src/sinks/clickhouse/client.ts'
import { type StartedKafka, startKafka } from '../../src/testing/kafka/start-kafka.ts'
import { endedAsMeant } from './check-endings.ts'
import { inputLag } from './check-inputs.ts'
import { Crew } from './crew.ts'
import { type Fault, faultPlan, faultText, type PlannedFault } from './fault-plan.ts'
import { judge } from './judgement.ts'
import { configText, type LawConfig } from './law-config.ts'
import { LOAD_TOPICS, Load, type LoadPlan } from './load.ts'
import { LoadProcess } from './load-process.ts'
import { CLI, MillProcess, signal } from './mill-process.ts'
import { asked } from './positions.ts'
import type { LawReport } from './report.ts'
import { Steadiness } from './steadiness.ts'
import { tablesAreFilled } from './tables-are-filled.ts'
import type { Judged } from './verdict.ts'

export interface LawOptions {
  readonly seed: number
  readonly faults: number
  /** Events per second, about. */
  readonly rate: number
  /** Empty, and left behind. */
  readonly directory: string
  readonly pipelines: readonly Pipeline[]
  readonly tell: (line: string) => void
  /** Between faults, besides. */
  readonly calmMs?: number
}

const PARTITIONS = 8
const JSON_TOPICS = ['orders', 'inventory']
const SESSION_TIMEOUT_MS = seconds(5)
/** More than the broker is away, and than a process may be slow to come up after it. */
const IDLE_TIMEOUT_MS = seconds(20)
const FLUSH_TIMEOUT_MS = minutes(2)
const END_WITHIN_MS = seconds(45)
/** From the last fault to the end of the load. */
const CALM_MS = seconds(5)
/** Longer than anything that a run waits for by design; while it gets on with its work it may take its time. */
const STUCK_AFTER_MS = minutes(5)
const LOOK_EVERY_MS = 1_000
/** What comes after the last event's time: its disorder, the idle clock, and a second. */
const SETTLED_AFTER_MS = IDLE_TIMEOUT_MS + seconds(6)

export const runLaw = async (options: LawOptions): Promise<LawReport> => {
  const run = new LawRun(options)
  try {
    return await run.run()
  } finally {
    await run.stop()
  }
}

export class LawRun {
  readonly #options: LawOptions
  readonly #steadiness = new Steadiness()
  readonly #began = performance.now()
  #kafka: StartedKafka | null = null
  #clickHouse: EmbeddedClickHouse | null = null
  #load: LoadProcess | null = null
  #crew: Crew | null = null
  #broker: Promise<void> = Promise.resolve()

  constructor(options: LawOptions) {
    this.#options = options
  }

  async run(): Promise<LawReport> {
    const { seed, faults, pipelines, directory } = this.#options
    const config = await this.#open()
    const plan = this.#plan()
    this.#load = new LoadProcess(
      { plan, brokers: config.brokers, flushTimeoutMs: FLUSH_TIMEOUT_MS },
      report => this.#steadiness.see(report),
    )
    await this.#load.opened()
    const crew = this.#openCrew(config)
    await crew.scaleTo(1)
    await crew.atWork()
    const troubleAt = performance.now()
    const happened = await this.#trouble(
      crew,
      faultPlan({
        seed,
        faults,
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        calmMs: this.#options.calmMs ?? 0,
      }),
    )
    await wait(CALM_MS)
    const { slot: lastSlot, records } = await this.#load.end()
    this.#tell(`the load has ended: ${records.toLocaleString('en')} records`)
    const judged: Judged = { config, plan, lastSlot, pipelines }
    const drainAt = performance.now()
    // What is left is taken in by as many as can compute at once, at the least.
    await crew.scaleTo(Math.max(crew.size, availableParallelism()))
    await this.#drain(judged)
    await crew.scaleTo(0)
    const proofAt = performance.now()
    const configFile = join(directory, 'process-0', 'millrace.yaml')
    const verdicts = [
      await endedAsMeant(directory, crew, line => this.#tell(line)),
      ...(await judge(judged, { configFile, tell: line => this.#tell(line) })),
    ]
    const endAt = performance.now()
    return {
      seed,
      calmMs: this.#options.calmMs ?? 0,
      plan,
      config: { ...config, clickHouse: { ...config.clickHouse, password: '' } },
      faults: happened,
      load: this.#steadiness.figures(),
      verdicts,
      seconds: (endAt - this.#began) / 1_000,
      phases: {
        faultsSeconds: (drainAt - troubleAt) / 1_000,
        drainSeconds: (proofAt - drainAt) / 1_000,
        proofSeconds: (endAt - proofAt) / 1_000,
      },
    }
  }

  /** Kills all that was started; also at any moment of a run. */
  async stop(): Promise<void> {
    await this.#crew?.killAll()
    await this.#load?.kill()
    await this.#clickHouse?.stop()
    await this.#kafka?.stop()
  }

  async #open(): Promise<LawConfig> {
    const { directory, seed } = this.#options
    this.#kafka = await startKafka({ dir: join(directory, 'kafka') })
    this.#clickHouse = await startEmbeddedClickHouse(join(directory, 'clickhouse'), {
      onEvent: event => this.#tell(event),
    })
    const { brokers } = this.#kafka
    await asked(brokers, admin =>
      admin.createTopics({
        topics: LOAD_TOPICS.map(({ name }) => ({ topic: name, numPartitions: PARTITIONS })),
      }),
    )
    return {
      application: `law-${seed}`,
      partitions: PARTITIONS,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      brokers,
      json: JSON_TOPICS,
      clickHouse: addressIn(this.#clickHouse),
    }
  }

  #plan(): LoadPlan {
    const { seed, rate } = this.#options
    return { seed, rate, startAt: Date.now(), partitions: PARTITIONS, json: JSON_TOPICS }
  }

  #openCrew(config: LawConfig): Crew {
    this.#crew = new Crew({
      endWithinMs: END_WITHIN_MS,
      tell: line => this.#tell(line),
      start: index => this.#startProcess(config, index),
    })
    return this.#crew
  }

  #startProcess(config: LawConfig, index: number): MillProcess {
    const folder = join(this.#options.directory, `process-${index}`)
    const configFile = join(folder, 'millrace.yaml')
    mkdirSync(folder, { recursive: true })
    writeFileSync(configFile, configText(config, join(folder, 'data')))
    return new MillProcess([CLI, 'run', '--config', configFile], join(folder, 'output.txt'))
  }

  async #trouble(crew: Crew, planned: readonly PlannedFault[]): Promise<LawReport['faults']> {
    const happened: { kind: Fault['kind']; text: string; atMs: number }[] = []
    const underWay: Promise<void>[] = []
    for (const [index, { fault, afterMs, overlaps }] of planned.entries()) {
      if (!overlaps) await Promise.all(underWay.splice(0))
      await wait(afterMs)
      const text = faultText(fault)
      const atMs = Math.round(performance.now() - this.#began)
      this.#tell(`fault ${index + 1} of ${planned.length}: ${text}`)
      underWay.push(this.#happen(crew, fault))
      happened.push({ kind: fault.kind, text, atMs })
    }
    await Promise.all(underWay)
    return happened
  }

  async #happen(crew: Crew, fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'scale':
        return crew.scaleTo(fault.processes)
      case 'kill-process':
        return crew.kill(fault.victim, fault.awayMs)
      case 'kill-child':
        return crew.killChild(fault.victim)
      case 'end-process':
        return crew.end(fault.victim, fault.awayMs)
      case 'pause-process':
      case 'stall-process':
        return crew.pause(fault.victim, fault.awayMs)
      case 'kill-clickhouse':
        return signal(this.#clickHouse!.pid, 'SIGKILL')
      case 'kill-broker':
        return this.#killBroker(fault.awayMs)
    }
  }

  /** One after the other: there is one. */
  #killBroker(awayMs: number): Promise<void> {
    const back = this.#broker.then(async () => {
      await this.#kafka!.kill(1)
      await wait(awayMs)
      await this.#kafka!.restart(1)
    })
    this.#broker = back.catch(() => {})
    return back
  }

  /** Until all was read, event time has passed the load, and the tables have what the topics have. */
  async #drain(judged: Judged): Promise<void> {
    const settledAt = new Load(judged.plan).endOf(judged.lastSlot) + SETTLED_AFTER_MS
    let until = Date.now() + STUCK_AFTER_MS
    let waitsFor = ''
    while (Date.now() < until) {
      const missing = await waitedFor(judged, settledAt)
      if (missing === null) return this.#tell('all is taken in')
      if (missing !== waitsFor) {
        this.#tell(missing)
        until = Date.now() + STUCK_AFTER_MS
      }
      waitsFor = missing
      await wait(LOOK_EVERY_MS)
    }
    this.#tell(`nothing more was taken in for ${STUCK_AFTER_MS / 1_000} s`)
  }

  #tell(line: string): void {
    const at = ((performance.now() - this.#began) / 1_000).toFixed(1)
    this.#options.tell(`${at.padStart(6)} s  ${line}`)
  }
}

/** What a run that is to be judged has yet to do; null where nothing. */
const waitedFor = async (judged: Judged, settledAt: number): Promise<string | null> => {
  const lag = await inputLag(judged)
  if (lag > 0) return `${lag.toLocaleString('en')} records are yet to be read`
  if (Date.now() < settledAt) return 'waiting for event time to pass the load'
  return (await tablesAreFilled(judged)) ? null : 'waiting for the tables'
}
