/**
 * One topic of the log against what re-executed commits put into it. It is read once.
 *
 * A record that no commit makes is a difference where none of those that were not executed again can
 * have made it: those are older than the first that was.
 */
import type { Log, StoredRecord, TopicSettings } from '../../logs/log.ts'
import type { Difference } from './difference.ts'
import type { Differences } from './differences.ts'
import type { ExpectedRecord, ExpectedRecords, Origin } from './expected-records.ts'
import type { Pinned } from './pinned-slice.ts'

export interface ComparedTopic {
  readonly log: Log
  readonly topic: string
  readonly settings: TopicSettings
  /** As it was before the journals were looked at: what is behind may be of later commits. */
  readonly pinned: readonly Pinned[]
  readonly expected: ExpectedRecords
  /** Records that the log took in later can be of re-executed commits alone. */
  readonly judgedAfterMs: number
  readonly mayRepeat: boolean
  /** Of a record that no commit makes: whether others may have made it. */
  readonly isOfOthers: (record: StoredRecord) => boolean
  /** Whether a record that is there once too often changes nothing. Called for each, in order. */
  readonly repetitions?: () => (record: StoredRecord) => boolean
  readonly read: (partition: number, record: StoredRecord) => ExpectedRecord
}

export interface TopicCounts {
  repeated: number
  passedOver: number
  removed: number
}

const READ = { recordsMax: 5_000, bytesMax: 16 * 1024 * 1024 }

export const compareTopic = async (
  compared: ComparedTopic,
  differences: Differences,
  counts: TopicCounts,
): Promise<void> => {
  const comparison = new Comparison(compared, differences, counts)
  for (const pinned of compared.pinned) await comparison.compare(pinned)
  comparison.end()
}

class Comparison {
  readonly #of: ComparedTopic
  readonly #differences: Differences
  readonly #counts: TopicCounts
  /** By partition and slice, the first commit of which a record was found. */
  readonly #firstFound = new Map<string, number>()

  constructor(of: ComparedTopic, differences: Differences, counts: TopicCounts) {
    this.#of = of
    this.#differences = differences
    this.#counts = counts
  }

  /** All that is there now, as late as that is: a commit that is looked at may be behind `next`. */
  async compare({ at, first, next }: Pinned): Promise<void> {
    const changesNothing = this.#of.repetitions?.() ?? (() => false)
    for (let from = first; ; ) {
      const { records, atEnd } = await this.#of.log.read(at, from, READ)
      for (const record of records) {
        const isRepetition = changesNothing(record)
        this.#take(at.partition, record, isRepetition, record.offset < next)
      }
      if (atEnd || records.length === 0) return
      from = records.at(-1)!.offset + 1
    }
  }

  /** What was expected and not found. */
  end(): void {
    const { expected, topic } = this.#of
    for (const origin of expected.missing()) {
      if (this.#isRemoved(origin)) this.#counts.removed++
      else this.#differ('missing', topic, origin, null, null)
    }
  }

  #take(partition: number, record: StoredRecord, isRepetition: boolean, isBefore: boolean): void {
    const { expected, topic, mayRepeat, read } = this.#of
    const is = read(partition, record)
    const found = expected.take(is)
    if (found.as === 'unknown') {
      if (!isRepetition && isBefore) this.#takeUnknown(partition, record, is)
      else this.#counts.passedOver++
      return
    }
    this.#noteFound(found.origin)
    if (found.as === 'once') return
    if (found.as === 'again' && isRepetition) this.#counts.passedOver++
    else if (found.as === 'again' && mayRepeat) this.#counts.repeated++
    else {
      const kind = found.as === 'again' ? 'doubled' : 'different'
      this.#differ(kind, topic, { ...found.origin, partition }, record, is)
    }
  }

  #takeUnknown(partition: number, record: StoredRecord, is: ExpectedRecord): void {
    const { topic, judgedAfterMs, isOfOthers } = this.#of
    if (record.timestampMs > judgedAfterMs && !isOfOthers(record)) {
      this.#differ('unexpected', topic, { partition }, record, is)
    } else this.#counts.passedOver++
  }

  #noteFound({ partition, slice, epoch }: Origin): void {
    const name = `${partition}|${slice}`
    const before = this.#firstFound.get(name) ?? Number.POSITIVE_INFINITY
    if (epoch < before) this.#firstFound.set(name, epoch)
  }

  /** Where the topic does not begin with its first record, what is before all that was found. */
  #isRemoved({ partition, slice, epoch }: Origin): boolean {
    if (this.#of.settings.compacted) return true
    const { first } = this.#of.pinned[partition]!
    if (first === 0) return false
    return epoch <= (this.#firstFound.get(`${partition}|${slice}`) ?? Number.POSITIVE_INFINITY)
  }

  #differ(
    kind: Difference['kind'],
    topic: string,
    where: Partial<Origin> & { readonly partition: number },
    record: StoredRecord | null,
    is: ExpectedRecord | null,
  ): void {
    const difference: Difference = {
      // Of the exchange there is one kind: what was sent is known by its bytes alone.
      kind: this.#of.repetitions ? 'parcel' : kind,
      slice: where.slice ?? null,
      epoch: where.epoch ?? null,
      topic,
      partition: where.partition,
      offset: record?.offset ?? null,
      resultId: is?.resultId ?? null,
      key: is?.key?.toString() ?? null,
      field: null,
    }
    const id = where.at === undefined ? null : this.#of.expected.idAt(where.at)
    this.#differences.add({ difference, value: record?.value ?? null, id })
  }
}
