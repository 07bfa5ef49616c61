/**
 * Runs pipelines through disasters: a log whose commits fail, get lost or go unheard, crashes at any
 * point, snapshots lost while they are written, records sent twice and out of order, clock ticks at
 * any time, partitions read in any interleaving. All chance comes from one seed.
 *
 *   await simulate({ pipelines, events: random => [send(orders, …), …], seed: 7 })
 *
 * It looks at what is in the log in the end. Pipelines in event-time order must have given, key by
 * key, what an undisturbed run gives; the others one result per subject, neither more nor less; and
 * the journal, executed again, the very bytes of every result topic.
 *
 * With `slices` the application is cut into shares that run in several processes, as on Kafka: these
 * die one by one, and their slices move.
 */
import type { ApplicationOptions } from '../engine/application.ts'
import type { CommitUnit } from '../engine/commit.ts'
import { WHOLE } from '../engine/exchange/slice.ts'
import { deadLetters, lateEvents } from '../events.ts'
import { type MemoryLog, memoryLog } from '../logs/memory-log.ts'
import type { Send } from './script.ts'
import { checkSimulated } from './simulation/checks.ts'
import { type Faults, FaultyLog, SimulatedCrash } from './simulation/faulty-log.ts'
import { applicationLog, LiveRun } from './simulation/live-run.ts'
import { MemorySnapshots } from './simulation/memory-snapshots.ts'
import { Producers } from './simulation/producers.ts'
import { Random } from './simulation/random.ts'
import type { SimulationOptions, SimulationReport } from './simulation/simulation-options.ts'
import { SlicedSimulation } from './simulation/sliced.ts'
import { sourceTopics } from './simulation/source-topics.ts'
import { Story } from './simulation/story.ts'

export type { Random } from './simulation/random.ts'
export type { SimulationOptions, SimulationReport } from './simulation/simulation-options.ts'

const FAULTS: Faults = { refused: 0.04, unacknowledged: 0.04, torn: 0.04 }
const NO_FAULTS: Faults = { refused: 0, unacknowledged: 0, torn: 0 }
const SNAPSHOTS_LOST = 0.2

/** Throws where a check fails, and says which seed it was. */
export const simulate = async (options: SimulationOptions): Promise<SimulationReport> => {
  const isSliced = (options.slices ?? 1) > 1
  const simulation = isSliced ? new SlicedSimulation(options) : new Simulation(options)
  try {
    return await simulation.run()
  } catch (thrown) {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    throw new Error(
      `simulation with seed ${options.seed} failed; simulate it again with the same seed, or ` +
        `with MILLRACE_SEEDS=${options.seed}..${options.seed} where the test takes its seeds from ` +
        `there.\n${text}\nThe last of what happened:\n${simulation.story.text()}`,
      { cause: thrown },
    )
  }
}

class Simulation {
  readonly story = new Story()
  readonly #options: SimulationOptions
  readonly #random: Random
  readonly #events: readonly Send[]
  readonly #producers: Producers
  readonly #snapshots: MemorySnapshots
  readonly #application: ApplicationOptions
  readonly #sources: readonly { readonly topic: string; readonly partition: number }[]
  #memory: MemoryLog
  #faulty: FaultyLog
  readonly #sabotage: ((unit: CommitUnit) => CommitUnit) | undefined
  #faults = FAULTS
  #crashes = 0

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#sabotage = options.sabotage?.(0)
    this.#events = options.events(this.#random)
    this.#memory = memoryLog({
      wallNow: () => this.#producers.wallNow,
      durability: 'on-flush',
    })
    this.#faulty = new FaultyLog(this.#memory, this.#random, FAULTS)
    this.#producers = new Producers(
      this.#events,
      options.disorderMs ?? 5_000,
      this.#random,
      () => this.#memory,
    )
    this.#snapshots = new MemorySnapshots(this.#random, SNAPSHOTS_LOST)
    const partitions = options.sourcePartitions ?? 2
    this.#application = {
      pipelines: options.pipelines,
      partitions: options.partitions ?? 2,
      sourcePartitions: () => partitions,
      mode: 'live',
      lateEvents,
      deadLetters,
      ...(options.limits ? { limits: options.limits } : {}),
    }
    this.#sources = sourceTopics(options.pipelines).flatMap(({ name: topic }) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    )
  }

  async run(): Promise<SimulationReport> {
    for (const topic of new Set(this.#sources.map(source => source.topic))) {
      await this.#memory.createTopic(topic, {
        partitions: this.#options.sourcePartitions ?? 2,
        compacted: false,
        retentionMs: null,
        retentionBytes: null,
      })
    }
    while (!this.#producers.isDone) await this.#life(run => this.#trouble(run))
    this.#faults = NO_FAULTS
    await this.#life(run => this.#end(run))
    const { commits, results, records } = await checkSimulated({
      application: this.#application,
      events: this.#events,
      log: this.#memory,
      journals: [
        { slice: WHOLE, journal: applicationLog(this.#memory, this.#snapshots).journal() },
      ],
      state: null,
      repeats: false,
    })
    this.#options.also?.(records)
    return { commits, results, crashes: this.#crashes, records: this.#events.length }
  }

  /** From a start to a crash. */
  async #life(live: (run: LiveRun) => Promise<void>): Promise<void> {
    try {
      await live(await this.#start())
      this.#tell('killed')
    } catch (thrown) {
      if (!(thrown instanceof SimulatedCrash)) throw thrown
      this.#tell(thrown.message)
    }
    this.#crashes++
    this.#memory = this.#memory.reopen({ lost: this.#faulty.torn ? 1 : 0 })
  }

  #start(): Promise<LiveRun> {
    this.#tell('started')
    this.#faulty = new FaultyLog(this.#memory, this.#random, this.#faults)
    const sabotage = this.#sabotage
    return LiveRun.start({
      application: this.#application,
      sources: this.#sources,
      log: this.#faulty,
      snapshots: this.#snapshots,
      ...(sabotage ? { sabotage } : {}),
    })
  }

  /** One commit is one poll, with ticks before and after it: so the journal can say it. */
  async #trouble(run: LiveRun): Promise<void> {
    while (!this.#producers.isDone && !this.#random.chance(0.05)) {
      await this.#producers.produce(this.#random.upTo(6))
      await run.goOn()
      if (this.#random.chance(0.15)) await this.#tick(run)
      const sources = this.#sources.filter(() => this.#random.chance(0.7))
      const recordsMax = 1 + this.#random.upTo(5)
      const taken = await run.poll(sources, recordsMax)
      this.#tell(`took ${taken} records of ${sources.length} partitions`)
      if (this.#random.chance(0.3)) await this.#tick(run)
      if (this.#random.chance(0.05)) throw new SimulatedCrash('killed before a commit')
      await run.commit()
      this.#tell('committed')
      if (this.#random.chance(0.1)) await run.snapshot()
    }
  }

  async #tick(run: LiveRun): Promise<void> {
    this.#tell(`tick ${this.#producers.wallNow}`)
    await run.tick(this.#producers.wallNow)
  }

  async #end(run: LiveRun): Promise<void> {
    for (let taken = 1; taken > 0; ) {
      taken = await run.poll(this.#sources, 1_000)
      await run.commit()
    }
    run.finish()
    await run.commit()
  }

  #tell(what: string): void {
    this.story.tell(what)
  }
}
