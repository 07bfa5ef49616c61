/**
 * A log read as history: one stream per partition, from what is retained to where the partition
 * ended when it was opened. So a replay of a log that is still being written to comes to an end,
 * also where it writes into the same log.
 */
import type { TopicFormat } from '../engine/schema/topic-format.ts'
import { FollowedPartitions, type PartitionsReader } from './followed-partitions.ts'
import {
  type History,
  historyOf,
  type RawRecord,
  type RecordStream,
  type StartAt,
} from './record-stream.ts'

interface Place {
  readonly topic: string
  readonly partition: number
}

/** What is needed of a log; every `Log` has it. */
export interface ReadableLog {
  topics(): Promise<ReadonlyMap<string, { readonly partitions: number }>>
  range(at: Place): Promise<{ readonly first: number; readonly next: number }>
  read(
    at: Place,
    from: number,
    limits: { readonly recordsMax: number; readonly bytesMax: number },
  ): Promise<{ readonly records: readonly RawRecord[]; readonly atEnd: boolean }>
}

export interface LogSourceOptions {
  /** The topics to read, by name. Those that the log does not have are no streams. */
  readonly topics: readonly string[]
  readonly startAt?: StartAt
  /** What a topic is said to hold. Default: what the first byte of each record says. */
  readonly formatOf?: (topic: string) => TopicFormat
}

const READ_BYTES_MAX = 4 * 1024 * 1024

/** Closing the history leaves the log open. */
export const openLogSource = async (
  log: ReadableLog,
  options: LogSourceOptions,
): Promise<History> => {
  const there = await log.topics()
  const streams: RecordStream[] = []
  for (const topic of [...options.topics].sort()) {
    const partitions = there.get(topic)?.partitions ?? 0
    for (let partition = 0; partition < partitions; partition++) {
      const at = { topic, partition }
      const { from, end } = await rangeToRead(log, at, options.startAt)
      streams.push(new LogStream(log, at, from, end, formatIn(options, topic)))
    }
  }
  return historyOf(streams)
}

/**
 * The same through a reader of the log. On Kafka that fetches ahead of all partitions at once, where
 * reading one after the other would begin anew each time.
 */
export const openFollowedLog = async (
  log: Omit<ReadableLog, 'read'> & { reader(): Promise<PartitionsReader> },
  options: LogSourceOptions,
): Promise<History> => {
  const there = await log.topics()
  const followed = new FollowedPartitions(await log.reader())
  const streams: RecordStream[] = []
  try {
    for (const topic of [...options.topics].sort()) {
      const partitions = there.get(topic)?.partitions ?? 0
      for (let partition = 0; partition < partitions; partition++) {
        const at = { topic, partition }
        const { from, end } = await rangeToRead(log, at, options.startAt)
        await followed.add(at, from, end)
        streams.push(streamOf(followed, at, formatIn(options, topic)))
      }
    }
  } catch (error) {
    await followed.close()
    throw error
  }
  return { streams, close: () => followed.close() }
}

const formatIn = ({ formatOf }: LogSourceOptions, topic: string): TopicFormat =>
  formatOf?.(topic) ?? 'auto'

const rangeToRead = async (
  log: Pick<ReadableLog, 'range'>,
  at: Place,
  startAt: StartAt | undefined,
): Promise<{ readonly from: number; readonly end: number }> => {
  const { first, next } = await log.range(at)
  // A start that is retained no more is not moved up: reading it says `LOG_OFFSET_GONE`.
  const asked = startAt?.(at.topic, at.partition) ?? 0
  return { from: asked > 0 ? asked : first, end: next }
}

const streamOf = (followed: FollowedPartitions, at: Place, format: TopicFormat): RecordStream => ({
  ...at,
  format,
  name: `${at.topic}-${at.partition}`,
  signature: null,
  read: recordsMax => followed.take(at, recordsMax),
  close: () => followed.leave(at),
})

class LogStream implements RecordStream {
  readonly topic: string
  readonly partition: number
  readonly format: TopicFormat
  readonly name: string
  readonly signature = null
  readonly #log: ReadableLog
  readonly #at: Place
  readonly #end: number
  #next: number

  constructor(log: ReadableLog, at: Place, from: number, end: number, format: TopicFormat) {
    this.format = format
    this.topic = at.topic
    this.partition = at.partition
    this.name = `${at.topic}-${at.partition}`
    this.#log = log
    this.#at = at
    this.#next = from
    this.#end = end
  }

  async read(recordsMax: number): Promise<readonly RawRecord[]> {
    while (this.#next < this.#end) {
      const limits = { recordsMax, bytesMax: READ_BYTES_MAX }
      const { records, atEnd } = await this.#log.read(this.#at, this.#next, limits)
      this.#next = nextAfter(records) ?? (atEnd ? this.#end : this.#next)
      const wanted = records.filter(record => record.offset < this.#end)
      if (wanted.length > 0) return wanted
    }
    return []
  }

  async close(): Promise<void> {
    this.#next = this.#end
  }
}

const nextAfter = (records: readonly RawRecord[]): number | undefined => {
  const last = records.at(-1)
  return last && last.offset + 1
}
