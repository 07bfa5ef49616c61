/**
 * What a broker's clients can do, and what we add: side by side, in turns, in one run.
 *
 *   bare loop                  read, write a result for each record, commit offsets
 *   bare loop, transactions    the same, with a record as large as a change of state for each
 *                              record, all in a transaction
 *   ours                       the light pipeline, at least once and exactly once
 */
import { performance } from 'node:perf_hooks'
import type { Cost } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { recordsOf } from '../history.ts'
import { type BareLoopOptions, runBareLoop } from '../kafka/bare-loop.ts'
import { createTopics, deleteTopics, ownName } from '../kafka/broker.ts'
import { type Clicks, writeClicks } from '../kafka/clicks.ts'
import { type OurPipelineOptions, runOurPipeline } from '../kafka/our-pipeline.ts'
import { type Sizes, sizesOf } from '../kafka/sizes.ts'

const ROUNDS = 3
const PARTITIONS = 8
const EVENTS = 220_000

interface Contender {
  readonly name: string
  /** Takes in all clicks; calls `onFirst` when it has the first record. */
  run(clicks: Clicks, onFirst: () => void): Promise<void>
}

export const kafkaThroughput = async (dir: string): Promise<Figure[]> => {
  const sizes = sizesOf(recordsOf().filter(({ topic }) => topic === 'clickstream'))
  const contenders = [
    bare(sizes, false),
    bare(sizes, true),
    ours(dir, 'at-least-once'),
    ours(dir, 'exactly-once'),
  ]
  const clicks = await writeClicks(ownName('clicks'), PARTITIONS, EVENTS)
  const costs = contenders.map((): Cost[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contender] of contenders.entries()) {
      globalThis.gc?.()
      costs[index]!.push(await costOf(contender, clicks))
    }
  }
  await deleteTopics([clicks.topic])
  return contenders.map(({ name }, index) => figureOf(name, clicks.records, costs[index]!))
}

const bare = ({ resultBytes, changeBytes }: Sizes, transactions: boolean): Contender => ({
  name: transactions
    ? `Kafka: bare loop in transactions, ${resultBytes} + ${changeBytes} B`
    : `Kafka: bare loop, ${resultBytes} B`,
  async run({ topic, partitions, records }, onFirst) {
    const group = ownName('bare')
    const results = `${group}-results`
    const changelog = transactions ? `${group}-changelog` : null
    const topics = changelog === null ? [results] : [results, changelog]
    await createTopics(topics, partitions)
    await runBareLoop({
      ...LOOP,
      group,
      from: topic,
      results,
      changelog,
      partitions,
      records,
      onFirst,
      ...bytes(resultBytes, changeBytes),
    })
    await deleteTopics(topics)
  },
})

const ours = (dir: string, guarantee: OurPipelineOptions['guarantee']): Contender => ({
  name: `Kafka: our light pipeline, ${guarantee}`,
  run: (clicks, onFirst) =>
    runOurPipeline({
      applicationId: ownName('ours'),
      clicks,
      guarantee,
      commitIntervalMs: LOOP.commitIntervalMs,
      commitRecords: LOOP.commitRecords,
      dir,
      onFirst,
    }),
})

const LOOP = {
  commitIntervalMs: 100,
  commitRecords: 4_000,
  headers: [{ resultId: '0123456789abcdef0123456789abcdef' }],
} satisfies Partial<BareLoopOptions>

/** Bytes that compress about as ours do would flatter neither: these are of random digits. */
const bytes = (resultBytes: number, changeBytes: number) => ({
  result: Buffer.from(digits(resultBytes)),
  change: Buffer.from(digits(changeBytes)),
})

const digits = (count: number): string =>
  Array.from({ length: count }, (_, index) => (index * 7_919) % 10).join('')

const costOf = async ({ run }: Contender, clicks: Clicks): Promise<Cost> => {
  let cpu = process.cpuUsage()
  let wall = performance.now()
  await run(clicks, () => {
    cpu = process.cpuUsage()
    wall = performance.now()
  })
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMicros: user + system, wallSeconds: (performance.now() - wall) / 1_000 }
}

/** The quickest round by the wall clock: that is what is compared here. */
const figureOf = (name: string, records: number, costs: readonly Cost[]): Figure => {
  const { cpuMicros, wallSeconds } = costs.reduce((a, b) => (b.wallSeconds < a.wallSeconds ? b : a))
  return {
    name,
    value: cpuMicros / records,
    unit: 'µs',
    per: 'record',
    perSecond: records / wallSeconds,
  }
}
