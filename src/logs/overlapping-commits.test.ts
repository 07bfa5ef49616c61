import fc from 'fast-check'
import { expect, test } from 'vitest'
import { following, scattering } from '../testing/sample-pipelines.ts'
import type { CommitAppends } from './application-log.ts'
import { changelogTopic, journalTopic } from './application-topics.ts'
import { type Append, type Commit, KEPT_WHOLE, type Log } from './log.ts'
import { memoryLog } from './memory-log.ts'
import { type CommitUnderWay, OverlappingCommits, type RoundCommit } from './overlapping-commits.ts'

/** The second reads the results of the first, so its state comes first. */
const writing = {
  applicationId: 'shop',
  pipelines: [scattering, following],
  guarantee: 'at-least-once',
} as const
const RESULTS = 'results'
const UPSTREAM = changelogTopic('shop', scattering)
const DOWNSTREAM = changelogTopic('shop', following)
const JOURNAL = journalTopic('shop')
/** In the order in which each commit has them. */
const STAGES = [RESULTS, DOWNSTREAM, UPSTREAM, JOURNAL]
const MANY = { recordsMax: 100_000, bytesMax: 1 << 30 }

/** A write that has begun, until somebody says how it ends. */
interface Write {
  readonly stage: string
  /** Numbers of the rounds. */
  readonly rounds: readonly number[]
  readonly commit: Commit
  acknowledge(): Promise<void>
  refuse(): Promise<void>
}

/** A log in memory whose writes wait until they are acknowledged, and tell when they begin. */
class HeldLog implements Pick<Log, 'commit'> {
  readonly inner = memoryLog({ wallNow: () => 0 })
  readonly underWay: Write[] = []
  onBegun: (write: Write) => void = () => {}

  async open(): Promise<void> {
    for (const topic of STAGES) await this.inner.createTopic(topic, KEPT_WHOLE)
  }

  /** What has been written, by topic. */
  async contents(): Promise<number[][]> {
    const read = STAGES.map(topic => this.inner.read({ topic, partition: 0 }, 0, MANY))
    return (await Promise.all(read)).map(({ records }) => records.map(numberOf))
  }

  commit(commit: Commit): ReturnType<Log['commit']> {
    return new Promise((resolve, reject) => {
      const over = async (end: () => Promise<void> | void): Promise<void> => {
        this.underWay.splice(this.underWay.indexOf(write), 1)
        await end()
        await settled()
      }
      const write: Write = {
        stage: commit.appends[0]!.topic,
        rounds: commit.appends[0]!.records.map(numberOf),
        commit,
        acknowledge: () => over(async () => resolve(await this.inner.commit(commit))),
        refuse: () => over(() => reject(new Error('refused'))),
      }
      this.underWay.push(write)
      this.onBegun(write)
    })
  }
}

const numberOf = ({ value }: { readonly value: Buffer | null }): number => Number(`${value}`)

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const appendOf = (topic: string, round: number): Append => {
  const [key, value] = [Buffer.from('key'), Buffer.from(`${round}`)]
  return { topic, partition: 0, records: [{ key, value }] }
}

interface Shape {
  /** Of the upstream pipeline. Default a few. */
  readonly stateBytes?: number
  readonly hasResults: boolean
  readonly hasState: boolean
  readonly records: number
}

const roundOf = (round: number, { stateBytes = 1, ...shape }: Shape): RoundCommit => {
  const { hasResults, hasState, records } = shape
  const large = { key: Buffer.from('large'), value: Buffer.alloc(stateBytes, `${round}`) }
  const ofUpstream = appendOf(UPSTREAM, round)
  const upstream =
    stateBytes === 1 ? ofUpstream : { ...ofUpstream, records: [...ofUpstream.records, large] }
  const slice: CommitAppends = {
    outputs: hasResults ? [appendOf(RESULTS, round)] : [],
    state: hasState ? [upstream, appendOf(DOWNSTREAM, round)] : [],
    journal: appendOf(JOURNAL, round),
  }
  const positions = [{ topic: JOURNAL, partition: 0, next: round }]
  return { slices: [slice], positions, records }
}

const WHOLE: Shape = { hasResults: true, hasState: true, records: 1 }

/** Rounds as a run makes them: the next one when it may follow. */
class Rounds {
  readonly log = new HeldLog()
  readonly lasting: number[] = []
  failure: unknown = null
  added = 0
  mayFollow = true
  #commits!: OverlappingCommits

  static async start(limits: { commitsMax?: number; commitRecords: number }): Promise<Rounds> {
    const rounds = new Rounds()
    await rounds.log.open()
    rounds.#commits = new OverlappingCommits(rounds.log, writing, limits)
    return rounds
  }

  async add(shape: Shape = WHOLE): Promise<CommitUnderWay> {
    const round = ++this.added
    const underWay = this.#commits.add(roundOf(round, shape))
    this.mayFollow = false
    const failed = (error: unknown) => {
      this.failure = error
    }
    underWay.hasBegun.catch(failed)
    underWay.mayFollow.then(() => {
      this.mayFollow = true
    }, failed)
    underWay.isLasting.then(() => this.lasting.push(round), failed)
    await settled()
    return underWay
  }

  under(stage: string): Write | undefined {
    return this.log.underWay.find(write => write.stage === stage)
  }

  /** The stages at which something is being written, and of which rounds. */
  get standing(): Record<string, readonly number[]> {
    return Object.fromEntries(this.log.underWay.map(({ stage, rounds }) => [stage, rounds]))
  }

  settled(): Promise<void> {
    return this.#commits.settled()
  }
}

test('results of the next round go out while state of the one before is written', async () => {
  const rounds = await Rounds.start({ commitRecords: 100 })
  await rounds.add()
  expect(rounds.standing).toEqual({ [RESULTS]: [1] })
  expect(rounds.mayFollow).toBe(false)
  await rounds.under(RESULTS)!.acknowledge()
  expect(rounds.mayFollow).toBe(true)
  await rounds.add()
  expect(rounds.standing).toEqual({ [RESULTS]: [2], [DOWNSTREAM]: [1] })
})

test('what has come meanwhile is written as one, behind the positions of what was before it', async () => {
  const rounds = await Rounds.start({ commitRecords: 100 })
  for (const _ of [1, 2, 3]) {
    await rounds.add()
    await rounds.under(RESULTS)!.acknowledge()
  }
  expect(rounds.standing).toEqual({ [DOWNSTREAM]: [1] })
  await rounds.under(DOWNSTREAM)!.acknowledge()
  await rounds.under(UPSTREAM)!.acknowledge()
  expect(rounds.standing).toEqual({ [JOURNAL]: [1] })
  await rounds.under(JOURNAL)!.acknowledge()
  expect(rounds.lasting).toEqual([1])
  expect(rounds.standing).toEqual({ [DOWNSTREAM]: [2, 3] })
  for (const stage of [DOWNSTREAM, UPSTREAM]) await rounds.under(stage)!.acknowledge()
  const { consumed } = rounds.under(JOURNAL)!.commit
  expect(consumed).toEqual({
    group: 'shop',
    positions: [{ topic: JOURNAL, partition: 0, next: 3 }],
  })
  await rounds.under(JOURNAL)!.acknowledge()
  expect(rounds.lasting).toEqual([1, 2, 3])
})

test('what is too much for one write goes in several, and what is alone goes whatever it weighs', async () => {
  const rounds = await Rounds.start({ commitRecords: 100 })
  const large = { ...WHOLE, stateBytes: 20 * 1024 * 1024 }
  for (const shape of [WHOLE, large, large, { ...WHOLE, stateBytes: 40 * 1024 * 1024 }]) {
    await rounds.add(shape)
    await rounds.under(RESULTS)!.acknowledge()
  }
  const groups: (readonly number[])[] = []
  while (rounds.log.underWay.length > 0) {
    const [write] = rounds.log.underWay
    if (write!.stage === DOWNSTREAM) groups.push(write!.rounds)
    await write!.acknowledge()
  }
  expect(groups).toEqual([[1], [2], [3], [4]])
  expect(rounds.lasting).toEqual([1, 2, 3, 4])
})

test('all that are under way are no larger than one commit may be', async () => {
  const rounds = await Rounds.start({ commitRecords: 10 })
  await rounds.add({ ...WHOLE, records: 6 })
  await rounds.under(RESULTS)!.acknowledge()
  expect(rounds.mayFollow).toBe(true)
  // Taken in ahead, and not begun: there is no room for so many.
  await rounds.add({ ...WHOLE, records: 5 })
  expect(rounds.standing).toEqual({ [DOWNSTREAM]: [1] })
  for (const stage of [DOWNSTREAM, UPSTREAM, JOURNAL]) await rounds.under(stage)!.acknowledge()
  expect(rounds.standing).toEqual({ [RESULTS]: [2] })
  await rounds.under(RESULTS)!.acknowledge()
  await rounds.add({ ...WHOLE, records: 5 })
  expect(rounds.standing).toEqual({ [DOWNSTREAM]: [2], [RESULTS]: [3] })
  await rounds.under(RESULTS)!.acknowledge()
  expect(rounds.mayFollow).toBe(false)
})

test.each(STAGES)('nothing begins any more once a write of %s has failed', async stage => {
  const rounds = await Rounds.start({ commitRecords: 100 })
  await rounds.add()
  for (const each of STAGES.slice(0, STAGES.indexOf(stage))) {
    await rounds.under(each)!.acknowledge()
  }
  await rounds.add()
  await rounds.under(stage)!.refuse()
  expect(rounds.failure).toEqual(new Error('refused'))
  // What was on its way may arrive, and is waited for; what would come behind it may not.
  const left = rounds.log.underWay.slice()
  for (const write of left) await write.acknowledge()
  await rounds.settled()
  const next = await rounds.add()
  await expect(next.isLasting).rejects.toThrow('refused')
  await expect(next.mayFollow).rejects.toThrow('refused')
  expect(rounds.log.underWay).toEqual([])
  expect(rounds.lasting).toEqual([])
})

const shapes = fc.record({
  hasResults: fc.boolean(),
  hasState: fc.boolean(),
  records: fc.nat(10),
})
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('add' as const), shape: shapes }),
    fc.record({ do: fc.constant('acknowledge' as const), which: fc.nat() }),
  ),
  { maxLength: 120 },
)

const COMMITS_MAX = 3
const COMMIT_RECORDS = 8

/** What has to hold whenever a write begins, of all that was acknowledged by then. */
class Rules {
  readonly #shapes: readonly Shape[]
  readonly #done = new Map<string, number>(STAGES.map(stage => [stage, 0]))

  constructor(shapes: readonly Shape[]) {
    this.#shapes = shapes
  }

  begins({ stage, rounds }: Write): void {
    const [first, last] = [rounds[0]!, rounds.at(-1)!]
    expect(rounds, 'in their order').toEqual(this.#with(stage, first - 1, last))
    expect(this.#with(stage, this.#done.get(stage)!, first - 1), `${stage} before`).toEqual([])
    for (const earlier of STAGES.slice(0, STAGES.indexOf(stage))) {
      const missing = this.#with(earlier, this.#done.get(earlier)!, last)
      expect(missing, `${earlier} before ${stage} of ${last}`).toEqual([])
    }
    if (stage === RESULTS) this.#checkDepth(first)
    // One group's state waits for the journal and the positions of the one before.
    else expect(this.#done.get(JOURNAL)).toBe(this.#groupBefore(first))
  }

  acknowledged({ stage, rounds }: Write): void {
    this.#done.set(stage, rounds.at(-1)!)
  }

  get lasting(): number {
    return this.#done.get(JOURNAL)!
  }

  #checkDepth(round: number): void {
    const others = this.#shapes.slice(this.lasting, round - 1)
    expect(others.length).toBeLessThan(COMMITS_MAX)
    if (others.length === 0) return
    const together = [...others, this.#shapes[round - 1]!].map(({ records }) => records)
    expect(together.reduce((sum, records) => sum + records, 0)).toBeLessThanOrEqual(COMMIT_RECORDS)
  }

  /** Rounds of a group without state are in none of its writes but the journal's. */
  #groupBefore(first: number): number {
    const between = this.#shapes.slice(this.lasting, first - 1)
    return between.some(({ hasState }) => hasState) ? first - 1 : this.lasting
  }

  #with(stage: string, after: number, upTo: number): number[] {
    return this.#shapes.flatMap((shape, index) => {
      const isThere = stage === JOURNAL || (stage === RESULTS ? shape.hasResults : shape.hasState)
      return isThere && index >= after && index < upTo ? [index + 1] : []
    })
  }
}

test('whatever is acknowledged when, no stage begins before what it rests on is lasting', async () => {
  const whole = fc.asyncProperty(steps, async script => {
    const rounds = await Rounds.start({ commitsMax: COMMITS_MAX, commitRecords: COMMIT_RECORDS })
    const added: Shape[] = []
    const rules = new Rules(added)
    rounds.log.onBegun = write => rules.begins(write)
    const acknowledge = async (which: number): Promise<void> => {
      const { underWay } = rounds.log
      const write = underWay[which % underWay.length]
      if (write) rules.acknowledged(write)
      await write?.acknowledge()
    }
    for (const step of script) {
      if (step.do === 'acknowledge') await acknowledge(step.which)
      else if (rounds.mayFollow) {
        added.push(step.shape)
        await rounds.add(step.shape)
      }
      expect(rounds.failure).toBeNull()
    }
    while (rounds.log.underWay.length > 0) await acknowledge(0)
    expect(rounds.failure).toBeNull()
    const all = added.map((_, index) => index + 1)
    expect(rounds.lasting).toEqual(all)
    const withState = all.filter(round => added[round - 1]!.hasState)
    expect(await rounds.log.contents()).toEqual([
      all.filter(round => added[round - 1]!.hasResults),
      withState,
      withState,
      all,
    ])
  })
  await fc.assert(whole, { numRuns: 150 })
})
