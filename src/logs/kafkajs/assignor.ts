/**
 * Who reads what in a group on Kafka. Topics that the same members read are *co-partitioned*:
 * partition k of all of them goes to one member. Members keep what they have as far as shares stay
 * even (*sticky*), and what has to move is taken from its holder first and given to the other only
 * in the next round (*cooperative*), so that a partition never has two holders, and those that do
 * not move are not touched.
 */
import { partitionName } from '../../engine/partition-name.ts'
import type { TopicPartition } from '../log.ts'

export interface GroupMemberState {
  readonly memberId: string
  readonly topics: readonly string[]
  readonly held: readonly TopicPartition[]
  /** Of the group when it was given them: where two claim a partition, the later one has it. */
  readonly generation: number
}

/** Topics that the same members read. */
interface Family {
  readonly topics: readonly string[]
  readonly members: readonly string[]
}

export const assignCooperatively = (
  members: readonly GroupMemberState[],
  partitionsOf: (topic: string) => number,
): Map<string, TopicPartition[]> => {
  const shares = new Map<string, TopicPartition[]>(members.map(member => [member.memberId, []]))
  const holders = holdersOf(members)
  for (const { topics, members: readers } of familiesOf(members)) {
    const counts = topics.map(partitionsOf)
    const owners = Array.from({ length: Math.max(...counts) }, (_, partition) =>
      ownerOf(topics, partition, holders, readers),
    )
    const targets = balanced(owners, readers)
    for (const [t, topic] of topics.entries()) {
      for (let partition = 0; partition < counts[t]!; partition++) {
        const holder = holders.get(partitionName(topic, partition))
        const target = targets[partition]!
        if (holder === undefined || holder === target)
          shares.get(target)!.push({ topic, partition })
      }
    }
  }
  return shares
}

/** Who holds each partition now. */
const holdersOf = (members: readonly GroupMemberState[]): Map<string, string> => {
  const holders = new Map<string, string>()
  for (const { memberId, held } of [...members].sort((a, b) => a.generation - b.generation)) {
    for (const { topic, partition } of held) holders.set(partitionName(topic, partition), memberId)
  }
  return holders
}

const familiesOf = (members: readonly GroupMemberState[]): Family[] => {
  const families = new Map<string, { topics: string[]; members: string[] }>()
  for (const topic of [...new Set(members.flatMap(member => member.topics))].sort()) {
    const readers = members.filter(member => member.topics.includes(topic))
    const ids = readers.map(({ memberId }) => memberId).sort()
    const family = families.get(ids.join(' '))
    if (family) family.topics.push(topic)
    else families.set(ids.join(' '), { topics: [topic], members: ids })
  }
  return [...families.values()]
}

/** Who has this partition of the first topic that anybody has it of. */
const ownerOf = (
  topics: readonly string[],
  partition: number,
  holders: ReadonlyMap<string, string>,
  readers: readonly string[],
): string | null => {
  for (const topic of topics) {
    const holder = holders.get(partitionName(topic, partition))
    if (holder !== undefined && readers.includes(holder)) return holder
  }
  return null
}

/** Even shares that differ by one at most; who has most keeps most. */
const balanced = (owners: readonly (string | null)[], members: readonly string[]): string[] => {
  const count = (id: string) => owners.reduce((sum, owner) => sum + (owner === id ? 1 : 0), 0)
  const byCount = [...members].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))
  const few = Math.floor(owners.length / members.length)
  const more = owners.length % members.length
  const room = new Map(byCount.map((id, place) => [id, few + (place < more ? 1 : 0)]))
  const takes = (id: string | null): id is string => id !== null && room.get(id)! > 0
  const take = (id: string): string => {
    room.set(id, room.get(id)! - 1)
    return id
  }
  const kept = owners.map(owner => (takes(owner) ? take(owner) : null))
  return kept.map(owner => owner ?? take(byCount.find(takes)!))
}
