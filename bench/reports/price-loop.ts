/**
 * What a shop gains that does what it is recommended, against one that holds its prices, and beside what
 * could be gained by one that knows the truth: 200 articles in five categories, for half a year.
 * docs/elasticity-simulation.md describes the world.
 */
import { learners, pipelines } from '../../src/pipelines/index.ts'
import { Harness } from '../../src/testing/harness.ts'
import {
  gainPct,
  LOOP_WORLD,
  type LoopOutcome,
  PRICE_CHAIN,
  runPriceLoop,
} from '../../src/testing/price-loop.ts'
import type { Report } from './report.ts'

const DAYS = 180
const MONTH_DAYS = 30
const PRICE_OFF = 0.25

export const priceLoop: Report = print => {
  const mill = new Harness(
    pipelines.filter(({ id }) => PRICE_CHAIN.includes(id)),
    {
      mode: 'history',
      learners: learners.filter(({ id }) => id === 'elasticity-learner'),
      batchSize: 1_000,
    },
  )
  const outcome = runPriceLoop(mill, { world: LOOP_WORLD, days: DAYS, priceOff: PRICE_OFF })
  print('profit against held prices      recommended    best    share')
  for (let month = 0; month < DAYS / MONTH_DAYS; month++) {
    const from = month * MONTH_DAYS
    print(rowOf(`days ${from + 1} to ${from + MONTH_DAYS}`, outcome, from, from + MONTH_DAYS))
  }
  print(rowOf('all', outcome, 0, DAYS))
  const gain = gainPct(outcome.recommended, outcome.held)
  print(gain > 0 ? '\nRecommended prices gain over held ones.' : '\nNothing is gained.')
  return gain > 0
}

const rowOf = (name: string, outcome: LoopOutcome, from: number, until: number): string => {
  const held = outcome.held.slice(from, until)
  const gain = gainPct(outcome.recommended.slice(from, until), held)
  const best = gainPct(outcome.oracle.slice(from, until), held)
  const cells = [
    `${gain.toFixed(2)} %`,
    `${best.toFixed(2)} %`,
    `${((100 * gain) / best).toFixed(0)} %`,
  ]
  return name.padEnd(32) + cells.map((cell, at) => cell.padStart([11, 10, 8][at]!)).join('')
}
