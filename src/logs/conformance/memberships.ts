import { expect, test } from 'vitest'
import type { Log, Membership, Position, TopicPartition } from '../log.ts'
import {
  append,
  expectFailure,
  newGroup,
  newTopic,
  type OpenLog,
  record,
  until,
  withLog,
} from './fixture.ts'

/** A member that keeps watch: no partition is given to it while another has it. */
class Watched {
  readonly held = new Set<number>()
  readonly #holders: Map<number, Watched>
  readonly faults: string[]
  readonly #revoking: (partitions: readonly TopicPartition[]) => Promise<void>
  #membership: Membership | null = null

  constructor(
    holders: Map<number, Watched>,
    faults: string[],
    revoking: (partitions: readonly TopicPartition[]) => Promise<void> = async () => {},
  ) {
    this.#holders = holders
    this.faults = faults
    this.#revoking = revoking
  }

  async join(log: Log, group: string, topic: string): Promise<void> {
    this.#membership = await log.join(group, topic, {
      assigned: async partitions => {
        for (const { partition } of partitions) this.#take(partition)
      },
      revoked: async partitions => {
        await this.#revoking(partitions)
        // Others wait for this, however long it takes.
        await new Promise(resolve => setTimeout(resolve, 20))
        for (const { partition } of partitions) this.#give(partition)
      },
    })
  }

  #take(partition: number): void {
    if (this.#holders.has(partition)) this.faults.push(`${partition} is held twice`)
    this.#holders.set(partition, this)
    this.held.add(partition)
  }

  #give(partition: number): void {
    if (this.#holders.get(partition) !== this) this.faults.push(`${partition} was not held`)
    this.#holders.delete(partition)
    this.held.delete(partition)
  }

  async leave(): Promise<void> {
    await this.#membership!.close()
  }
}

const even = (members: readonly Watched[], partitions: number): boolean => {
  const sizes = members.map(({ held }) => held.size)
  const all = sizes.reduce((sum, size) => sum + size, 0)
  return all === partitions && Math.max(...sizes) - Math.min(...sizes) <= 1
}

export const memberships = (open: OpenLog): void => {
  test(
    'members share the partitions evenly, and none has two holders as they come and go',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log, { partitions: 7 })
      const group = newGroup()
      const holders = new Map<number, Watched>()
      const faults: string[] = []
      const [a, b, c] = [0, 1, 2].map(() => new Watched(holders, faults)) as [
        Watched,
        Watched,
        Watched,
      ]
      await a.join(log, group, topic)
      await until(() => even([a], 7))
      await b.join(log, group, topic)
      await until(() => even([a, b], 7))
      await c.join(log, group, topic)
      await until(() => even([a, b, c], 7))
      await a.leave()
      expect(a.held.size).toBe(0)
      await until(() => even([b, c], 7))
      await Promise.all([b.leave(), c.leave()])
      expect([...holders]).toEqual([])
      expect(faults).toEqual([])
    }),
  )

  test(
    'positions of any topic are committed with the group, by a member and as it is revoked',
    withLog(open, async ({ log, reopen }) => {
      const journal = await newTopic(log, { partitions: 2 })
      const source = await newTopic(log)
      const other = await newTopic(log)
      const group = newGroup()
      const commit = (positions: readonly Position[]) =>
        log.commit({
          appends: [{ topic: journal, partition: 1, records: [record(null, 'entry')] }],
          consumed: { group, positions },
        })
      const last = { topic: other, partition: 0, next: 7 }
      const member = new Watched(new Map(), [], async () => void (await commit([last])))
      await member.join(log, group, journal)
      await until(() => member.held.size === 2)
      await append(log, { topic: source, partition: 0 }, [record(null, 'v')])
      await commit([
        { topic: source, partition: 0, next: 1 },
        { topic: journal, partition: 1, next: 3 },
      ])
      await member.leave()
      const committed = [...(await (await reopen()).committed(group))]
      const byTopic = new Map(committed.map(position => [position.topic, position]))
      expect(byTopic.get(source)).toEqual({ topic: source, partition: 0, next: 1 })
      expect(byTopic.get(journal)).toEqual({ topic: journal, partition: 1, next: 3 })
      expect(byTopic.get(other)).toEqual(last)
      expect(committed).toHaveLength(3)
    }),
  )

  test(
    'a topic that is not there cannot be joined',
    withLog(open, async ({ log }) => {
      const listener = { assigned: async () => {}, revoked: async () => {} }
      const attempt = log.join(newGroup(), `${await newTopic(log)}-not`, listener)
      await expectFailure('LOG_TOPIC_UNKNOWN', attempt)
    }),
  )

  test(
    'a membership is given back once',
    withLog(open, async ({ log }) => {
      const topic = await newTopic(log)
      const faults: string[] = []
      const member = new Watched(new Map(), faults)
      await member.join(log, newGroup(), topic)
      await until(() => member.held.size === 1)
      await member.leave()
      await member.leave()
      expect(faults).toEqual([])
    }),
  )
}
