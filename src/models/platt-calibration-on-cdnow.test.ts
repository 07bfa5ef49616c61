/**
 * Whether a calibration helps where seasons are real: at the end of each week everybody's chance not to
 * buy within a horizon is told, by parameters of what was known by then, and what became of it is
 * learnt when the horizon is over. It does help over all, and it is late at Christmas.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Customer,
  cdnowCustomers,
  cdnowMissing,
  summaryAt,
} from '../../test/purchase-model/cdnow-sample.ts'
import { inOneOrder } from './cells-in-one-order.ts'
import { churnRisk, MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import { addOutcomes, noOutcomes, type OutcomeBins } from './outcome-bins.ts'
import { calibrated, calibrationAfter, NO_CALIBRATION, plattOf } from './platt-calibration.ts'
import { byRepeatsAgeAndLast, type PurchaseCell } from './purchase-cells.ts'
import { fitPurchases } from './purchase-fit.ts'

const WEEK_MS = 7 * 86_400_000
const FIRST_WEEK = 14
const LAST_WEEK = 77
const REFIT_WEEKS = 4

interface Told {
  readonly week: number
  readonly raw: number
  readonly right: number
  readonly happened: number
}

interface Week {
  readonly week: number
  readonly parameters: PurchaseParameters
  readonly known: readonly (PurchaseCell & { readonly days: readonly number[] })[]
}

/** Everybody who has bought by the end of each week, and the parameters by then. */
const weeksOf = (customers: readonly Customer[]): Week[] => {
  let parameters = MBG_NBD_SEED
  return Array.from({ length: LAST_WEEK - FIRST_WEEK + 1 }, (_, at) => {
    const week = FIRST_WEEK + at
    const known = customers
      .filter(({ days }) => days[0]! <= 7 * week)
      .map(({ days }) => ({ days, summary: summaryAt(days, 7 * week), count: 1 }))
    if (week % REFIT_WEEKS === 0) {
      parameters = fitPurchases(inOneOrder(known, byRepeatsAgeAndLast), parameters).parameters
    }
    return { week, parameters, known }
  })
}

/** What is told from one week to another, of everybody who has bought by then. */
const toldOf = (weeks: readonly Week[], horizonWeeks: number): Told[] => {
  const told: Told[] = []
  const pending = new Map<number, OutcomeBins>()
  let calibration = NO_CALIBRATION
  for (const { week, parameters, known } of weeks) {
    if (week + horizonWeeks > LAST_WEEK) break
    const outcomes = pending.get(week) ?? noOutcomes()
    calibration = calibrationAfter(calibration, outcomes, week * WEEK_MS)
    const platt = plattOf(calibration, week * WEEK_MS)
    const later = noOutcomes()
    for (const { days, summary } of known) {
      const raw = churnRisk(parameters, summary, horizonWeeks)
      const buys = days.some(day => day > 7 * week && day <= 7 * (week + horizonWeeks))
      told.push({ week, raw, right: calibrated(platt, raw), happened: buys ? 0 : 1 })
      addOutcomes(later, raw, buys ? 0 : 1)
    }
    pending.set(week + horizonWeeks, later)
  }
  // Before the first outcomes came nothing could be learnt.
  return told.filter(({ week }) => week >= FIRST_WEEK + horizonWeeks + REFIT_WEEKS)
}

/** The expected calibration error by tenths: how far chances are from shares, on average. */
const errorOf = (told: readonly Told[], of: (one: Told) => number): number => {
  const sorted = told.toSorted((x, y) => of(x) - of(y))
  let error = 0
  for (let tenth = 0; tenth < 10; tenth++) {
    const [from, to] = [tenth, tenth + 1].map(at => Math.floor((at * sorted.length) / 10))
    const off = sorted.slice(from, to).reduce((sum, one) => sum + of(one) - one.happened, 0)
    error += Math.abs(off) / sorted.length
  }
  return error
}

const errorsOf = (told: readonly Told[]) => ({
  raw: errorOf(told, one => one.raw),
  right: errorOf(told, one => one.right),
})

describe.skipIf(cdnowMissing)('CDNOW (skipped where ../shared/data/cdnow is missing)', () => {
  const told = new Map<number, Told[]>()
  beforeAll(() => {
    const weeks = weeksOf(cdnowCustomers())
    for (const horizonWeeks of [8, 13, 26]) told.set(horizonWeeks, toldOf(weeks, horizonWeeks))
  }, 60_000)

  test.each([
    [8, 0.0119, 0.0067],
    [13, 0.0193, 0.0104],
  ])('over %d weeks ahead the error falls from %d to %d', (weeks, rawKnown, rightKnown) => {
    const { raw, right } = errorsOf(told.get(weeks)!)
    expect(Math.abs(raw - rawKnown)).toBeLessThan(0.0005)
    expect(Math.abs(right - rightKnown)).toBeLessThan(0.0005)
  })

  test('shortly before Christmas it comes too late, and makes the error larger', () => {
    const { raw, right } = errorsOf(told.get(8)!.filter(({ week }) => week >= 49 && week <= 51))
    expect(right).toBeGreaterThan(1.2 * raw)
  })

  test('over 26 weeks ahead a year and a half is too short to learn much', () => {
    const { raw, right } = errorsOf(told.get(26)!)
    expect(right).toBeGreaterThan(0.8 * raw)
  })
})
