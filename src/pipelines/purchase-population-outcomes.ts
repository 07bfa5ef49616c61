/**
 * What became of forecasts about a population: whole numbers by week and bin, which are made to count
 * less only where they are read. So the same outcomes are the same state, and the same bits of a cut,
 * in whichever order they came. One of w weeks before the cut's counts e^(-7w/90), as
 * `platt-calibration.ts` forgets; after 52 weeks it would count a fifty-seventh, and is dropped.
 *
 * Bound: 52 weeks of 277 bins for each of two horizons.
 */
import type { Tally } from '../engine/state/tally.ts'
import { type Instant, weeks } from '../engine/time.ts'
import type { PurchaseCohort, PurchasePopulation } from '../events.ts'
import { FORGETTING_MS } from '../models/platt-calibration.ts'
import {
  horizonDaysOf,
  OUTCOME_PLACES,
  outcomeBinOf,
  outcomePlaceOf,
} from './purchase-outcome-places.ts'

/** For so long an outcome is known. */
export const OUTCOME_WEEKS = 52
/** Of each place there are two: of all, and of those that happened. */
const COUNTS_PER_WEEK = 2 * OUTCOME_PLACES
export const OUTCOME_COUNTS_MAX = OUTCOME_WEEKS * COUNTS_PER_WEEK

type OutcomeLists = 'outcomeHorizonDays' | 'outcomeBin' | 'outcomes' | 'happened'

/** Adds those that a cohort told of at this moment. */
export const addOutcomes = (
  held: Tally,
  { outcomeHorizonDays, outcomeBin, outcomes, happened }: Pick<PurchaseCohort, OutcomeLists>,
  toldAt: Instant,
): void => {
  if (outcomes.length === 0) return
  const week = weekOf(toldAt)
  const oldest = Math.max(week, newestIn(held)) - OUTCOME_WEEKS + 1
  if (week < oldest) return
  dropBefore(oldest, held)
  for (let at = 0; at < outcomes.length; at++) {
    const place = outcomePlaceOf(outcomeHorizonDays[at]!, outcomeBin[at]!)
    if (place === null) continue
    held.add(week * COUNTS_PER_WEEK + 2 * place, outcomes[at]!)
    held.add(week * COUNTS_PER_WEEK + 2 * place + 1, happened[at]!)
  }
}

/** As those of some weeks count at a midnight; lowest horizon and bin first. */
export const outcomesAt = (
  held: Tally,
  midnight: Instant,
  isCounted: (week: number) => boolean,
): Pick<PurchasePopulation, OutcomeLists> => {
  const sums = sumsAt(held, weekOf(midnight - 1), isCounted)
  const keys = [...sums.keys()].filter(key => key % 2 === 0).sort((x, y) => x - y)
  return {
    outcomeHorizonDays: keys.map(key => horizonDaysOf(key / 2)),
    outcomeBin: keys.map(key => outcomeBinOf(key / 2)),
    outcomes: keys.map(key => sums.get(key)!),
    happened: keys.map(key => sums.get(key + 1) ?? 0),
  }
}

/** The oldest week first: floats are added up in one order. */
const sumsAt = (
  held: Tally,
  presentWeek: number,
  isCounted: (week: number) => boolean,
): ReadonlyMap<number, number> => {
  const [sums, keys, counts] = [new Map<number, number>(), held.keys(), held.counts()]
  for (let at = 0; at < keys.length; at++) {
    const week = Math.floor(keys[at]! / COUNTS_PER_WEEK)
    const age = Math.max(0, presentWeek - week)
    if (age >= OUTCOME_WEEKS || !isCounted(week)) continue
    const key = keys[at]! % COUNTS_PER_WEEK
    sums.set(key, (sums.get(key) ?? 0) + counts[at]! * LEFT_BY_AGE[age]!)
  }
  return sums
}

const LEFT_BY_AGE = Array.from({ length: OUTCOME_WEEKS }, (_, age) =>
  Math.exp(-weeks(age) / FORGETTING_MS),
)

/** Weeks since 1970 (UTC). */
export const weekOf = (at: Instant): number => Math.floor(at / weeks(1))

const newestIn = (held: Tally): number => Math.floor((held.keys().at(-1) ?? 0) / COUNTS_PER_WEEK)

const dropBefore = (oldestWeek: number, held: Tally): void => {
  const [keys, counts] = [held.keys(), held.counts()]
  const from = oldestWeek * COUNTS_PER_WEEK
  if ((keys[0] ?? from) >= from) return
  held.clear()
  for (let at = 0; at < keys.length; at++) {
    if (keys[at]! >= from) held.add(keys[at]!, counts[at]!)
  }
}
