/**
 * Three nodes, of which some die while a log commits transactions: each commit once, none lost. A
 * cluster of the test's own. Where the client's call hangs for too long the log gives itself up, and
 * the test goes on as a process does that is started again.
 *
 *   MILLRACE_LONG=1 npx vitest run src/logs/kafka-cluster.test.ts    each node in turn, and three rounds
 */
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { MillraceError } from '../engine/errors.ts'
import { whyNoKafka } from '../testing/kafka/kafka-artefacts.ts'
import { type StartedKafka, startKafka } from '../testing/kafka/start-kafka.ts'
import { newGroup, newTopic, readAll } from './conformance/fixture.ts'
import type { Log, TopicPartition } from './log.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

const IS_LONG = process.env.MILLRACE_LONG === '1'
const NODES = [1, 2, 3] as const
const PARTITIONS = 3

/** Commits one record after the other to all partitions, with positions, until it is told to end. */
class SteadyCommits {
  readonly topic: string
  readonly group: string
  readonly #open: () => Promise<Log>
  #log: Log
  #begun = 0
  #made = 0
  #worstMs = 0
  #beganMs = 0
  #isGoing = true
  readonly #done: Promise<void>

  private constructor(open: () => Promise<Log>, log: Log, topic: string, group: string) {
    this.#open = open
    this.#log = log
    this.topic = topic
    this.group = group
    this.#done = this.#go()
    // Who waits for the next commit sees it, and who ends the run.
    this.#done.catch(() => {})
  }

  static async begin(open: () => Promise<Log>): Promise<SteadyCommits> {
    const log = await open()
    const topic = await newTopic(log, { partitions: PARTITIONS })
    const group = newGroup()
    await joined(log, group, topic)
    return new SteadyCommits(open, log, topic, group)
  }

  /** How often a log was given up, and another opened in its place. */
  get restarts(): number {
    return this.#begun
  }

  get made(): number {
    return this.#made
  }

  /** Of the commit that is under way. */
  get waitingMs(): number {
    return performance.now() - this.#beganMs
  }

  /** The longest that a commit took since this was asked last. */
  worstMs(): number {
    const worstMs = this.#worstMs
    this.#worstMs = 0
    return worstMs
  }

  async more(count: number): Promise<void> {
    const enough = this.#made + count
    const reached = vi.waitUntil(() => this.#made >= enough, { timeout: 180_000 })
    await Promise.race([reached, this.#done])
  }

  /** What is there must be what was committed, each record once and in order. */
  async end(): Promise<void> {
    this.#isGoing = false
    await this.#done
    const expected = Array.from({ length: this.#made }, (_, i) => i)
    const places = this.#places()
    for (const at of places) {
      const records = await readAll(this.#log, at)
      expect(records.map(({ value }) => Number(value))).toEqual(expected)
    }
    const positions = places.map(at => ({ ...at, next: this.#made }))
    expect(await this.#log.committed(this.group)).toEqual(expect.arrayContaining(positions))
  }

  #places(): TopicPartition[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: this.topic, partition }))
  }

  async #go(): Promise<void> {
    while (this.#isGoing) {
      this.#beganMs = performance.now()
      await this.#commit(this.#made).then(
        () => this.#made++,
        error => this.#beginAnew(error),
      )
      this.#worstMs = Math.max(this.#worstMs, this.waitingMs)
    }
  }

  /** As a process does that is started again: what was committed says where to go on. */
  async #beginAnew(error: unknown): Promise<void> {
    // Its session may have ended while the brokers were away: then the group has put it out.
    expect(['LOG_UNAVAILABLE', 'LOG_FENCED']).toContain((error as MillraceError).code)
    this.#begun++
    await this.#log.close()
    this.#log = await vi.waitFor(this.#open, { timeout: 90_000, interval: 200 })
    await joined(this.#log, this.group, this.topic)
    const positions = await this.#log.committed(this.group)
    const nexts = new Set(positions.map(({ next }) => next))
    expect(nexts.size).toBe(1)
    this.#made = [...nexts][0]!
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  async #commit(number: number): Promise<void> {
    const records = [{ key: null, value: Buffer.from(`${number}`) }]
    const places = this.#places()
    await this.#log.commit({
      appends: places.map(at => ({ ...at, records })),
      consumed: { group: this.group, positions: places.map(at => ({ ...at, next: number + 1 })) },
    })
  }
}

const joined = async (log: Log, group: string, topic: string): Promise<void> => {
  let held = 0
  await log.join(group, topic, {
    assigned: async partitions => {
      held += partitions.length
    },
    revoked: async partitions => {
      held -= partitions.length
    },
  })
  await vi.waitUntil(() => held === PARTITIONS, { timeout: 90_000 })
}

describe.skipIf(whyNoKafka() !== null)('on three nodes', { timeout: 300_000 }, () => {
  let kafka: StartedKafka

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 })
  })
  afterAll(() => kafka?.stop())

  const TRANSACTIONAL_ID = 'three-nodes'

  const committing = async (use: (commits: SteadyCommits) => Promise<void>): Promise<void> => {
    const commits = await SteadyCommits.begin(() =>
      rdkafkaLog({
        connection: { brokers: kafka.brokers },
        guarantee: 'exactly-once',
        transactionalId: TRANSACTIONAL_ID,
      }),
    )
    try {
      await commits.more(20)
      commits.worstMs()
      await use(commits)
      await commits.end()
    } finally {
      await commits.close()
    }
  }

  const withAdmin = async <T>(
    use: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
  ): Promise<T> => {
    const admin = new Kafka({
      brokers: [...kafka.brokers],
      logLevel: logLevel.NOTHING,
    }).admin()
    await admin.connect()
    return use(admin).finally(() => admin.disconnect())
  }

  /** Of a topic of Kafka's own, by partition. */
  const leadersOf = (topic: string): Promise<ReadonlyMap<number, number>> =>
    withAdmin(async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return new Map(topics[0]!.partitions.map(each => [each.partitionId, each.leader]))
    })

  /** As the cluster is set to: nothing was said of it. */
  const expectThreeCopies = (topic: string): Promise<void> =>
    withAdmin(async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      for (const { replicas } of topics[0]!.partitions) expect(replicas).toHaveLength(3)
    })

  /** Until all replicas of what is written here and in Kafka's own topics are in sync again. */
  const whole = async (topic: string): Promise<void> => {
    const topics = [topic, '__consumer_offsets', '__transaction_state']
    await vi.waitUntil(
      () =>
        withAdmin(async admin => {
          const said = await admin.fetchTopicMetadata({ topics })
          return said.topics.every(({ partitions }) =>
            partitions.every(({ isr }) => isr.length === NODES.length),
          )
        }),
      { timeout: 60_000, interval: 200 },
    )
  }

  test('the node that coordinates the transactions dies, and commits go on', () =>
    committing(async commits => {
      await expectThreeCopies(commits.topic)
      const coordinators = await leadersOf('__transaction_state')
      const coordinator = coordinators.get(partitionOfId(TRANSACTIONAL_ID, coordinators.size))!
      await kafka.kill(coordinator)
      await commits.more(20)
      report(`the coordinator (node ${coordinator}) was killed`, commits)
      await kafka.restart(coordinator)
      await whole(commits.topic)
      await commits.more(20)
      report('it came back', commits)
    }))

  test('two nodes are away: commits wait for one of them, and nothing is lost', () =>
    committing(async commits => {
      await kafka.kill(1)
      await kafka.kill(2)
      const waitMs = IS_LONG ? 15_000 : 4_000
      await vi.waitUntil(() => commits.waitingMs > waitMs, { timeout: 4 * waitMs })
      await kafka.restart(1)
      await commits.more(20)
      report('two were killed and one came back', commits)
      await kafka.restart(2)
      await whole(commits.topic)
      await commits.more(20)
    }))

  test.runIf(IS_LONG)('each node dies in turn, three times, and comes back', () =>
    committing(async commits => {
      for (let round = 1; round <= 3; round++) {
        for (const node of NODES) {
          await kafka.kill(node)
          await commits.more(20)
          await kafka.restart(node)
          await whole(commits.topic)
          await commits.more(20)
          report(`round ${round}, node ${node} was killed and came back`, commits)
        }
      }
    }),
  )
})

const report = (what: string, commits: SteadyCommits): void => {
  const worstMs = Math.round(commits.worstMs())
  console.info(`${what}: no commit for ${worstMs} ms, ${commits.restarts} logs given up`)
}

/** The partition of `__transaction_state`, as Kafka computes it: Java's hash of the id. */
const partitionOfId = (id: string, partitions: number): number => {
  let hash = 0
  for (let i = 0; i < id.length; i++) hash = (Math.imul(31, hash) + id.charCodeAt(i)) | 0
  return (hash & 0x7fffffff) % partitions
}
