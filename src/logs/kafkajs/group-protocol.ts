/**
 * What members tell each other through the broker, in the format of Kafka's own consumers, so that
 * its tools show who reads what; what a member holds travels as user data.
 */
import type * as kafkajs from 'kafkajs'
import type { TopicPartition } from '../log.ts'
import type { GroupMemberState } from './assignor.ts'
import type { JoinedMember } from './cluster.ts'

/** All members of a group have to name the same; another client's members are refused. */
export const GROUP_PROTOCOL = 'millrace-copartitioned'

type Held = Readonly<Record<string, readonly number[]>>
type Codecs = typeof kafkajs.AssignerProtocol

export class GroupProtocol {
  readonly #codecs: Codecs

  constructor(codecs: Codecs) {
    this.#codecs = codecs
  }

  metadataOf({ topics, held, generation }: Omit<GroupMemberState, 'memberId'>): Buffer {
    const userData = Buffer.from(JSON.stringify({ generation, held: byTopic(held) }))
    return this.#codecs.MemberMetadata.encode({ version: 0, topics: [...topics], userData })
  }

  stateOf({ memberId, memberMetadata }: JoinedMember): GroupMemberState {
    const metadata = this.#codecs.MemberMetadata.decode(memberMetadata)
    if (!metadata) return { memberId, topics: [], held: [], generation: -1 }
    const told = JSON.parse(metadata.userData.toString()) as { generation: number; held: Held }
    const { generation, held } = told
    return { memberId, topics: metadata.topics, held: partitionsOf(held), generation }
  }

  assignmentOf(share: readonly TopicPartition[]): Buffer {
    const assignment = byTopic(share)
    return this.#codecs.MemberAssignment.encode({
      version: 0,
      assignment,
      userData: Buffer.alloc(0),
    })
  }

  shareOf(memberAssignment: Buffer): TopicPartition[] {
    const decoded = this.#codecs.MemberAssignment.decode(memberAssignment)
    return decoded ? partitionsOf(decoded.assignment) : []
  }
}

const byTopic = (partitions: readonly TopicPartition[]): Record<string, number[]> => {
  const topics: Record<string, number[]> = {}
  for (const { topic, partition } of partitions) {
    const numbers = topics[topic]
    if (numbers) numbers.push(partition)
    else topics[topic] = [partition]
  }
  return topics
}

const partitionsOf = (topics: Held): TopicPartition[] =>
  Object.entries(topics).flatMap(([topic, partitions]) =>
    partitions.map(partition => ({ topic, partition })),
  )
