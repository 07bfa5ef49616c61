/**
 * The log on Kafka, through librdkafka.
 *
 *   commit     one transaction, with the group's positions; or acknowledged writes (at least once)
 *   read       whole transactions only, with a few consumers that keep what was read lately assigned
 *   subscribe  a member of a group that reads; join  one that does not; reader  without a group
 *
 * Calls of librdkafka block threads of Node's pool: whoever starts the process sets
 * `UV_THREADPOOL_SIZE` to 16 or more. The client works in the main thread only.
 */
import type { KafkaConsumer } from 'node-rdkafka'
import { KafkaAdmin } from './kafka/admin.ts'
import { KnownKafkaTopics } from './kafka/known-topics.ts'
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
import { isClosed } from './rdkafka/call-gate.ts'
import { disconnectClient, within } from './rdkafka/client.ts'
import { FETCH_WAIT_MS } from './rdkafka/config.ts'
import { faultOfClient } from './rdkafka/faults.ts'
import { nameOf } from './rdkafka/feed.ts'
import { GroupPlaces } from './rdkafka/group-places.ts'
import { type Handles, openHandles } from './rdkafka/handles.ts'
import { Lanes } from './rdkafka/lanes.ts'
import type { RdkafkaLogOptions } from './rdkafka/options.ts'
import { PartitionReader } from './rdkafka/partition-reader.ts'
import { Scanner } from './rdkafka/scanner.ts'
import { Scanners } from './rdkafka/scanners.ts'
import { settle } from './rdkafka/settling.ts'
import type { Writer } from './rdkafka/writer.ts'
import { checkCommit, checkGroup, logClosed } from './record-rules.ts'

export type { RdkafkaLogOptions } from './rdkafka/options.ts'

/**
 * Fails with `LOG_UNAVAILABLE`, `LOG_REFUSED`, `LOG_CLIENT_MISSING` or `CONFIG_INVALID`.
 */
export const rdkafkaLog = async (options: RdkafkaLogOptions): Promise<Log> => {
  const handles = await openHandles(options)
  const admin = await KafkaAdmin.open(options.connection)
  try {
    const writer = await handles.writer()
    return new RdkafkaLog(handles, admin, writer)
  } catch (error) {
    await admin.close()
    throw error
  }
}

const CLOSE_MS = 5_000
/** A little more than a member takes at the most. */
const LEAVE_MS = 10_000

class RdkafkaLog implements Log {
  readonly cleansItself = true
  readonly #handles: Handles
  readonly #admin: KafkaAdmin
  readonly #lanes: Lanes
  readonly #topics: KnownKafkaTopics
  readonly #places: GroupPlaces
  readonly #readers = new Set<PartitionReader>()
  readonly #scanners: Scanners
  /** Sees what is not committed. */
  #seer: Promise<KafkaConsumer> | null = null
  /** Partitions this log committed to and has not seen since, with the look that is under way. */
  readonly #unseen = new Map<string, Promise<void> | null>()
  #closed = false
  #closing: Promise<void> | null = null

  constructor(handles: Handles, admin: KafkaAdmin, writer: Writer) {
    this.#handles = handles
    this.#admin = admin
    const isOne = handles.options.guarantee === 'exactly-once'
    this.#lanes = new Lanes(writer, isOne, () => handles.writer())
    this.#topics = new KnownKafkaTopics(admin)
    this.#places = new GroupPlaces(handles, admin)
    this.#scanners = new Scanners(() => this.#openScanner())
  }

  async createTopic(topic: string, settings: TopicSettings): Promise<void> {
    this.#checkOpen()
    // Each slice that comes here asks for the same topics, and is waited for.
    if (this.#topics.isAs(topic, settings)) return
    this.#topics.learn(topic, await this.#admin.createTopic(topic, settings))
  }

  async topics(): Promise<ReadonlyMap<string, TopicSettings>> {
    this.#checkOpen()
    return this.#admin.topics()
  }

  async range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    await this.#check(at)
    await this.#seeOwnCommits(at)
    return this.#rangeNow(at)
  }

  #rangeNow(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }> {
    return this.#ask(`the ends of "${at.topic}"`, async () =>
      (await this.#scanners.any()).range(at),
    )
  }

  /** Fails with `LOG_UNAVAILABLE` where a transaction stays open for longer than it may. */
  async settled(partitions: readonly TopicPartition[]): Promise<void> {
    this.#checkOpen()
    this.#seer ??= this.#handles.seer()
    this.#seer.catch(() => {
      this.#seer = null
    })
    await this.#ask('whether transactions are over', async () => {
      const whole = (await this.#scanners.any()).consumer
      await settle(await this.#seer!, whole, partitions, this.#handles.settleMs)
    })
  }

  async read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    await this.#check(at)
    await this.#seeOwnCommits(at)
    return this.#ask(`records of "${at.topic}"`, () => this.#scanners.read(at, from, limits))
  }

  /** On each lane one after the other, in the order of the calls. Fails with `LOG_FENCED`. */
  commit(commit: Commit): Promise<CommitReceipt> {
    // Whether the group takes partitions away counts from here on, not from when it is its turn.
    const place = commit.consumed ? this.#places.placeOf(commit.consumed) : null
    return this.#lanes.next(commit, async writer => {
      this.#checkOpen()
      await this.#topics.know([...commit.appends, ...(commit.consumed?.positions ?? [])])
      checkCommit(this.#topics.known, commit)
      const consumed = commit.consumed
        ? await this.#places.consumedBy(commit.consumed, place)
        : null
      await writer.write(commit, consumed)
      this.#noteUnseen(commit)
      return { appended: null, durable: Promise.resolve() }
    })
  }

  async committed(
    group: string,
    partitions?: readonly TopicPartition[],
  ): Promise<readonly Position[]> {
    this.#checkOpen()
    checkGroup(group)
    const asked = partitions ?? (await this.#partitionsOfGroup(group))
    return this.#ask(`positions of group "${group}"`, () => this.#places.committed(group, asked))
  }

  /** A first transaction that is still open is in no list, so the topics known here belong to these. */
  async #partitionsOfGroup(group: string): Promise<readonly TopicPartition[]> {
    const listed = await this.#admin.topicsOfGroup(group)
    return this.#topics.partitionsOf([...new Set([...listed, ...this.#topics.known.keys()])])
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription> {
    await this.#checkGroupTopics(group, topics)
    return this.#places.subscribe(group, topics, listener)
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    await this.#checkGroupTopics(group, [topic])
    return this.#places.join(group, topic, listener)
  }

  async reader(): Promise<Reader> {
    this.#checkOpen()
    const consumer = await this.#handles.consumer(
      this.#handles.throwAwayGroup(),
      FETCH_WAIT_MS.patient,
    )
    const reader = new PartitionReader(
      consumer,
      async at => {
        await this.#check(at)
        return this.#rangeNow(at)
      },
      closed => this.#readers.delete(closed),
    )
    this.#readers.add(reader)
    return reader
  }

  async trim(at: TopicPartition, before: number): Promise<void> {
    const { first, next } = await this.range(at)
    if (before > first) await this.#admin.trim(at, Math.min(before, next))
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
    await within(
      LEAVE_MS,
      this.#places.leaveAll().catch(() => {}),
    )
    this.#closed = true
    await within(CLOSE_MS, this.#lanes.settled())
    const seer = this.#seer?.then(disconnectClient).catch(() => {})
    const readers = [...this.#readers].map(reader => reader.close())
    const handles = [
      this.#scanners.close(),
      seer,
      ...readers,
      this.#places.close(),
      this.#lanes.close(),
    ]
    await within(CLOSE_MS, Promise.allSettled([...handles, this.#admin.close()]))
  }

  #noteUnseen({ appends }: Commit): void {
    if (this.#handles.options.guarantee !== 'exactly-once') return
    for (const at of appends) this.#unseen.set(nameOf(at), null)
  }

  /**
   * A transaction's commit is answered before the brokers have marked its end in each partition, and
   * until then none of it can be read, also not by who wrote it.
   */
  async #seeOwnCommits(at: TopicPartition): Promise<void> {
    const name = nameOf(at)
    const known = this.#unseen.get(name)
    if (known === undefined) return
    const looking = known ?? this.settled([at])
    this.#unseen.set(name, looking)
    // A commit that came meanwhile is yet to be seen.
    const isSame = () => this.#unseen.get(name) === looking
    try {
      await looking
    } catch (error) {
      if (isSame()) this.#unseen.set(name, null)
      throw error
    }
    if (isSame()) this.#unseen.delete(name)
  }

  async #openScanner(): Promise<Scanner> {
    const group = this.#handles.throwAwayGroup()
    return new Scanner(await this.#handles.consumer(group, FETCH_WAIT_MS.impatient))
  }

  async #check(at: TopicPartition): Promise<void> {
    this.#checkOpen()
    await this.#topics.check(at)
  }

  async #checkGroupTopics(group: string, topics: readonly string[]): Promise<void> {
    this.#checkOpen()
    checkGroup(group)
    for (const topic of topics) await this.#topics.check({ topic, partition: 0 })
    // The client would wait without a word where it may not take part in the group.
    await this.#admin.hasMembers(group)
  }

  /** The client's own errors as those of the house. */
  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      if (isClosed(error)) throw logClosed()
      throw faultOfClient(this.#handles.options.connection, what, error)
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw logClosed()
  }
}
