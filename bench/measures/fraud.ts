/** What the score of an order costs: scattered to all parts, gathered, and committed. */
import { join } from 'node:path'
import type { RawRecord } from '../../src/engine/decoder.ts'
import { fraudScores } from '../../src/pipelines/fraud-scores.ts'
import { type Cost, least } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { recordsFrom } from '../history.ts'
import { placedOrders } from '../mix.ts'
import { oneRound } from './stages.ts'

const ROUNDS = 4
const ORDERS = 40_000
const TARGET_MICROS = 40

const STAGES = ['decode', 'step', 'pack', 'commit'] as const

/** Orders alone, as nothing else of a shop's events costs so much. */
export const fraudOrders = async (dir: string): Promise<Figure[]> => {
  const records: RawRecord[] = [...recordsFrom(placedOrders(ORDERS))]
  const rounds: Awaited<ReturnType<typeof oneRound>>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    rounds.push(await oneRound(join(dir, `fraud-${round}`), records, [fraudScores]))
  }
  const costs = STAGES.map(stage => least(rounds.map(round => round[stage])))
  const figures = costs.map((cost, index) => figureOf(STAGES[index]!, cost))
  const all = figures.reduce((sum, { value }) => sum + value, 0)
  return [...figures, { ...figureOf('all stages', costs[0]!), value: all, target: TARGET_MICROS }]
}

const figureOf = (what: string, { cpuMicros }: Cost): Figure => ({
  name: `fraud: an order, ${what}`,
  value: cpuMicros / ORDERS,
  unit: 'µs',
  per: 'order',
})
