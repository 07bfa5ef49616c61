/**
 * What a broker's clients can do, and what we add: side by side, in turns, in one run, each in a
 * process of its own.
 *
 *   bare loop                  read, write a result for each record, commit offsets
 *   bare loop, transactions    the same, with a record as large as a change of state for each
 *                              record, all in a transaction
 *   ours                       the light pipeline, at least once and exactly once; and one whose key
 *                              is not the topic's, so that seven records of eight cross slices
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../figure.ts'
import { recordsOf } from '../history.ts'
import { deleteTopics, ownName } from '../kafka/broker.ts'
import { writeClicks } from '../kafka/clicks.ts'
import type { Contender, ContenderCost, ContenderOptions } from '../kafka/contender.ts'
import { type Sizes, sizesOf } from '../kafka/sizes.ts'

const CHILD = fileURLToPath(new URL('../kafka/contender-child.js', import.meta.url))
const FLAGS = ['--max-semi-space-size=64']
const PARTITIONS = 8
const EVENTS = 220_000
const ROUNDS = 2

const CONTENDERS: readonly Contender[] = [
  { kind: 'bare', isTransactional: false },
  { kind: 'bare', isTransactional: true },
  { kind: 'ours', guarantee: 'at-least-once', crosses: false },
  { kind: 'ours', guarantee: 'exactly-once', crosses: false },
  { kind: 'ours', guarantee: 'exactly-once', crosses: true },
]

export const kafkaThroughput = async (
  dir: string,
  events = String(EVENTS),
  rounds = String(ROUNDS),
): Promise<Figure[]> => {
  const sizes = sizesOf(recordsOf().filter(({ topic }) => topic === 'clickstream'))
  const clicks = await writeClicks(ownName('clicks'), PARTITIONS, Number(events))
  const costs = CONTENDERS.map((): ContenderCost[] => [])
  for (let round = 0; round < Number(rounds); round++) {
    for (const [index, contender] of CONTENDERS.entries()) {
      const cost = await costOf({ contender, clicks, sizes, dir })
      process.stderr.write(`  ${nameOf(contender, sizes)}: ${textOf(cost)}\n`)
      costs[index]!.push(cost)
    }
  }
  await deleteTopics([clicks.topic])
  return CONTENDERS.map((contender, index) => figureOf(nameOf(contender, sizes), costs[index]!))
}

/** Set `MILLRACE_PROFILES` to a folder to have a CPU profile of each. */
const costOf = async (options: ContenderOptions): Promise<ContenderCost> => {
  const { MILLRACE_PROFILES: profiles } = process.env
  const flags = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []
  const child = fork(CHILD, [JSON.stringify(options)], {
    execArgv: [...FLAGS, ...flags],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`A contender ended with ${code} and without a word.`)
  })
  exited.catch(() => {})
  const [cost] = (await Promise.race([once(child, 'message'), exited])) as [ContenderCost]
  await exited.catch(() => {})
  return cost
}

const nameOf = (contender: Contender, { resultBytes, changeBytes }: Sizes): string => {
  if (contender.kind === 'bare') {
    return contender.isTransactional
      ? `Kafka: bare loop in transactions, ${resultBytes} + ${changeBytes} B`
      : `Kafka: bare loop, ${resultBytes} B`
  }
  const { guarantee, crosses } = contender
  return `Kafka: our light pipeline, ${guarantee}${crosses ? ', through the exchange' : ''}`
}

const textOf = ({ records, cpuMicros, wallSeconds }: ContenderCost): string =>
  `${Math.round(records / wallSeconds)} records/s, ${(cpuMicros / records).toFixed(1)} µs`

/** The quickest round by the wall clock: that is what is compared here. */
const figureOf = (name: string, costs: readonly ContenderCost[]): Figure => {
  const quickest = costs.reduce((a, b) => (speedOf(b) > speedOf(a) ? b : a))
  return {
    name,
    value: quickest.cpuMicros / quickest.records,
    unit: 'µs',
    per: 'record',
    perSecond: speedOf(quickest),
  }
}

const speedOf = ({ records, wallSeconds }: ContenderCost): number => records / wallSeconds
