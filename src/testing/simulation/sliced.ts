/**
 * The same disasters for an application in slices, over several processes: a process dies alone, with
 * all its slices; these go to others, which bring them back from the log. Slices also move without a
 * crash, and some are far behind the rest for a while. Every process commits all its slices at once;
 * at least once, its commits overlap, and a process dies with several under way.
 */
import type { ApplicationOptions } from '../../engine/application.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import { type Slice, sliceOfSource } from '../../engine/exchange/slice.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import type { CommitAppends } from '../../logs/application-log.ts'
import { commitWrites, type Writing } from '../../logs/commit-writes.ts'
import type { TopicPartition } from '../../logs/log.ts'
import { type MemoryLog, memoryLog } from '../../logs/memory-log.ts'
import { eventTimePipelines } from '../event-time-pipelines.ts'
import type { Send } from '../script.ts'
import { checkSimulated } from './checks.ts'
import { type Faults, FaultyLog, SimulatedCrash } from './faulty-log.ts'
import { APPLICATION_ID, applicationLog, EXCHANGE, LiveRun } from './live-run.ts'
import { MemorySnapshots } from './memory-snapshots.ts'
import { OverlappingWrites } from './overlapping-writes.ts'
import { Producers } from './producers.ts'
import { Random } from './random.ts'
import type { SimulationOptions, SimulationReport } from './simulation-options.ts'
import { sourceTopics } from './source-topics.ts'
import { Story } from './story.ts'

const FAULTS: Faults = { refused: 0.06, unacknowledged: 0.06, torn: 0 }
/** There is more than one write of each commit. */
const FAULTS_BETWEEN: Faults = { refused: 0.02, unacknowledged: 0.02, torn: 0, cut: 0.02 }
const NO_FAULTS: Faults = { refused: 0, unacknowledged: 0, torn: 0 }
const SNAPSHOTS_LOST = 0.1
/** Beyond every timer. */
const END = 4e15
/** More rounds without an end are no progress. */
const ROUNDS_MAX = 10_000

export class SlicedSimulation {
  readonly story = new Story()
  readonly #options: SimulationOptions
  readonly #count: number
  readonly #processes: number
  readonly #random: Random
  readonly #events: readonly Send[]
  readonly #producers: Producers
  readonly #log: MemoryLog
  readonly #snapshots: MemorySnapshots
  readonly #topics: readonly AnyTopic[]
  /** Which process each slice is with. */
  readonly #owners: number[]
  readonly #runs = new Map<number, LiveRun>()
  /** At least once, what each process has under way. */
  readonly #overlapping = new Map<number, OverlappingWrites>()
  readonly #sabotage: readonly ((unit: CommitUnit) => CommitUnit)[]
  /** How often a slice looks at what others have sent it. */
  readonly #exchanged: number
  /** One that is seldom read for a while. */
  #slow = -1
  #faults = FAULTS
  #crashes = 0

  constructor(options: SimulationOptions) {
    this.#options = options
    this.#count = options.slices ?? 1
    this.#processes = options.processes ?? 2
    this.#random = new Random(options.seed)
    this.#events = options.events(this.#random)
    this.#log = memoryLog({ wallNow: () => this.#producers.wallNow })
    this.#snapshots = new MemorySnapshots(this.#random, SNAPSHOTS_LOST)
    this.#producers = new Producers(
      this.#events,
      options.disorderMs ?? 5_000,
      this.#random,
      () => this.#log,
    )
    this.#topics = sourceTopics(options.pipelines)
    this.#exchanged = this.#random.pick([0.15, 0.5, 0.9])
    if (options.guarantee === 'at-least-once') this.#faults = FAULTS_BETWEEN
    const { sabotage } = options
    this.#sabotage = sabotage ? this.#slices().map(({ index }) => sabotage(index)) : []
    this.#owners = Array.from({ length: this.#count }, () => this.#anyProcess())
  }

  async run(): Promise<SimulationReport> {
    for (const { name } of this.#topics) {
      const kept = { compacted: false, retentionMs: null, retentionBytes: null }
      await this.#log.createTopic(name, { ...kept, partitions: this.#sourcePartitions })
    }
    while (!this.#producers.isDone) await this.#trouble()
    this.#faults = NO_FAULTS
    this.#runs.clear()
    this.#overlapping.clear()
    await this.#settle()
    const newest = Math.max(...this.#events.map(({ record }) => Number(record.occurredAt)))
    await this.#tickAll(newest + (this.#options.disorderMs ?? 5_000) + 1)
    const state = await this.#state()
    await this.#tickAll(END)
    const found = await checkSimulated({
      application: this.#applicationOf(),
      events: this.#events,
      log: this.#log,
      journals: this.#slices().map(slice => ({
        slice,
        journal: applicationLog(this.#log, this.#snapshots, slice).journal(),
      })),
      state,
      repeats: this.#repeats,
    })
    await this.#options.also?.(found.records)
    const { commits, results } = found
    return { commits, results, crashes: this.#crashes, records: this.#events.length }
  }

  get #sourcePartitions(): number {
    return this.#options.sourcePartitions ?? 2
  }

  get #repeats(): boolean {
    return this.#options.guarantee === 'at-least-once'
  }

  #slices(): Slice[] {
    return Array.from({ length: this.#count }, (_, index) => ({
      index,
      count: this.#count,
      repeats: this.#repeats,
    }))
  }

  #anyProcess(): number {
    return this.#random.upTo(this.#processes - 1)
  }

  async #trouble(): Promise<void> {
    await this.#producers.produce(this.#random.upTo(4))
    if (this.#random.chance(0.05)) this.#slow = this.#random.upTo(2 * this.#count) - this.#count
    const process = this.#anyProcess()
    const slices = this.#slices().filter(({ index }) => this.#owners[index] === process)
    try {
      await this.#step(process, slices)
      if (slices.length > 0 && this.#random.chance(0.1)) {
        await this.#overlapping.get(process)?.over()
        this.#giveAway(this.#random.pick(slices).index)
      }
    } catch (thrown) {
      if (!(thrown instanceof SimulatedCrash)) throw thrown
      this.story.tell(`process ${process} died: ${thrown.message}`)
      this.#crashes++
      await this.#overlapping.get(process)?.die()
      this.#overlapping.delete(process)
      for (const { index } of slices) this.#giveAway(index)
    }
  }

  #giveAway(slice: number): void {
    this.#runs.delete(slice)
    this.#owners[slice] = this.#anyProcess()
    this.story.tell(`slice ${slice} goes to process ${this.#owners[slice]}`)
  }

  async #step(process: number, slices: readonly Slice[]): Promise<void> {
    const runs: LiveRun[] = []
    const overlapping = this.#overlappingOf(process)
    if (overlapping && !(await overlapping.mayFollow())) return
    for (const slice of slices) {
      const run = await this.#runOf(slice)
      runs.push(run)
      await run.goOn()
      if (slice.index === this.#slow && !this.#random.chance(0.1)) continue
      await this.#take(slice, run)
    }
    if (this.#random.chance(0.08)) throw new SimulatedCrash('killed before a commit')
    await this.#commit(runs, overlapping)
    this.story.tell(`process ${process} committed slices ${slices.map(({ index }) => index)}`)
    for (const run of runs) {
      if (!this.#random.chance(0.05)) continue
      await overlapping?.over()
      await run.snapshot()
    }
  }

  #overlappingOf(process: number): OverlappingWrites | null {
    if (!this.#repeats) return null
    const known = this.#overlapping.get(process)
    if (known) return known
    const log = new FaultyLog(this.#log, this.#random, this.#faults)
    const overlapping = new OverlappingWrites(log, this.#writing, this.#random)
    this.#overlapping.set(process, overlapping)
    return overlapping
  }

  async #take({ index }: Slice, run: LiveRun): Promise<void> {
    const sources = run.sources.filter(({ topic }) =>
      this.#random.chance(topic === EXCHANGE ? this.#exchanged : 0.7),
    )
    const taken = await run.poll(sources, 1 + this.#random.upTo(5))
    this.story.tell(`slice ${index} took ${taken} of ${sources.length} partitions`)
    if (this.#random.chance(0.3)) await this.#tick(index, run)
  }

  async #tick(index: number, run: LiveRun): Promise<void> {
    this.story.tell(`slice ${index} ticks ${this.#producers.wallNow}`)
    await run.tick(this.#producers.wallNow)
  }

  get #writing(): Writing {
    const { pipelines, guarantee = 'exactly-once' } = this.#options
    return { applicationId: APPLICATION_ID, pipelines, guarantee }
  }

  async #commit(
    runs: readonly LiveRun[],
    overlapping: OverlappingWrites | null = null,
  ): Promise<void> {
    const slices = runs.map(run => run.appends()).filter((each): each is CommitAppends => !!each)
    if (slices.length === 0) return
    const epochs = runs.map(({ application }) => application.epoch)
    const lasting = (): void => {
      for (const [at, { application }] of runs.entries()) application.lasting(epochs[at]!)
    }
    if (overlapping) return overlapping.add(slices, lasting)
    const log = new FaultyLog(this.#log, this.#random, this.#faults)
    for (const write of commitWrites(this.#writing, slices)) await log.commit(write)
    lasting()
  }

  async #runOf(slice: Slice): Promise<LiveRun> {
    const known = this.#runs.get(slice.index)
    if (known) return known
    const sabotage = this.#sabotage[slice.index]
    const run = await LiveRun.start({
      application: this.#applicationOf(slice),
      ...this.#sourcesOf(slice),
      log: this.#log,
      snapshots: this.#snapshots,
      ...(sabotage ? { sabotage } : {}),
    })
    this.#runs.set(slice.index, run)
    return run
  }

  #applicationOf(slice?: Slice): ApplicationOptions {
    const { pipelines, limits } = this.#options
    return {
      pipelines,
      sourcePartitions: () => this.#sourcePartitions,
      mode: 'live',
      lateEvents,
      deadLetters,
      ...(slice ? { slice } : {}),
      ...(limits ? { limits } : {}),
    }
  }

  #sourcesOf({ index, count }: Slice): { sources: TopicPartition[]; always: TopicPartition[] } {
    const partitionsOf = (isEvent: boolean): TopicPartition[] =>
      this.#topics
        .filter(({ kind }) => (kind === 'event') === isEvent)
        .flatMap(({ name: topic }) =>
          Array.from({ length: this.#sourcePartitions }, (_, partition) => ({ topic, partition })),
        )
    const events = partitionsOf(true)
    const own = events.filter(({ partition }) => sliceOfSource(partition, count) === index)
    return {
      sources: [...own, { topic: EXCHANGE, partition: index }],
      always: partitionsOf(false),
    }
  }

  async #tickAll(at: number): Promise<void> {
    for (const slice of this.#slices()) await (await this.#runOf(slice)).tick(at)
    await this.#settle()
  }

  /** Until nobody has anything left to take in. What is held back waits for the clock, if for anything. */
  async #settle(): Promise<void> {
    for (let round = 0, isTicking = false; round < ROUNDS_MAX; round++) {
      let [taken, waiting] = [0, 0]
      for (const slice of this.#slices()) {
        const run = await this.#runOf(slice)
        if (isTicking) await run.tick(this.#producers.wallNow)
        taken += await run.poll(run.sources, 50)
        await this.#commit([run])
      }
      for (const run of this.#runs.values()) waiting += await run.waiting()
      if (taken === 0 && waiting === 0) return
      if (taken === 0 && isTicking) throw new Error(`${waiting} records wait, and nobody goes on`)
      isTicking = taken === 0
    }
    throw new Error(`after ${ROUNDS_MAX} rounds there is still something to do`)
  }

  /**
   * What keys have, of pipelines for which that is the same however many slices there are; after all
   * slices were brought back from the log once more.
   */
  async #state(): Promise<string[]> {
    this.#runs.clear()
    const lines: string[] = []
    for (const slice of this.#slices()) {
      const { application } = await this.#runOf(slice)
      for (const { id } of eventTimePipelines(this.#options.pipelines)) {
        for (const { key, value } of application.snapshot(id, 0)) {
          if (key.startsWith('k:')) lines.push(`${id} ${key} ${value!.toString('hex')}`)
        }
      }
    }
    return lines.sort()
  }
}
