/**
 * A log on Kafka through the kafkajs client: no compiler is needed for it, and it writes *at least
 * once*. It has no transactions: a commit is
 *
 *   all appends but the last -> the last -> positions
 *
 * each acknowledged before the next is sent; so whoever finds the last (the journal) finds what is
 * before it. And nobody is shut out: a process that was taken for dead can still write appends, and
 * fails with `LOG_FENCED` only at the positions.
 */
import type { Kafka } from 'kafkajs'
import { KafkaAdmin } from './kafka/admin.ts'
import type { KafkaConnection } from './kafka/connection.ts'
import { clientMissing } from './kafka/faults.ts'
import { kafkajsConfigOf } from './kafka/kafkajs-config.ts'
import { KnownKafkaTopics } from './kafka/known-topics.ts'
import { LaneQueues } from './kafka/lane-queues.ts'
import { KafkajsConnection } from './kafkajs/connection.ts'
import { compressionUnknown, faultOf } from './kafkajs/faults.ts'
import { GroupMember } from './kafkajs/group-member.ts'
import { GroupOffsets, type Standing } from './kafkajs/group-offsets.ts'
import { GroupProtocol } from './kafkajs/group-protocol.ts'
import { KafkajsReader } from './kafkajs/kafkajs-reader.ts'
import { KafkajsSubscription, readingWhatIsHeld } from './kafkajs/kafkajs-subscription.ts'
import { readOnce } from './kafkajs/read-once.ts'
import { allWithin, within } from './kafkajs/within.ts'
import { Writer } from './kafkajs/writer.ts'
import type {
  AssignmentListener,
  Batch,
  Commit,
  CommitReceipt,
  Log,
  Membership,
  Position,
  Reader,
  ReadLimits,
  Subscription,
  TopicPartition,
  TopicSettings,
} from './log.ts'
import { positionsAmong } from './positions-among.ts'
import { checkCommit, checkGroup, logClosed } from './record-rules.ts'

export interface KafkajsLogOptions {
  /** Its `compression` is `none` or `gzip`; default `none`. */
  readonly connection: KafkaConnection
  /** A member that is not heard for so long has lost its partitions. Default 10 s. */
  readonly sessionTimeoutMs?: number
  /** Told once, at opening, what this client does not promise. */
  readonly onWarning?: (warning: string) => void
  /** A membership cannot go on, or its listener threw. */
  readonly onFatal?: (error: Error) => void
}

export const KAFKAJS_WARNING =
  'The kafkajs client writes at least once: after a crash or a change of processes, results may ' +
  'come twice and events may count twice. Count the last result of each origin, or choose ' +
  '`client: rdkafka` for exactly once.'

const SESSION_TIMEOUT_MS = 10_000
/** A call is tried for about half a minute, which outlasts the restart of a broker. */
const RETRIES = 9
const RETRY_MAX_MS = 5_000
const CLOSE_MS = 10_000

/** Fails with `LOG_UNAVAILABLE`, `LOG_REFUSED`, `LOG_CLIENT_MISSING` or `CONFIG_INVALID`. */
export const kafkajsLog = async (options: KafkajsLogOptions): Promise<Log> => {
  const compression = compressionOf(options.connection)
  const kafkajs = await import('kafkajs').catch(error => {
    throw clientMissing('kafkajs', error)
  })
  const config = {
    ...kafkajsConfigOf(options.connection),
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: RETRIES, maxRetryTime: RETRY_MAX_MS },
  }
  const kafka = new kafkajs.Kafka(config)
  const admin = await KafkaAdmin.open(options.connection)
  const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: asTold })
  try {
    await producer.connect()
    const topics = new KnownKafkaTopics(admin)
    const control = await KafkajsConnection.open(options.connection, topics, kafka)
    options.onWarning?.(KAFKAJS_WARNING)
    const protocol = new GroupProtocol(kafkajs.AssignerProtocol)
    return new KafkajsLog(options, {
      kafka,
      admin,
      topics,
      control,
      protocol,
      writer: new Writer(producer, compression),
    })
  } catch (error) {
    await Promise.allSettled([producer.disconnect(), admin.close()])
    throw faultOf(options.connection, 'the connection', error)
  }
}

/** kafkajs' own numbers of the two that it knows. */
const compressionOf = ({ compression = 'none' }: KafkaConnection): number => {
  if (compression === 'none') return 0
  if (compression === 'gzip') return 1
  throw compressionUnknown(compression)
}

/** Every message names its partition. */
const asTold = () => (args: { message: { partition?: number } }) => args.message.partition ?? 0

interface Parts {
  readonly kafka: Kafka
  readonly admin: KafkaAdmin
  readonly topics: KnownKafkaTopics
  readonly control: KafkajsConnection
  readonly protocol: GroupProtocol
  readonly writer: Writer
}

class KafkajsLog implements Log {
  readonly cleansItself = true
  readonly #options: KafkajsLogOptions
  readonly #parts: Parts
  readonly #offsets: GroupOffsets
  readonly #readers = new Set<KafkajsReader>()
  readonly #commits = new LaneQueues()
  #closing: Promise<void> | null = null
  #closed = false

  constructor(options: KafkajsLogOptions, parts: Parts) {
    this.#options = options
    this.#parts = parts
    this.#offsets = new GroupOffsets(parts.control)
  }

  async createTopic(topic: string, settings: TopicSettings): Promise<void> {
    this.#checkOpen()
    this.#parts.topics.learn(topic, await this.#parts.admin.createTopic(topic, settings))
  }

  async topics(): Promise<ReadonlyMap<string, TopicSettings>> {
    this.#checkOpen()
    return this.#parts.admin.topics()
  }

  async range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    this.#checkOpen()
    return this.#parts.control.range(at)
  }

  async read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    this.#checkOpen()
    return readOnce(this.#parts.control, at, from, limits)
  }

  /** On each lane one after the other, so that what is retried does not overtake. */
  async commit(commit: Commit): Promise<CommitReceipt> {
    this.#checkOpen()
    // Who is expelled from here on may not commit, though it is a member again when its turn comes.
    const standing = commit.consumed ? this.#offsets.standingIn(commit.consumed.group) : new Map()
    return this.#commits.next(commit.lane ?? 'state', () => this.#commit(commit, standing))
  }

  async #commit(commit: Commit, standing: Standing): Promise<CommitReceipt> {
    this.#checkOpen()
    const { appends, consumed } = commit
    await this.#parts.topics.know([...appends, ...(consumed?.positions ?? [])])
    checkCommit(this.#parts.topics.known, commit)
    if (consumed) this.#offsets.checkStanding(consumed.group, consumed.positions, standing)
    const before = await this.#write(appends.slice(0, -1))
    const last = await this.#write(appends.slice(-1))
    if (consumed) await this.#offsets.commit(consumed.group, consumed.positions, standing)
    return { appended: [...before, ...last], durable: Promise.resolve() }
  }

  async #write(appends: Commit['appends']) {
    if (appends.length === 0) return []
    const names = [...new Set(appends.map(({ topic }) => `"${topic}"`))].join(', ')
    const written = await this.#parts.writer.write(appends).catch(error => {
      throw this.#parts.control.faultOf(`a write to ${names}`, error)
    })
    return Promise.all(written.map((where, index) => where ?? this.#nothingAt(appends[index]!)))
  }

  async #nothingAt(at: TopicPartition) {
    const { next } = await this.#parts.control.range(at)
    return { first: next, next }
  }

  /** All are asked for: there are no transactions to be waited for. */
  async committed(
    group: string,
    partitions?: readonly TopicPartition[],
  ): Promise<readonly Position[]> {
    this.#checkOpen()
    return positionsAmong(await this.#offsets.committed(group), partitions)
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription> {
    await this.#checkGroupTopics(group, topics)
    const reader = await this.#read()
    const reading = readingWhatIsHeld(reader, this.#offsets, group, listener)
    try {
      const member = await this.#enter(group, topics, reading, error => reader.fail(error))
      return new KafkajsSubscription(member, reader)
    } catch (error) {
      await reader.close()
      throw error
    }
  }

  /** Nothing is written in transactions here. */
  async settled(): Promise<void> {
    this.#checkOpen()
  }

  async reader(): Promise<Reader> {
    this.#checkOpen()
    return this.#read()
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    await this.#checkGroupTopics(group, [topic])
    return this.#enter(group, [topic], listener, () => {})
  }

  async #enter(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
    onFailure: (error: Error) => void,
  ): Promise<GroupMember> {
    const connection = await this.#connect()
    const partitions = topics.map(topic => ({ topic, partition: 0 }))
    await connection.know(partitions)
    const { known } = this.#parts.topics
    const member = new GroupMember(connection, this.#parts.protocol, {
      group,
      topics,
      sessionTimeoutMs: this.#options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      partitionsOf: topic => known.get(topic)?.partitions ?? 0,
      listener,
      onFailure: error => {
        onFailure(error)
        this.#options.onFatal?.(error)
      },
      onClose: () => this.#offsets.members.delete(member),
    })
    this.#offsets.members.add(member)
    await member.start()
    return member
  }

  async #read(): Promise<KafkajsReader> {
    const connection = await this.#connect()
    const reader = new KafkajsReader(connection, closed => this.#readers.delete(closed))
    this.#readers.add(reader)
    return reader
  }

  #connect(): Promise<KafkajsConnection> {
    const { kafka, topics } = this.#parts
    return KafkajsConnection.open(this.#options.connection, topics, kafka)
  }

  async trim(at: TopicPartition, before: number): Promise<void> {
    const { first, next } = await this.range(at)
    if (before > first) await this.#parts.admin.trim(at, Math.min(before, next))
  }

  /** The brokers do it by themselves. */
  async clean(): Promise<void> {
    this.#checkOpen()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Groups are left first, while what was taken in can still be committed. */
  async #close(): Promise<void> {
    await allWithin(CLOSE_MS, [...this.#offsets.members])
    this.#closed = true
    await allWithin(CLOSE_MS, [...this.#readers])
    await within(CLOSE_MS, this.#commits.settled())
    const { writer, control, admin } = this.#parts
    await allWithin(CLOSE_MS, [writer, control, admin])
  }

  async #checkGroupTopics(group: string, topics: readonly string[]): Promise<void> {
    this.#checkOpen()
    checkGroup(group)
    for (const topic of topics) await this.#parts.topics.check({ topic, partition: 0 })
  }

  #checkOpen(): void {
    if (this.#closed) throw logClosed()
  }
}
