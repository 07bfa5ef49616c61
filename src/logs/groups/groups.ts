/** The groups of one embedded log, and its readers without a group. */
import type { AssignmentListener, Membership, Reader, Subscription } from '../log.ts'
import { checkGroup } from '../record-rules.ts'
import { Arrivals } from './arrivals.ts'
import { Group } from './group.ts'
import { GroupLessReader } from './group-less-reader.ts'
import type { ReadableLog } from './held.ts'
import { Member } from './member.ts'

export class Groups {
  /** Signal it after every commit. */
  readonly arrivals = new Arrivals()
  readonly #log: ReadableLog
  readonly #groups = new Map<string, Group>()
  readonly #readers = new Set<GroupLessReader>()

  constructor(log: ReadableLog) {
    this.#log = log
  }

  reader(): Reader {
    const reader = new GroupLessReader(this.#log, this.arrivals, closed => {
      this.#readers.delete(closed)
    })
    this.#readers.add(reader)
    return reader
  }

  join(name: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    return this.subscribe(name, [topic], listener)
  }

  async subscribe(
    name: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription> {
    checkGroup(name)
    for (const topic of topics) this.#log.partitionsOf(topic)
    const group = this.#groupOf(name)
    const member = new Member(group, this.#log, this.arrivals, [...new Set(topics)], listener)
    await group.join(member)
    const failure = member.takeFailure()
    if (failure === null) return member
    await group.leave(member)
    throw failure
  }

  #groupOf(name: string): Group {
    const found = this.#groups.get(name)
    if (found) return found
    const group = new Group(name, topic => this.#log.partitionsOf(topic))
    this.#groups.set(name, group)
    return group
  }

  /** Members give back what they hold, and may commit as they do. */
  async closeAll(): Promise<void> {
    await this.#closeReaders()
    for (const group of this.#groups.values()) {
      for (const member of [...group.members]) await member.close()
    }
  }

  /** The process is gone: nobody is told. */
  abandonAll(): void {
    void this.#closeReaders()
    for (const group of this.#groups.values()) {
      for (const member of group.members) member.abandon()
    }
    this.#groups.clear()
  }

  async #closeReaders(): Promise<void> {
    for (const reader of [...this.#readers]) await reader.close()
  }
}
