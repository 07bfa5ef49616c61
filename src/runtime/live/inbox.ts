/**
 * What a slice has read and not yet taken in, by partition. A round merges what is here by the heads,
 * so one round is one merge, which is what the journal says of a commit.
 */
import type { Incoming } from '../../engine/arrival.ts'
import { firstOfHeads, sourceBefore } from '../../engine/merge.ts'
import type { TopicPartition } from '../../logs/log.ts'

/** Of each partition so many are read ahead, and reading goes on below half of it. */
export const AHEAD_MAX = 2_000

interface Queue {
  readonly at: TopicPartition
  readonly name: string
  items: readonly Incoming[]
  place: number
  isHeldBack: boolean
}

export class Inbox {
  #queues: readonly Queue[] = []
  readonly #byName = new Map<string, Queue>()
  /** Items over all queues. */
  size = 0

  add(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const name = nameOf(at)
      this.#byName.set(name, { at, name, items: [], place: 0, isHeldBack: false })
    }
    this.#queues = [...this.#byName.values()].sort((a, b) => sourceBefore(a.at, b.at))
  }

  push(name: string, items: readonly Incoming[]): void {
    const queue = this.#byName.get(name)!
    queue.items =
      queue.place === queue.items.length ? items : [...queue.items.slice(queue.place), ...items]
    queue.place = 0
    this.size += items.length
  }

  /** How many of a partition wait. */
  waiting(name: string): number {
    return left(this.#byName.get(name)!)
  }

  /** Partitions of which nothing is taken for now, as they are ahead of others. */
  holdBack(names: ReadonlySet<string>): void {
    for (const queue of this.#queues) queue.isHeldBack = names.has(queue.name)
  }

  /** Partitions of which nothing waits. */
  *empty(): Generator<TopicPartition> {
    for (const queue of this.#queues) if (left(queue) === 0) yield queue.at
  }

  /** When the log took in the oldest of the heads; Infinity where nothing waits. */
  oldestMs(): number {
    let oldest = Number.POSITIVE_INFINITY
    for (const { items, place } of this.#queues) {
      const head = items[place]
      if (head) oldest = Math.min(oldest, head.timestampMs)
    }
    return oldest
  }

  /** Hands up to `max` items to `take` by their heads, and returns how many. */
  takeRound(max: number, take: (incoming: Incoming) => void): number {
    const queues = this.#queues.filter(queue => !queue.isHeldBack)
    const heads = queues.map(({ items, place }) => items[place])
    for (let taken = 0; taken < max; taken++) {
      const index = firstOfHeads(heads)
      if (index < 0) return taken
      const queue = queues[index]!
      take(heads[index]!)
      this.size--
      queue.place++
      heads[index] = queue.items[queue.place]
    }
    return max
  }
}

const left = ({ items, place }: Queue): number => items.length - place

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}|${partition}`
