/** One slice of the past, executed again: the same each time it is asked for. */
import { Application } from '../../engine/application.ts'
import type { CommitUnit, JournalEntry } from '../../engine/commit.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import { reExecute } from '../../logs/re-execute.ts'
import { type Pinned, type PinnedSlice, pinSlice } from './pinned-slice.ts'
import { bringTo, journalAfter, type StartPoint, startOf } from './stretch.ts'
import type { VerifyOptions } from './verify-options.ts'

export class SliceExecution {
  readonly pinned: PinnedSlice
  /** null where the slice has made no commit. */
  readonly start: StartPoint | null
  /** When the first of its commits came into the log. */
  beganAtMs = Number.NEGATIVE_INFINITY
  readonly #options: VerifyOptions
  readonly #partitions: ReadonlyMap<string, number>

  private constructor(
    options: VerifyOptions,
    partitions: ReadonlyMap<string, number>,
    pinned: PinnedSlice,
    start: StartPoint | null,
  ) {
    this.#options = options
    this.#partitions = partitions
    this.pinned = pinned
    this.start = start
  }

  static async open(
    options: VerifyOptions,
    partitions: ReadonlyMap<string, number>,
    index: number,
  ): Promise<SliceExecution> {
    const application = newApplication(options, partitions, index)
    const pinned = await pinSlice(options.log, options.applicationId, index, application)
    const start = await startOf(options, pinned, application)
    return new SliceExecution(options, partitions, pinned, start)
  }

  get index(): number {
    return this.pinned.index
  }

  get journal(): Pinned {
    return this.pinned.journal
  }

  newApplication(): Application {
    return newApplication(this.#options, this.#partitions, this.index)
  }

  /** Every commit of the stretch, as it comes out now; `application` is what makes them. */
  async *units(application: Application, untilEpoch?: number): AsyncGenerator<CommitUnit> {
    if (this.start === null) return
    const { log, applicationId, snapshots, formatOf } = this.#options
    await bringTo(application, this.start, snapshots)
    yield* reExecute(NO_OPTIONS_ARE_READ, log, this.#journalUntil(untilEpoch), {
      exchange: exchangeTopic(applicationId),
      application,
      ...(formatOf ? { formatOf } : {}),
    })
  }

  async *#journalUntil(epoch?: number): AsyncGenerator<JournalEntry> {
    const { log, pipelines } = this.#options
    const until = epoch ?? this.#options.untilEpoch
    const stretch = journalAfter(log, this.journal, this.start!.epoch, pipelines, until)
    for await (const { entry, timestampMs } of stretch) {
      if (entry.epoch === this.start!.epoch + 1) this.beganAtMs = timestampMs
      yield entry
    }
  }
}

/** As a live run has it, but for the clock. */
const newApplication = (
  { pipelines, slices = 1, guarantee, limits, writers = knownWriters }: VerifyOptions,
  partitions: ReadonlyMap<string, number>,
  index: number,
): Application =>
  new Application({
    pipelines,
    slice: { index, count: slices, repeats: guarantee === 'at-least-once' },
    sourcePartitions: topic => partitions.get(topic) ?? 0,
    mode: 'live',
    lateEvents,
    deadLetters,
    writers,
    ...(limits ? { limits } : {}),
  })

/** The application is given, so that nothing is made of these. */
const NO_OPTIONS_ARE_READ = { pipelines: [], mode: 'live', lateEvents, deadLetters } as const
