/**
 * A consumer group inside one process. A change of members is one *rebalance*, and one runs after
 * the other:
 *
 *   stop delivering what is lost -> revoked() -> assigned() -> deliver what is gained
 *
 * so a partition never has two readers, and what the old one committed in `revoked` is where the
 * new one starts. Partitions that stay with their member are not touched.
 *
 * Not covered: a member that commits positions after it lost the partition. A commit names only
 * the group, so the log cannot tell; members commit in `revoked`, and then no more.
 */
import { partitionNameOf } from '../../engine/partition-name.ts'
import type { TopicPartition } from '../log.ts'
import { assignRanges } from './assignment.ts'
import type { JoinedGroup, Member } from './member.ts'

export class Group implements JoinedGroup {
  readonly name: string
  readonly #partitionsOf: (topic: string) => number
  readonly #members: Member[] = []
  #rebalanced: Promise<void> = Promise.resolve()

  constructor(name: string, partitionsOf: (topic: string) => number) {
    this.name = name
    this.#partitionsOf = partitionsOf
  }

  get members(): readonly Member[] {
    return this.#members
  }

  join(member: Member): Promise<void> {
    return this.#afterwards(() => {
      this.#members.push(member)
      return this.#rebalance(this.#members)
    })
  }

  leave(member: Member): Promise<void> {
    return this.#afterwards(() => {
      const affected = [...this.#members]
      const place = this.#members.indexOf(member)
      if (place >= 0) this.#members.splice(place, 1)
      return this.#rebalance(affected)
    })
  }

  #afterwards(change: () => Promise<void>): Promise<void> {
    this.#rebalanced = this.#rebalanced.then(change)
    return this.#rebalanced
  }

  async #rebalance(affected: readonly Member[]): Promise<void> {
    const shares = assignRanges(this.#members, this.#partitionsOf)
    const moves = affected.map(member => moveOf(member, shares.get(member) ?? []))
    for (const { member, lost } of moves) member.drop(lost)
    // A poll may just have taken records from what is lost. Its caller gets them in this turn, and
    // so knows of them when it is told to commit.
    await nextTurn()
    await Promise.all(moves.map(revoke))
    await Promise.all(moves.map(assign))
  }
}

interface Move {
  readonly member: Member
  readonly lost: readonly TopicPartition[]
  readonly gained: readonly TopicPartition[]
}

const moveOf = (member: Member, share: readonly TopicPartition[]): Move => ({
  member,
  lost: without(member.held, share),
  gained: without(share, member.held),
})

const without = (
  all: readonly TopicPartition[],
  taken: readonly TopicPartition[],
): TopicPartition[] => {
  const names = new Set(taken.map(partitionNameOf))
  return all.filter(at => !names.has(partitionNameOf(at)))
}

const revoke = async ({ member, lost }: Move): Promise<void> => {
  if (lost.length === 0) return
  try {
    await member.listener.revoked(lost)
  } catch (error) {
    member.fail(error)
  }
}

const assign = async ({ member, gained }: Move): Promise<void> => {
  if (gained.length === 0) return
  try {
    await member.listener.assigned(gained)
    member.take(gained)
  } catch (error) {
    member.fail(error)
  }
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
