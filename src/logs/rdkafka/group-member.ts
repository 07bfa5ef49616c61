/**
 * One's place in a consumer group. The client tells of partitions that come and go, and waits until
 * it is told that they were taken or given back; so a commit within `revoked` is still this
 * member's, and nobody else reads the partition before.
 *
 *   assigned:  take  -> the log's own part -> `assigned`
 *   revoked:   `revoked` (commits) -> give back -> the group goes on
 *
 * The protocol of rebalances is known from the configuration: the client forgets it when it leaves.
 */
import type { KafkaConsumer, LibrdKafkaError } from 'node-rdkafka'
import type { AssignmentListener, TopicPartition } from '../log.ts'
import { disconnectClient, paused, served, within } from './client.ts'
import { nameOf } from './feed.ts'

const ASSIGN_PARTITIONS = -175
const REVOKE_PARTITIONS = -174

export interface MemberOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly listener: AssignmentListener
  /** Whether partitions come and go one by one; else all are given back at each rebalance. */
  readonly isIncremental: boolean
  /** Tells the client, and does what this kind of member does with partitions. */
  take(partitions: readonly TopicPartition[]): Promise<void>
  /** Called before and after the listener's `revoked`. */
  stop?(partitions: readonly TopicPartition[]): void
  forget?(partitions: readonly TopicPartition[]): void
  /** The client's errors as those of the house. */
  faultOf(error: unknown): Error
  onFatal(error: Error): void
  onRebalance?(what: 'assigned' | 'revoked', topic: string, partitions: number): void
  onClosed(member: GroupMember): void
}

/** Listeners wait for brokers, and these for transactions of dead processes: that is not waited for. */
const LEAVE_MS = 8_000

export class GroupMember {
  readonly consumer: KafkaConsumer
  readonly #options: MemberOptions
  readonly #held = new Map<string, TopicPartition>()
  #revoking = 0
  /** What is being taken. */
  #taking: readonly TopicPartition[] = []
  #timesGivenAway = 0
  #tail: Promise<void> = Promise.resolve()
  #closing: Promise<void> | null = null
  #failure: Error | null = null
  #isForsaken = false

  constructor(
    options: MemberOptions,
    open: (
      onRebalance: (error: LibrdKafkaError, partitions: TopicPartition[]) => void,
    ) => KafkaConsumer,
  ) {
    this.#options = options
    this.consumer = open((event, partitions) => this.#rebalanced(event, partitions))
  }

  get group(): string {
    return this.#options.group
  }

  /** Counts up whenever partitions were given away. */
  get timesGivenAway(): number {
    return this.#timesGivenAway
  }

  /** Whether a commit of this member can be the group's: it has partitions, or gives them back. */
  get holdsAny(): boolean {
    return this.#held.size > 0 || this.#revoking > 0
  }

  /** What the listener, or the client in its behalf, failed with: this place is of no use then. */
  get failure(): Error | null {
    return this.#failure
  }

  holds(at: TopicPartition): boolean {
    return this.#held.has(nameOf(at))
  }

  failed(error: unknown): void {
    const fault = this.#options.faultOf(error)
    this.#failure ??= fault
    this.#options.onFatal(fault)
  }

  get isRevoking(): boolean {
    return this.#revoking > 0
  }

  subscribe(): void {
    this.consumer.setDefaultConsumeTimeout(0)
    this.consumer.subscribe([...this.#options.topics])
  }

  /** In the order in which they came: each is done before the next begins. */
  #rebalanced(event: LibrdKafkaError, partitions: TopicPartition[]): void {
    if (this.#isForsaken) {
      this.#answer(event, partitions)
      return
    }
    this.#tail = this.#tail
      .then(() => {
        if (event.code === ASSIGN_PARTITIONS) return this.#assigned(partitions)
        if (event.code === REVOKE_PARTITIONS) return this.#revoked(partitions)
      })
      .catch(error => {
        if (!this.#isForsaken) this.failed(error)
      })
  }

  /** The client waits for an answer also while it is taken down. */
  #answer({ code }: LibrdKafkaError, partitions: TopicPartition[]): void {
    if (!this.consumer.isConnected()) return
    try {
      if (code === REVOKE_PARTITIONS) this.#giveBack(partitions)
      else if (this.#options.isIncremental) this.consumer.incrementalAssign([])
      else this.consumer.assign([])
    } catch {
      // It has left in the meantime, and waits for nothing: this is called by the event loop, later.
    }
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    for (const at of partitions) this.#held.set(nameOf(at), at)
    this.#taking = partitions
    try {
      await this.#options.take(partitions)
    } finally {
      this.#taking = []
    }
    this.#tell('assigned', partitions)
  }

  async #revoked(partitions: readonly TopicPartition[]): Promise<void> {
    this.#revoking++
    try {
      this.#options.stop?.(partitions)
      if (partitions.length > 0) await this.#options.listener.revoked(partitions)
    } finally {
      if (!this.#isForsaken) this.#giveBack(partitions)
      this.#revoking--
    }
    this.#tell('revoked', partitions)
  }

  #giveBack(partitions: readonly TopicPartition[]): void {
    if (partitions.length > 0) this.#timesGivenAway++
    for (const at of partitions) this.#held.delete(nameOf(at))
    this.#options.forget?.(partitions)
    if (this.#options.isIncremental) this.consumer.incrementalUnassign([...partitions])
    else this.consumer.unassign()
  }

  #tell(what: 'assigned' | 'revoked', partitions: readonly TopicPartition[]): void {
    const counts = new Map<string, number>()
    for (const { topic } of partitions) counts.set(topic, (counts.get(topic) ?? 0) + 1)
    for (const [topic, count] of counts) this.#options.onRebalance?.(what, topic, count)
  }

  /** Gives everything back, leaves the group, and disconnects: in bounded time. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      await within(LEAVE_MS, this.#leave())
    } finally {
      this.#forsake()
      this.#options.onClosed(this)
      await disconnectClient(this.consumer)
    }
  }

  /** A listener that has not answered in time is not waited for: the client would, for ever. */
  #forsake(): void {
    this.#isForsaken = true
    if (!this.consumer.isConnected() || this.#held.size === 0) return
    try {
      this.#giveBack([...this.#held.values()])
    } catch {
      // The group has put it out by itself.
    }
  }

  /**
   * Leaving is a rebalance like others: the client asks for the partitions back. Not so while some are
   * being taken, which waits for transactions of the dead: nothing was done with these yet.
   */
  async #leave(): Promise<void> {
    if (!this.consumer.isConnected()) return
    if (this.#taking.length > 0) return this.#leaveWhileTaking()
    await this.#tail
    this.consumer.unsubscribe()
    while (this.#held.size > 0 && this.consumer.isConnected()) {
      await served(this.consumer)
      await paused(5)
      await this.#tail
    }
  }

  /** The others are given back as ever; where all come and go together, there are none. */
  async #leaveWhileTaking(): Promise<void> {
    const taking = new Set(this.#taking.map(nameOf))
    const others = [...this.#held.values()].filter(at => !taking.has(nameOf(at)))
    if (others.length === 0) return
    this.#options.stop?.(others)
    await this.#options.listener.revoked(others)
  }
}
