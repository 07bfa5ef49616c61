import type { ChangelogEntry } from '../commit.ts'
import { MillraceError } from '../errors.ts'
import type { Slice } from '../exchange/slice.ts'
import { type SavedWatermark, Watermark } from '../order/watermark.ts'
import { type Counters, newCounters } from './counters.ts'
import type { SharedPart } from './shared-part.ts'

/** How far a pipeline has come: its watermarks, what it counted, and how often it failed lately. */
export class Standing implements SharedPart {
  readonly kind = 'm'
  /** Of the sources that are read here: what lateness is judged by. */
  readonly sources = new Watermark()
  /** Of the task: the least of all slices' sources. The same one where there is one slice. */
  readonly task: Watermark
  /** The least of all slices' tasks: how far the answers to scattered events have come. */
  readonly answers: Watermark
  readonly counters: Counters = newCounters()
  /** Slices whose task holds as many records as it may, as they last said: they say it once. */
  readonly fullElsewhere = new Set<string>()
  readonly #pipelineId: string
  readonly #failuresPerMinuteMax: number
  #minute = Number.NEGATIVE_INFINITY
  #failures = 0

  constructor(pipelineId: string, failuresPerMinuteMax: number, { count }: Slice) {
    this.task = count === 1 ? this.sources : new Watermark()
    this.answers = count === 1 ? this.sources : new Watermark()
    this.#pipelineId = pipelineId
    this.#failuresPerMinuteMax = failuresPerMinuteMax
  }

  /** Counts a failed step; throws where there are too many in a minute of event time. */
  failed(failure: MillraceError): void {
    this.counters.failed++
    const minute = Math.floor(this.#newest() / 60_000)
    this.#failures = minute === this.#minute ? this.#failures + 1 : 1
    this.#minute = minute
    if (this.#failures > this.#failuresPerMinuteMax) throw this.#tooMany(failure)
  }

  commit(): readonly ChangelogEntry[] {
    return this.snapshot()
  }

  snapshot(): readonly ChangelogEntry[] {
    const saved: Saved = {
      watermark: this.sources.saved(),
      ...(this.task === this.sources
        ? {}
        : {
            task: this.task.saved(),
            answers: this.answers.saved(),
            fullElsewhere: [...this.fullElsewhere],
          }),
      counters: this.counters,
      minute: this.#minute,
      failures: this.#failures,
    }
    return [{ key: 'm:standing', value: Buffer.from(JSON.stringify(saved)) }]
  }

  load(_name: string, value: Buffer): void {
    const saved = JSON.parse(value.toString()) as Saved
    this.sources.restore(saved.watermark)
    if (saved.task) this.task.restore(saved.task)
    if (saved.answers) this.answers.restore(saved.answers)
    for (const name of saved.fullElsewhere ?? []) this.fullElsewhere.add(name)
    Object.assign(this.counters, saved.counters)
    this.#minute = saved.minute ?? Number.NEGATIVE_INFINITY
    this.#failures = saved.failures
  }

  /** Event time as it has come here, whether it was read here or came over the exchange. */
  #newest(): number {
    return Math.max(this.sources.largestSeen(), this.task.value)
  }

  #tooMany(last: MillraceError): MillraceError {
    return new MillraceError(
      'TOO_MANY_FAILURES',
      `${this.#pipelineId} failed on more than ${this.#failuresPerMinuteMax} records within a minute ` +
        `of event time, the last with: ${last.message}. Nothing of this batch was committed: mend ` +
        'the pipeline and start again, or raise failuresPerMinuteMax.',
    )
  }
}

interface Saved {
  /** Of the sources. */
  readonly watermark: SavedWatermark
  readonly task?: SavedWatermark
  readonly answers?: SavedWatermark
  readonly fullElsewhere?: readonly string[]
  readonly counters: Counters
  /** null before the first failure: JSON has no infinities. */
  readonly minute: number | null
  readonly failures: number
}
