/**
 * Proves that what an application has put into its log is what its journal says, by executing the past
 * again, slice by slice, commit by commit.
 *
 *   snapshot ─► journal: each commit once more ─► hashes of what comes out ─┐
 *   results, late events, dead letters, exchange, read once ────────────────┴─► the same?
 *   state at the end ─── snapshot and changelog, restored ───────────────────── the same?
 *
 * Nothing is written, and no group is joined: the application may run meanwhile.
 */

import { exchangeTopic } from '../../logs/application-topics.ts'
import type { StoredRecord, TopicPartition } from '../../logs/log.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { compareState } from './compare-state.ts'
import { type ComparedTopic, compareTopic, type TopicCounts } from './compare-topic.ts'
import { Differences } from './differences.ts'
import { Expectations } from './expectations.ts'
import type { ExpectedRecord } from './expected-records.ts'
import { isOfOthers } from './of-others.ts'
import { type ParcelComparison, parcelsOf } from './parcels.ts'
import { type Pinned, pin } from './pinned-slice.ts'
import { SliceExecution } from './slice-execution.ts'
import type { Verification, VerifiedSlice, VerifyOptions } from './verify-options.ts'
import { withField } from './with-field.ts'

export type { Verification, VerifyOptions, VerifyProgress } from './verify-options.ts'

/** The clocks of processes on Kafka may be so far apart. */
const CLOCKS_APART_MS = 60_000

/**
 * Fails with `INPUT_MISSING` where the journal, its snapshots or sources are not retained far enough,
 * and with `STATE_INCOMPATIBLE` where other versions of the pipelines made the past.
 */
export const verifyRun = async (options: VerifyOptions): Promise<Verification> =>
  (await VerifyRun.open(options)).run()

class VerifyRun {
  readonly #options: VerifyOptions
  readonly #partitions: ReadonlyMap<string, number>
  readonly #expectations: Expectations
  readonly #parcels: ParcelComparison
  readonly #differences = new Differences()
  readonly #counts: TopicCounts = { repeated: 0, passedOver: 0, removed: 0 }
  /** Of each topic that is compared, before any journal was looked at. */
  readonly #pinned: ReadonlyMap<string, readonly Pinned[]>
  readonly #executions: readonly SliceExecution[]
  #commits = 0
  #records = 0

  private constructor(
    options: VerifyOptions,
    partitions: ReadonlyMap<string, number>,
    pinned: ReadonlyMap<string, readonly Pinned[]>,
    executions: readonly SliceExecution[],
  ) {
    this.#options = options
    this.#partitions = partitions
    this.#pinned = pinned
    this.#executions = executions
    const exchange = exchangeTopic(options.applicationId)
    this.#parcels = parcelsOf(options.guarantee ?? 'exactly-once')
    const topics = resultTopics(options.pipelines)
    this.#expectations = new Expectations(topics, partitions, exchange, this.#parcels)
  }

  static async open(options: VerifyOptions): Promise<VerifyRun> {
    const { log, applicationId, pipelines, slices = 1 } = options
    const settings = await log.topics()
    const partitions = new Map([...settings].map(([name, topic]) => [name, topic.partitions]))
    const pinned = new Map<string, readonly Pinned[]>()
    const names = resultTopics(pipelines).map(({ name }) => name)
    for (const topic of [...names, exchangeTopic(applicationId)]) {
      const places = placesOf(topic, partitions.get(topic) ?? 0)
      // What is under way is either in the journals as well, once they are looked at, or not at all.
      await log.settled(places)
      pinned.set(topic, await Promise.all(places.map(at => pin(log, at))))
    }
    const executions: SliceExecution[] = []
    for (let index = 0; index < slices; index++) {
      executions.push(await SliceExecution.open(options, partitions, index))
    }
    return new VerifyRun(options, partitions, pinned, executions)
  }

  async run(): Promise<Verification> {
    const slices: VerifiedSlice[] = []
    for (const execution of this.#executions) slices.push(await this.#execute(execution))
    for (const topic of this.#pinned.keys()) await this.#compare(topic)
    const { outputs, parcels } = this.#expectations
    const { count: differences, first } = this.#differences
    return {
      guarantee: this.#options.guarantee ?? 'exactly-once',
      slices,
      commits: this.#commits,
      records: this.#records,
      outputs,
      parcels,
      ...this.#counts,
      differences,
      first: first && (await withField(first, this.#executions, this.#partitions)),
    }
  }

  async #execute(execution: SliceExecution): Promise<VerifiedSlice> {
    const { index: slice, start, pinned } = execution
    if (start === null) return { slice, fromEpoch: 1, toEpoch: 0, stateEntries: null }
    const application = execution.newApplication()
    let toEpoch = start.epoch
    for await (const unit of execution.units(application)) {
      // Only what a snapshot is followed by may have been told before.
      const isFirst = start.epoch > 0 && toEpoch === start.epoch
      this.#expectations.add(slice, unit, isFirst)
      toEpoch = unit.epoch
      this.#commits++
      for (const { count } of unit.journal.ranges) this.#records += count
      this.#tellProgress(slice)
    }
    const { log, applicationId, snapshots, untilEpoch } = this.#options
    const isCompared = untilEpoch === undefined && pinned.changelogs !== null
    const restored = execution.newApplication()
    const places = { log, applicationId, snapshots, pinned, epoch: toEpoch }
    const stateEntries = isCompared
      ? await compareState({ ...places, executed: application, restored }, this.#differences)
      : null
    return { slice, fromEpoch: start.epoch + 1, toEpoch, stateEntries }
  }

  #tellProgress(slice: number): void {
    this.#options.onProgress?.({
      slice,
      slices: this.#executions.length,
      commits: this.#commits,
      records: this.#records,
    })
  }

  async #compare(topic: string): Promise<void> {
    const { log, applicationId, guarantee } = this.#options
    const settings = (await log.topics()).get(topic)
    if (!settings) return
    const isExchange = topic === exchangeTopic(applicationId)
    const compared: ComparedTopic = {
      log,
      topic,
      settings,
      pinned: this.#pinned.get(topic)!,
      expected: this.#expectations.byTopic.get(topic)!,
      judgedAfterMs: this.#judgedAfterMs(),
      mayRepeat: guarantee === 'at-least-once',
      isOfOthers: isExchange ? () => false : isOfOthers(topic, this.#options.pipelines),
      ...(isExchange ? this.#readingParcels() : { read: readResult }),
    }
    await compareTopic(compared, this.#differences, this.#counts)
  }

  #readingParcels(): Pick<ComparedTopic, 'read' | 'repetitions'> {
    return {
      read: (partition, { value }) => this.#parcels.recordOf(partition, value ?? NOTHING),
      repetitions: () => {
        const tellsNothingNew = this.#parcels.repetitions()
        return ({ value }) => tellsNothingNew(value ?? NOTHING)
      },
    }
  }

  /**
   * Where a slice begins at a snapshot, what it made before is in the topics and comes from no commit
   * that was executed again; all of that is older than the first one that was.
   */
  #judgedAfterMs(): number {
    const { log, untilEpoch } = this.#options
    if (untilEpoch !== undefined) return Number.POSITIVE_INFINITY
    const later = this.#executions.filter(({ start }) => start !== null && start.epoch > 0)
    const apartMs = log.cleansItself ? CLOCKS_APART_MS : 0
    return Math.max(...later.map(({ beganAtMs }) => beganAtMs + apartMs))
  }
}

const placesOf = (topic: string, partitions: number): TopicPartition[] =>
  Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))

const NOTHING = Buffer.alloc(0)

const readResult = (partition: number, { key, value, headers }: StoredRecord): ExpectedRecord => ({
  partition,
  key,
  resultId: headers?.resultId ?? null,
  value: value ?? NOTHING,
})
