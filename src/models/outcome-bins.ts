/**
 * What became of forecasts, counted by how likely each was said to be: a bin for each tenth of
 * log-odds. Counts are whole numbers, so that bins of several partitions merge by adding, in
 * whichever order, and learning from them gives the same bits.
 *
 * An outcome counts when the horizon of its forecast has ended, also where it was known before then.
 * Otherwise the first to be counted would all be purchases, since only silence has to be waited for.
 *
 * Bound: log-odds from -13.8 to 13.8, a probability of one in a million, so 277 bins. What is beyond
 * is counted at the end. Bins are changed in place.
 */
export interface OutcomeBins {
  /** Triples of bin, outcomes, and how many of these happened; lowest bin first. */
  counts: number[]
}

export interface ReadonlyOutcomeBins {
  readonly counts: readonly number[]
}

export const BINS_PER_LOG_ODDS = 10
const BIN_MAX = 138
export const OUTCOME_BINS_MAX = 2 * BIN_MAX + 1
/** Beyond, one forecast counts as every other. */
export const LOG_ODDS_MAX = BIN_MAX / BINS_PER_LOG_ODDS

export const noOutcomes = (): OutcomeBins => ({ counts: [] })

/** The log-odds of a probability from 0 to 1, between -13.8 and 13.8. */
export const logOddsOf = (probability: number): number => {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`A probability is from 0 to 1, and not ${probability}.`)
  }
  const odds = Math.log(probability / (1 - probability))
  return Math.min(Math.max(odds, -LOG_ODDS_MAX), LOG_ODDS_MAX)
}

/** Counts what became of `outcomes` forecasts of this probability, `happened` of them came true. */
export const addOutcomes = (
  bins: OutcomeBins,
  probability: number,
  happened: number,
  outcomes = 1,
): void => {
  if (![happened, outcomes].every(Number.isSafeInteger) || happened < 0 || happened > outcomes) {
    throw new RangeError(`Of ${outcomes} outcomes ${happened} cannot have happened.`)
  }
  if (outcomes === 0) return
  addToBin(bins, Math.round(logOddsOf(probability) * BINS_PER_LOG_ODDS) + 0, outcomes, happened)
}

/** Adds what `other` counts. */
export const mergeOutcomes = (bins: OutcomeBins, { counts }: ReadonlyOutcomeBins): void => {
  for (let at = 0; at < counts.length; at += 3) {
    addToBin(bins, counts[at]!, counts[at + 1]!, counts[at + 2]!)
  }
}

const addToBin = (
  { counts }: OutcomeBins,
  bin: number,
  outcomes: number,
  happened: number,
): void => {
  let at = 0
  while (at < counts.length && counts[at]! < bin) at += 3
  if (counts[at] !== bin) counts.splice(at, 0, bin, 0, 0)
  counts[at + 1]! += outcomes
  counts[at + 2]! += happened
}
