/**
 * How good fraud scores are on the transactions of the Fraud Detection Handbook, labels seven days late,
 * week by week: part 4.3 of the reference. docs/fraud-model.md has the table.
 *
 * The data is not part of the project: `../shared/data/fraud-handbook`, or `--data PATH`.
 */
import { existsSync } from 'node:fs'
import { days } from '../../src/engine/time.ts'
import { scoredHandbook } from '../../test/fraud-truth/handbook-run.ts'
import {
  type HandbookWeek,
  meanOf,
  type WeekMeasure,
  weekOf,
  weeksIn,
} from '../../test/fraud-truth/handbook-weeks.ts'
import type { Report } from './report.ts'

const DATA = '../shared/data/fraud-handbook'
/** So many weeks at the end are what the bounds are of. */
const LAST_WEEKS = 4

const COLUMNS: readonly (readonly [heading: string, measure: WeekMeasure, digits: number])[] = [
  ['AUC', 'areaUnderRoc', 3],
  ['AP', 'averagePrecision', 3],
  ['CP@100', 'cardPrecision', 3],
  ['calibration error', 'calibrationError', 5],
]

export const fraudHandbook: Report = async (print, path = DATA) => {
  if (!existsSync(path)) {
    print(`There is no ${path}. Say where the transactions are, with --data PATH.`)
    return false
  }
  const orders = await scoredHandbook({ path })
  const weeks = weeksIn(orders).map(firstDay => weekOf(orders, firstDay))
  print(line('week from', 'orders', 'frauds', ...COLUMNS.map(([heading]) => heading)))
  for (const week of weeks) print(lineOf(week))
  const last = weeks.slice(-LAST_WEEKS)
  const means = COLUMNS.map(([, measure, digits]) => meanOf(last, measure).toFixed(digits))
  print(line(`last ${last.length}`, '', '', ...means))
  return isWithinBounds(last, print)
}

const isWithinBounds = (last: readonly HandbookWeek[], print: (line: string) => void): boolean => {
  const checks = [
    ['AP at least 0.73', meanOf(last, 'averagePrecision') >= 0.73],
    ['CP@100 at least 0.29', meanOf(last, 'cardPrecision') >= 0.29],
    ['calibration error at most 0.003', meanOf(last, 'calibrationError') <= 0.003],
  ] as const
  for (const [bound, holds] of checks) if (!holds) print(`Outside: ${bound}.`)
  return last.length === LAST_WEEKS && checks.every(([, holds]) => holds)
}

const lineOf = (week: HandbookWeek): string =>
  line(
    new Date(week.firstDay * days(1)).toISOString().slice(0, 10),
    `${week.orders}`,
    `${week.frauds}`,
    ...COLUMNS.map(([, measure, digits]) => week[measure].toFixed(digits)),
  )

const WIDTHS = [12, 8, 8, 8, 8, 8, 18]

const line = (...cells: readonly string[]): string =>
  cells.map((cell, at) => cell.padStart(WIDTHS[at]!)).join(' ')
