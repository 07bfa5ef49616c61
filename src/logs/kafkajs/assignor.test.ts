import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TopicPartition } from '../log.ts'
import { assignCooperatively, type GroupMemberState } from './assignor.ts'

const TOPICS = ['clicks', 'orders', 'journal']
const PARTITIONS: Readonly<Record<string, number>> = { clicks: 6, orders: 6, journal: 4 }
const partitionsOf = (topic: string): number => PARTITIONS[topic]!
const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

/** A group as it goes on: each round is one generation; members give up what they lost. */
class Rounds {
  members: GroupMemberState[] = []
  #generation = 0

  round(): Map<string, TopicPartition[]> {
    const shares = assignCooperatively(this.members, partitionsOf)
    this.#generation++
    this.members = this.members.map(member => ({
      ...member,
      held: shares.get(member.memberId)!,
      generation: this.#generation,
    }))
    return shares
  }

  join(memberId: string, topics: readonly string[] = TOPICS): void {
    this.members.push({ memberId, topics, held: [], generation: this.#generation })
  }

  leave(memberId: string): void {
    this.members = this.members.filter(member => member.memberId !== memberId)
  }

  heldBy(memberId: string): string[] {
    return this.members
      .find(member => member.memberId === memberId)!
      .held.map(nameOf)
      .sort()
  }
}

test('a member that is alone has everything, and a second one takes over half of it', () => {
  const group = new Rounds()
  group.join('a')
  group.round()
  expect(group.heldBy('a')).toHaveLength(16)
  group.join('b')
  group.round()
  expect(group.heldBy('b')).toEqual([])
  group.round()
  // Partition k of all three topics goes together, and the journal has four of six.
  expect(group.heldBy('a')).toHaveLength(9)
  expect(group.heldBy('b')).toHaveLength(7)
})

test('what is left by one member goes to the others, who keep what they have', () => {
  const group = new Rounds()
  for (const id of ['a', 'b', 'c']) group.join(id)
  group.round()
  const before = group.heldBy('a')
  group.leave('c')
  group.round()
  expect(group.heldBy('a')).toEqual(expect.arrayContaining(before))
  expect([...group.heldBy('a'), ...group.heldBy('b')]).toHaveLength(16)
})

test('of two that claim a partition, the later one holds it', () => {
  const held = [{ topic: 'clicks', partition: 0 }]
  const members = [
    { memberId: 'late', topics: ['clicks'], held, generation: 7 },
    { memberId: 'zombie', topics: ['clicks'], held, generation: 3 },
  ]
  const shares = assignCooperatively(members, partitionsOf)
  expect(shares.get('late')).toContainEqual(held[0])
  expect(shares.get('zombie')).not.toContainEqual(held[0])
})

const change = fc.oneof(
  fc.record({
    kind: fc.constant('join' as const),
    id: fc.nat(5),
    topics: fc.subarray(TOPICS, { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('join' as const), id: fc.nat(5), topics: fc.constant(TOPICS) }),
  fc.record({ kind: fc.constant('leave' as const), id: fc.nat(5), topics: fc.constant(TOPICS) }),
)

test('nothing has two holders as members come and go, and two rounds settle it evenly', () => {
  const property = fc.property(fc.array(change, { maxLength: 12 }), changes => {
    const group = new Rounds()
    for (const { kind, id, topics } of changes) {
      const memberId = `member-${id}`
      const there = group.members.some(member => member.memberId === memberId)
      if (kind === 'leave') group.leave(memberId)
      else if (!there) group.join(memberId, topics)
      if (group.members.length === 0) continue
      const before = new Map(
        group.members.flatMap(member => member.held.map(at => [nameOf(at), member.memberId])),
      )
      for (const [holder, share] of group.round()) {
        for (const at of share) expect(before.get(nameOf(at)) ?? holder).toBe(holder)
      }
    }
    if (group.members.length === 0) return
    group.round()
    const settled = group.round()
    checkWhole(group.members, settled)
    expect(group.round()).toEqual(settled)
  })
  fc.assert(property, { numRuns: 300 })
})

/** Every partition of what is read has one holder, and topics with the same readers go together. */
const checkWhole = (
  members: readonly GroupMemberState[],
  shares: ReadonlyMap<string, readonly TopicPartition[]>,
): void => {
  const holders = new Map<string, string>()
  for (const [id, share] of shares) for (const at of share) holders.set(nameOf(at), id)
  const readersOf = (topic: string) =>
    members.filter(({ topics }) => topics.includes(topic)).map(({ memberId }) => memberId)
  for (const topic of TOPICS.filter(name => readersOf(name).length > 0)) {
    const sizes = new Map(readersOf(topic).map(id => [id, 0]))
    for (let partition = 0; partition < partitionsOf(topic); partition++) {
      const holder = holders.get(`${topic}/${partition}`)!
      sizes.set(holder, sizes.get(holder)! + 1)
      for (const other of TOPICS) {
        const shared = `${readersOf(other)}` === `${readersOf(topic)}`
        const twin = holders.get(`${other}/${partition}`)
        if (shared && twin !== undefined) expect(twin).toBe(holder)
      }
    }
    expect([...sizes.keys()]).toEqual(readersOf(topic))
    const alone = TOPICS.every(
      other => other === topic || `${readersOf(other)}` !== `${readersOf(topic)}`,
    )
    if (alone)
      expect(Math.max(...sizes.values()) - Math.min(...sizes.values())).toBeLessThanOrEqual(1)
  }
}
