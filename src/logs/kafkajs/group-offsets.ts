/** Positions of groups, as the coordinator keeps them. */
import { partitionNameOf } from '../../engine/partition-name.ts'
import { typeOf } from '../kafka/faults.ts'
import type { Position, TopicPartition } from '../log.ts'
import { type Coordinator, coordinatorOf } from './cluster.ts'
import type { KafkajsConnection } from './connection.ts'
import { fenced } from './faults.ts'
import type { GroupMember } from './group-member.ts'

/** Nobody's: the broker takes positions so only where the group has no members. */
const NO_MEMBER = { memberId: '', groupGenerationId: -1 }
/** A round of the group has begun meanwhile; the member comes out of it with a new generation. */
const MOVED_ON = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION'])
const ATTEMPTS_MAX = 10

/** How often each member of this log had been expelled when a commit was asked for. */
export type Standing = ReadonlyMap<GroupMember, number>

export class GroupOffsets {
  readonly #connection: KafkajsConnection
  /** Of this log, in any group. */
  readonly members = new Set<GroupMember>()

  constructor(connection: KafkajsConnection) {
    this.#connection = connection
  }

  async committed(group: string): Promise<Position[]> {
    const { responses } = await this.#ask(group, coordinator =>
      coordinator.offsetFetch({ groupId: group, topics: [] }),
    )
    return responses.flatMap(({ topic, partitions }) =>
      partitions
        .map(({ partition, offset }) => ({ topic, partition, next: Number(offset) }))
        .filter(({ next }) => next >= 0),
    )
  }

  /** Where the group goes on: at its committed position, else at the first retained offset. */
  async startsOf(group: string, partitions: readonly TopicPartition[]): Promise<Position[]> {
    const committed = new Map((await this.committed(group)).map(at => [partitionNameOf(at), at]))
    return Promise.all(
      partitions.map(async at => {
        const found = committed.get(partitionNameOf(at))
        return found ?? { ...at, next: (await this.#connection.range(at)).first }
      }),
    )
  }

  /**
   * Commits as the member of this log that holds the partitions, else as any of the group. Fails
   * with `LOG_FENCED` where the group knows that member no more, or has only members elsewhere.
   */
  async commit(group: string, positions: readonly Position[], standing: Standing): Promise<void> {
    const topics = byTopic(positions)
    for (let attempt = 1; topics.length > 0; attempt++) {
      const member = this.checkStanding(group, positions, standing)
      const identity = member?.identity ?? NO_MEMBER
      try {
        await this.#ask(group, coordinator =>
          coordinator.offsetCommit({ groupId: group, ...identity, topics }),
        )
        return
      } catch (error) {
        const movedOn = MOVED_ON.has(typeOf(error))
        if (!movedOn && typeOf(error) !== 'UNKNOWN_MEMBER_ID') throw error
        if (!member || !movedOn || attempt === ATTEMPTS_MAX) throw fenced(group, error)
        await member.settled()
        await new Promise(resolve => setTimeout(resolve, 20 * attempt))
      }
    }
  }

  standingIn(group: string): Standing {
    const members = [...this.members].filter(member => member.group === group)
    return new Map(members.map(member => [member, member.expulsions]))
  }

  /** Fails with `LOG_FENCED` where the member that commits has been expelled meanwhile. */
  checkStanding(
    group: string,
    positions: readonly Position[],
    standing: Standing,
  ): GroupMember | undefined {
    const member = this.#memberFor(group, positions)
    if (!member) return undefined
    const before = standing.get(member) ?? member.expulsions
    if (member.isExpelled || before !== member.expulsions) {
      throw fenced(group, new Error('the member was expelled'))
    }
    return member
  }

  #memberFor(group: string, positions: readonly Position[]): GroupMember | undefined {
    const members = [...this.members].filter(member => member.group === group)
    const names = new Set(positions.map(partitionNameOf))
    return members.find(({ held }) => held.some(at => names.has(partitionNameOf(at)))) ?? members[0]
  }

  #ask<T>(group: string, question: (coordinator: Coordinator) => Promise<T>): Promise<T> {
    return this.#connection.ask(`the positions of group "${group}"`, async () =>
      question(await coordinatorOf(this.#connection.cluster, group)),
    )
  }
}

const byTopic = (positions: readonly Position[]) => {
  const topics = new Map<string, { partition: number; offset: string }[]>()
  for (const { topic, partition, next } of positions) {
    const entry = { partition, offset: `${next}` }
    const entries = topics.get(topic)
    if (entries) entries.push(entry)
    else topics.set(topic, [entry])
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}
