/**
 * A log that asks a registry for the schemas of what it has read before it hands it on: whoever reads
 * through it can decode at once. Everything else is the log's own.
 *
 * While the registry is away, a batch with an id that was never met waits for it: `read` fails with
 * REGISTRY_UNAVAILABLE, `poll` goes on asking. Whoever is closed meanwhile gets nothing.
 */
import { MillraceError } from '../../engine/errors.ts'
import { decodeParcel } from '../../engine/exchange/parcel.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { AssignmentListener, Batch, Log, Reader, Subscription } from '../log.ts'
import type { RawBatch, SchemaSource } from './schema-source.ts'

export interface LearningOptions {
  readonly schemas: Pick<SchemaSource, 'learn'>
  /** Its records are parcels, and what they hold is read like any record. */
  readonly exchange?: string
  /** Told each time the registry did not answer, with a REGISTRY_UNAVAILABLE. */
  readonly onAway?: (error: MillraceError) => void
}

export const learningLog = (log: Log, options: LearningOptions): Log => {
  const { schemas, exchange } = options
  return {
    cleansItself: log.cleansItself,
    createTopic: (topic, settings) => log.createTopic(topic, settings),
    topics: () => log.topics(),
    range: at => log.range(at),
    commit: commit => log.commit(commit),
    committed: (group, partitions) => log.committed(group, partitions),
    settled: partitions => log.settled(partitions),
    join: (group, topic, listener) => log.join(group, topic, listener),
    trim: (at, before) => log.trim(at, before),
    clean: () => log.clean(),
    close: () => log.close(),
    async read(at, from, limits) {
      const batch = await log.read(at, from, limits)
      await schemas.learn([at.topic === exchange ? unpacked(batch) : batch])
      return batch
    },
    async reader() {
      return learningReader(await log.reader(), options)
    },
    async subscribe(group, topics, listener) {
      const gone = new Set<string>()
      const watched = watchedBy(listener, gone)
      return learningSubscription(await log.subscribe(group, topics, watched), gone, options)
    },
  }
}

/** Notes what is revoked: what was read of it is another's by the time that its schemas are known. */
const watchedBy = (listener: AssignmentListener, gone: Set<string>): AssignmentListener => ({
  assigned: partitions => listener.assigned(partitions),
  revoked(partitions) {
    for (const at of partitions) gone.add(partitionNameOf(at))
    return listener.revoked(partitions)
  },
})

const learningSubscription = (
  inner: Subscription,
  gone: Set<string>,
  options: LearningOptions,
): Subscription => {
  const closing = new AbortController()
  return {
    async poll(limits) {
      gone.clear()
      const batches = await learnt(await inner.poll(limits), options, closing.signal)
      return batches.filter(batch => !gone.has(partitionNameOf(batch)))
    },
    pause: partitions => inner.pause(partitions),
    resume: partitions => inner.resume(partitions),
    close() {
      closing.abort()
      return inner.close()
    },
  }
}

const learningReader = (inner: Reader, options: LearningOptions): Reader => {
  const closing = new AbortController()
  return {
    add: positions => inner.add(positions),
    remove: partitions => inner.remove(partitions),
    poll: async limits => learnt(await inner.poll(limits), options, closing.signal),
    isAtEnd: at => inner.isAtEnd(at),
    pause: partitions => inner.pause(partitions),
    resume: partitions => inner.resume(partitions),
    close() {
      closing.abort()
      return inner.close()
    },
  }
}

/** What was polled is not polled again, so it is kept until its schemas are known. */
const learnt = async (
  batches: readonly Batch[],
  options: LearningOptions,
  closing: AbortSignal,
): Promise<readonly Batch[]> => {
  await learnPatiently(
    batches.map(batch => (batch.topic === options.exchange ? unpacked(batch) : batch)),
    options,
    closing,
  )
  return closing.aborted ? [] : batches
}

/** What another process read, in a schema that this one may never have met. */
const unpacked = ({ records }: RawBatch): RawBatch => ({
  records: records.flatMap(({ value }) => recordsIn(value)),
})

/** Of a parcel that cannot be read there is nothing to ask; whoever takes it says what is wrong. */
const recordsIn = (parcel: Buffer | null): RawBatch['records'] => {
  try {
    return parcel === null ? [] : decodeParcel(parcel).records
  } catch {
    return []
  }
}

/** Asks until the registry answers, or `closing` is aborted; it may be away for long. */
export const learnPatiently = async (
  batches: readonly RawBatch[],
  { schemas, onAway }: LearningOptions,
  closing: AbortSignal,
): Promise<void> => {
  while (!closing.aborted) {
    try {
      return await schemas.learn(batches)
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.instruction !== 'retry') throw thrown
      onAway?.(thrown)
    }
  }
}
