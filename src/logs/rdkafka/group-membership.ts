/** `Log.join()`: a place in a group whose partitions are not read. */
import type { AssignmentListener, Membership, TopicPartition } from '../log.ts'
import { ifOpen } from './call-gate.ts'
import { served } from './client.ts'
import type { GroupMember } from './group-member.ts'

/** How often the client may call back. */
const SERVED_EVERY_MS = 20

export class GroupMembership implements Membership {
  readonly #member: GroupMember
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(member: GroupMember) {
    this.#member = member
    this.#serve()
  }

  /** Partitions are paused, so nothing is read here but the client's events. */
  #serve(): void {
    this.#timer = setTimeout(async () => {
      await served(this.#member.consumer)
      if (!this.#stopped) this.#serve()
    }, SERVED_EVERY_MS)
  }

  async close(): Promise<void> {
    try {
      await this.#member.close()
    } finally {
      this.#stopped = true
      clearTimeout(this.#timer)
    }
  }
}

/** Answers the group at once: what the listener does with the partitions may take long. */
export const takeWithoutReading =
  (member: () => GroupMember, listener: AssignmentListener) =>
  async (partitions: readonly TopicPartition[]): Promise<void> => {
    const { consumer } = member()
    consumer.incrementalAssign([...partitions])
    if (partitions.length === 0) return
    ifOpen(consumer, () => consumer.pause([...partitions]))
    listener.assigned(partitions).catch(error => member().failed(error))
  }
