/** A member of a group that reads what it holds, from where the group has got to. */
import type { AssignmentListener, Batch, ReadLimits, Subscription, TopicPartition } from '../log.ts'
import type { GroupMember } from './group-member.ts'
import type { GroupOffsets } from './group-offsets.ts'
import type { KafkajsReader } from './kafkajs-reader.ts'

export class KafkajsSubscription implements Subscription {
  readonly #member: GroupMember
  readonly #reader: KafkajsReader

  constructor(member: GroupMember, reader: KafkajsReader) {
    this.#member = member
    this.#reader = reader
  }

  poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]> {
    return this.#reader.poll(limits)
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#reader.pause(partitions)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#reader.resume(partitions)
  }

  async close(): Promise<void> {
    await this.#member.close()
    await this.#reader.close()
  }
}

/** Puts the reader at what the member holds; the caller's listener comes first. */
export const readingWhatIsHeld = (
  reader: KafkajsReader,
  offsets: GroupOffsets,
  group: string,
  listener: AssignmentListener,
): AssignmentListener => ({
  assigned: async partitions => {
    await listener.assigned(partitions)
    await reader.add(await offsets.startsOf(group, partitions))
  },
  revoked: async partitions => {
    reader.drop(partitions)
    // A poll may just have taken records from what is lost. Its caller gets them in this turn, and
    // so knows of them when it is told to commit.
    await new Promise(resolve => setImmediate(resolve))
    await listener.revoked(partitions)
  },
})
