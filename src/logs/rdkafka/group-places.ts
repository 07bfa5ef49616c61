/** This log's places in groups, and the handles through which it speaks for groups it is not in. */
import type { KafkaConsumer } from 'node-rdkafka'
import type { KafkaAdmin } from '../kafka/admin.ts'
import type {
  AssignmentListener,
  Commit,
  Membership,
  Position,
  Subscription,
  TopicPartition,
} from '../log.ts'
import { connectClient, disconnectClient } from './client.ts'
import { FETCH_WAIT_MS } from './config.ts'
import { faultOfClient, fencedOut } from './faults.ts'
import { GroupMember, type MemberOptions } from './group-member.ts'
import { GroupMembership, takeWithoutReading } from './group-membership.ts'
import { committedOf, PositionCommits } from './group-positions.ts'
import { GroupSubscription } from './group-subscription.ts'
import type { Handles, MemberConfig } from './handles.ts'
import type { ConsumedBy } from './writer.ts'

/** A member, and how often it had given partitions away at some time. */
interface Place {
  readonly member: GroupMember
  readonly commits: PositionCommits
  readonly timesGivenAway: number
}

interface Outsider {
  readonly consumer: KafkaConsumer
  readonly commits: PositionCommits
}

/** Of groups this log speaks for without being in them; the oldest gives way. */
const OUTSIDERS_MAX = 8

export class GroupPlaces {
  readonly #handles: Handles
  readonly #admin: KafkaAdmin
  readonly #members = new Map<GroupMember, PositionCommits>()
  readonly #open = new Map<GroupMember, Membership | Subscription>()
  readonly #outsiders = new Map<string, Promise<Outsider>>()

  constructor(handles: Handles, admin: KafkaAdmin) {
    this.#handles = handles
    this.#admin = admin
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription> {
    const isIncremental = this.#handles.options.groupProtocol === 'consumer'
    const member = this.#member(group, 'range', {
      topics,
      listener,
      isIncremental,
      take: partitions => subscription.take(partitions),
      stop: partitions => subscription.stop(partitions),
      forget: partitions => subscription.forget(partitions),
    })
    const subscription: GroupSubscription = new GroupSubscription(member, listener, isIncremental)
    await this.#enter(member, () => subscription)
    return subscription
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    const take = takeWithoutReading(() => member, listener)
    const rest = { topics: [topic], listener, isIncremental: true, take }
    const member: GroupMember = this.#member(group, 'cooperative-sticky', rest)
    return this.#enter(member, () => new GroupMembership(member))
  }

  #member(
    group: string,
    strategy: MemberConfig['strategy'],
    rest: Omit<MemberOptions, 'group' | 'faultOf' | 'onFatal' | 'onRebalance' | 'onClosed'>,
  ): GroupMember {
    const { onFatal, onRebalance } = this.#handles.options
    const commits = new PositionCommits()
    const options: MemberOptions = {
      ...rest,
      group,
      faultOf: error =>
        faultOfClient(this.#handles.options.connection, `group "${group}"`, error) as Error,
      onFatal: onFatal ?? (() => {}),
      ...(onRebalance ? { onRebalance } : {}),
      onClosed: closed => {
        this.#members.delete(closed)
        this.#open.delete(closed)
      },
    }
    const member = new GroupMember(options, heard =>
      this.#handles.member({ group, strategy, commits, onRebalance: heard }),
    )
    this.#members.set(member, commits)
    return member
  }

  async #enter<T extends Membership | Subscription>(member: GroupMember, open: () => T) {
    try {
      await connectClient(member.consumer, this.#handles.options.connection)
    } catch (error) {
      this.#members.delete(member)
      throw error
    }
    member.subscribe()
    const entered = open()
    this.#open.set(member, entered)
    return entered
  }

  /**
   * The member for which a commit is made now; null where this log has none in the group. Of several
   * it is the one that holds what was consumed, or is giving back, or else any.
   */
  placeOf({ group, positions }: NonNullable<Commit['consumed']>): Place | null {
    const members = [...this.#members.keys()].filter(member => member.group === group)
    const member =
      members.find(each => positions.some(at => each.holds(at))) ??
      members.find(each => each.isRevoking) ??
      members[0]
    if (!member) return null
    const { timesGivenAway } = member
    return { member, commits: this.#members.get(member)!, timesGivenAway }
  }

  /** Fails with `LOG_FENCED` where the group goes on without this log. */
  async consumedBy(
    { group, positions }: NonNullable<Commit['consumed']>,
    place: Place | null,
  ): Promise<ConsumedBy> {
    const who = `The member of group "${group}"`
    if (place) {
      const { member, commits, timesGivenAway } = place
      if (member.failure) throw member.failure
      if (!member.holdsAny) throw fencedOut(who, 'it holds no partition')
      const mayRepeat = () => member.timesGivenAway === timesGivenAway
      const isLost = async () => !member.holdsAny
      return { group, positions, consumer: member.consumer, commits, mayRepeat, isLost }
    }
    // The broker lets an outsider commit in a transaction, whoever is in the group.
    const isLost = () => this.#admin.hasMembers(group)
    if (await isLost()) throw fencedOut(who, 'others are in the group')
    const outsider = await this.#outsider(group)
    return { group, positions, ...outsider, mayRepeat: () => true, isLost }
  }

  async committed(group: string, partitions: readonly TopicPartition[]): Promise<Position[]> {
    const { consumer } = await this.#outsider(group)
    return committedOf(consumer, partitions)
  }

  #outsider(group: string): Promise<Outsider> {
    const known = this.#outsiders.get(group)
    if (known) return known
    const opened = this.#openOutsider(group)
    opened.catch(() => this.#outsiders.delete(group))
    this.#outsiders.set(group, opened)
    if (this.#outsiders.size > OUTSIDERS_MAX) this.#dismissOldest()
    return opened
  }

  async #openOutsider(group: string): Promise<Outsider> {
    const commits = new PositionCommits()
    return {
      commits,
      consumer: await this.#handles.consumer(group, FETCH_WAIT_MS.patient, commits),
    }
  }

  #dismissOldest(): void {
    const [group, outsider] = this.#outsiders.entries().next().value!
    this.#outsiders.delete(group)
    void outsider.then(({ consumer }) => disconnectClient(consumer)).catch(() => {})
  }

  async leaveAll(): Promise<void> {
    await Promise.allSettled([...this.#open.values()].map(place => place.close()))
  }

  async close(): Promise<void> {
    const outsiders = await Promise.allSettled(this.#outsiders.values())
    await Promise.all(
      outsiders.map(opened =>
        opened.status === 'fulfilled' ? disconnectClient(opened.value.consumer) : null,
      ),
    )
  }
}
