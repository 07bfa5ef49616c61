/**
 * What became of forecasts about a population, old ones counting less: by 1/e for each 90 days of
 * event time, as `platt-calibration.ts` forgets. Days are the step: all of a day count alike.
 */
import type { Instant } from '../engine/time.ts'
import type { PurchaseCohort } from '../events.ts'
import { FORGETTING_MS } from '../models/platt-calibration.ts'
import type { PopulationOutcomes } from './purchase-population-state.ts'

type Reported = Pick<PurchaseCohort, 'outcomeHorizonDays' | 'outcomeBin' | 'outcomes' | 'happened'>

/** Below this a bin says nothing any more, and is dropped. */
const OUTCOMES_MIN = 1e-3

/** With those that a cohort tells of, which ended before this midnight. */
export const withOutcomes = (
  held: PopulationOutcomes,
  reported: Reported,
  midnight: Instant,
): PopulationOutcomes => {
  if (reported.outcomes.length === 0) return held
  const asOf = Math.max(midnight, held.asOf)
  return merged(agedTo(held, asOf), reported, leftAfter(asOf - midnight))
}

/** As they count at a later midnight. */
export const agedTo = (held: PopulationOutcomes, midnight: Instant): PopulationOutcomes => {
  if (midnight <= held.asOf) return held
  const left = leftAfter(midnight - held.asOf)
  const kept = held.outcomes.flatMap((count, at) => (count * left >= OUTCOMES_MIN ? [at] : []))
  return {
    asOf: midnight,
    outcomeHorizonDays: kept.map(at => held.outcomeHorizonDays[at]!),
    outcomeBin: kept.map(at => held.outcomeBin[at]!),
    outcomes: kept.map(at => held.outcomes[at]! * left),
    happened: kept.map(at => held.happened[at]! * left),
  }
}

const leftAfter = (elapsedMs: number): number => Math.exp(-elapsedMs / FORGETTING_MS)

/** Both are in the order of horizon and bin, and so is what comes out. */
const merged = (held: PopulationOutcomes, added: Reported, weight: number): PopulationOutcomes => {
  const all: PopulationOutcomes = {
    asOf: held.asOf,
    outcomeHorizonDays: [],
    outcomeBin: [],
    outcomes: [],
    happened: [],
  }
  let [x, y] = [0, 0]
  while (x < held.outcomes.length || y < added.outcomes.length) {
    const order = placeAt(held, x) - placeAt(added, y)
    const from = order <= 0 ? held : added
    const at = order <= 0 ? x : y
    const [own, new_] = [order <= 0 ? 1 : 0, order >= 0 ? weight : 0]
    all.outcomeHorizonDays.push(from.outcomeHorizonDays[at]!)
    all.outcomeBin.push(from.outcomeBin[at]!)
    all.outcomes.push(own * (held.outcomes[x] ?? 0) + new_ * (added.outcomes[y] ?? 0))
    all.happened.push(own * (held.happened[x] ?? 0) + new_ * (added.happened[y] ?? 0))
    if (order <= 0) x++
    if (order >= 0) y++
  }
  return all
}

/** Infinity behind the last, so that the other one is taken. */
const placeAt = (
  { outcomeHorizonDays, outcomeBin }: Omit<Reported, 'outcomes' | 'happened'>,
  at: number,
) => (at < outcomeBin.length ? 1_000 * outcomeHorizonDays[at]! + outcomeBin[at]! : Number.MAX_VALUE)
