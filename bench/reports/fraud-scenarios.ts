/**
 * How the frauds of the simulated shop are caught: six shops of a hundred days, by the rules alone, and with
 * weights that are learnt from labels two to six weeks old. Learning may cost honest customers nothing.
 */
import {
  type ScenarioFigures,
  type ScenarioRun,
  TELLING,
} from '../../src/testing/fraud-scenario-figures.ts'
import { runScenarios } from '../../src/testing/fraud-scenarios.ts'
import { FRAUD_KINDS, type FraudKind } from '../../src/testing/shop/order-plan.ts'
import type { Report } from './report.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]
const DAYS = 100
/** Of all incidents of a kind, those that must be caught, and by the rules for what they are. */
const LEAST = 0.95
/** Learnt weights ask at most so many times the honest customers that the rules ask. */
const ALARMS_MOST = 1.1

export const fraudScenarios: Report = print => {
  const byRules = tableOf(print, 'by the rules alone', false)
  print('')
  const learnt = tableOf(print, 'with learnt weights', true)
  const alarms = (runs: readonly ScenarioRun[]) => totalOf(runs, run => run.falseAlarms)
  const isQuiet = alarms(learnt) <= ALARMS_MOST * alarms(byRules)
  if (!isQuiet) print('\nLearnt weights ask more honest customers than the rules.')
  const isRight = FRAUD_KINDS.every(
    kind =>
      shareOf(byRules, kind, 'caught') >= LEAST &&
      shareOf(byRules, kind, 'rightReason') >= LEAST &&
      shareOf(learnt, kind, 'caught') >= LEAST,
  )
  print(
    isRight
      ? '\nEvery fraud is caught, and by the rules for what it is.'
      : '\nSome frauds are not caught.',
  )
  return isRight && isQuiet
}

const HEAD =
  '                   incidents  caught  reason right  named  orders until  orders let through  false alarms'

const tableOf = (
  print: (line: string) => void,
  title: string,
  isLearning: boolean,
): readonly ScenarioRun[] => {
  const runs = SEEDS.map(seed => runScenarios({ seed, days: DAYS, isLearning }))
  const honest = totalOf(runs, run => run.honest)
  const shown = (count: number) => percent(count / honest)
  print(title)
  print(HEAD)
  for (const kind of FRAUD_KINDS) print(rowOf(runs, kind, honest))
  print(
    `honest orders and logins: ${honest}, of which asked for a second proof or stopped ` +
      `${shown(totalOf(runs, run => run.falseAlarms))}, stopped ${shown(totalOf(runs, run => run.falseStops))}`,
  )
  for (const kind of FRAUD_KINDS) print(`first reasons of ${kind}: ${reasonsOf(runs, kind)}`)
  return runs
}

const rowOf = (runs: readonly ScenarioRun[], kind: FraudKind, honest: number): string => {
  const figure = (name: keyof ScenarioFigures) => totalOf(runs, run => run.byKind[kind][name])
  const cells = [
    `${figure('incidents')}`,
    percent(shareOf(runs, kind, 'caught')),
    percent(shareOf(runs, kind, 'rightReason')),
    percent(shareOf(runs, kind, 'named')),
    (figure('ordersUntilCaught') / figure('caught')).toFixed(1),
    percent(figure('ordersAllowed') / figure('orders')),
    percent(figure('falseAlarms') / honest),
  ]
  return (
    kind.padEnd(18) +
    cells.map((cell, at) => cell.padStart([10, 8, 14, 8, 13, 20, 14][at]!)).join('')
  )
}

const shareOf = (
  runs: readonly ScenarioRun[],
  kind: FraudKind,
  figure: 'caught' | 'rightReason' | 'named',
): number =>
  totalOf(runs, run => run.byKind[kind][figure]) / totalOf(runs, run => run.byKind[kind].incidents)

const reasonsOf = (runs: readonly ScenarioRun[], kind: FraudKind): string => {
  const counts = new Map<string, number>()
  for (const { firstReasons } of runs)
    for (const [code, count] of firstReasons[kind])
      counts.set(code, (counts.get(code) ?? 0) + count)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code}${TELLING[kind].includes(code) ? '' : ' (!)'} ${count}`)
    .join(', ')
}

const totalOf = (runs: readonly ScenarioRun[], of: (run: ScenarioRun) => number): number =>
  runs.reduce((sum, run) => sum + of(run), 0)

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`
