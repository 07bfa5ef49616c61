import { noDealings } from './deal-population.ts'
import { type DealPrior, dealPriorOf, FIRST_DEAL_PRIOR } from './deal-prior.ts'
import { type FitRefusal, tooFewPurchases } from './fit-refusal.ts'
import type { SpendParameters } from './gamma-gamma.ts'
import type { InPieces } from './in-pieces.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import { type PopulationCells, populationCells } from './population-cells.ts'
import { checkCut, type PopulationCut } from './population-cut.ts'
import { populationEdges } from './population-edges.ts'
import { populationLevels } from './population-levels.ts'
import { type PopulationParameters, populationParametersIn } from './population-parameters.ts'
import { populationPlatt } from './population-platt.ts'
import { fittedRhythm } from './population-rhythm.ts'
import { fittedSpend, populationAmounts, spendCorrelationOf } from './population-spend.ts'

/**
 * All groups of parameters of a population, fitted to one cut of it.
 *
 * Rhythm and spend are searched for, and guarded: a fit that is refused leaves its group as it is in
 * use. The others are counted anew each time, by what holds of the first two, and are left out where
 * there is too little to count.
 */
export interface PopulationFit {
  readonly parameters: PopulationParameters
  /** Why a search was not taken; null where it was, or none is made. */
  readonly rhythmRefused: RhythmRefusal | null
  readonly spendRefused: FitRefusal | null
  /** Whether any group comes from this cut, and not from what is in use. */
  readonly isNew: boolean
}

export type RhythmRefusal = FitRefusal | 'FEW_FOR_A_MARKET'

/** From so many buyers on, a market has rhythms of its own; below, those of all markets hold. */
export const MARKET_BUYERS_MIN = 5_000
/** A market that has them keeps them down to so many: rhythms are not to flutter with a few buyers. */
export const MARKET_BUYERS_KEPT = 4_000

const NOTHING: PopulationParameters = {
  rhythm: null,
  versionOfAll: null,
  spend: null,
  spendCorrelation: null,
  levels: null,
  edges: null,
  platt: [],
  dealPrior: null,
}

/**
 * Of all markets together: how often people buy. Amounts may be in several currencies, and say nothing.
 *
 * @throws RangeError where the cut's columns are no cells
 */
export function* fitAllMarkets(cut: PopulationCut): InPieces<PopulationFit> {
  yield* checkCut(cut)
  const inUse = populationParametersIn(cut.inUse)
  const found = yield* fittedRhythm(yield* populationCells(cut), inUse.rhythm)
  const rhythm = fitIn(found) ?? inUse.rhythm
  const counted = { ...NOTHING, platt: populationPlatt(cut, rhythm) }
  return {
    parameters: { ...counted, rhythm },
    rhythmRefused: refusalIn(found),
    spendRefused: null,
    isNew: fitIn(found) !== null || hasAny(counted),
  }
}

/**
 * Of one market, whose amounts are in one currency.
 *
 * @throws RangeError where the cut's columns are no cells
 */
export function* fitMarket(cut: PopulationCut): InPieces<PopulationFit> {
  yield* checkCut(cut)
  const inUse = populationParametersIn(cut.inUse)
  const cells = yield* populationCells(cut)
  const isOwn = hasOwnRhythm(cut, cells)
  const foundRhythm = isOwn ? yield* fittedRhythm(cells, inUse.rhythm) : 'FEW_FOR_A_MARKET'
  const amounts = yield* populationAmounts(cut)
  const foundSpend = yield* fittedSpend(amounts, inUse.spend)
  const rhythm = fitIn(foundRhythm) ?? inUse.rhythm
  const spend = fitIn(foundSpend) ?? inUse.spend
  const worth = { rhythm: rhythm ?? MBG_NBD_SEED, spend }
  const counted = {
    ...NOTHING,
    spendCorrelation: spendCorrelationOf(amounts),
    levels: yield* populationLevels(cells, amounts, worth),
    edges: yield* populationEdges(cut, cells),
    platt: isOwn ? populationPlatt(cut, rhythm) : [],
    dealPrior: dealPriorOfCut(cut),
  }
  return {
    parameters: { ...counted, ...(isOwn ? { rhythm } : thoseOfAllIn(inUse)), spend },
    rhythmRefused: refusalIn(foundRhythm),
    spendRefused: refusalIn(foundSpend),
    isNew: fitIn(foundRhythm) !== null || fitIn(foundSpend) !== null || hasAny(counted),
  }
}

/** What is in use may be of all markets, and is not to become the market's own for want of data. */
const hasOwnRhythm = (
  { hasOwnRhythms }: PopulationCut,
  { buyers, repeats }: PopulationCells,
): boolean =>
  (hasOwnRhythms || buyers >= MARKET_BUYERS_MIN) && keepsRhythm({ users: buyers, repeats })

/** Whether a market that has rhythms of its own has buyers enough to keep them. */
export const keepsRhythm = (purchases: { readonly users: number; readonly repeats: number }) =>
  purchases.users >= MARKET_BUYERS_KEPT && tooFewPurchases(purchases) === null

/**
 * The rhythms that levels were counted by, with the calibration of forecasts by them. People are held
 * against the levels by these, and not by what is in use for all by then.
 */
const thoseOfAllIn = ({ rhythm, versionOfAll, platt }: PopulationParameters) =>
  versionOfAll === null ? { rhythm: null } : { rhythm, versionOfAll, platt }

/** A fit is a set of numbers, a refusal a word. */
const fitIn = <Fit extends object>(found: Fit | RhythmRefusal): Fit | null =>
  typeof found === 'string' ? null : found

const refusalIn = <Refusal extends RhythmRefusal>(
  found: PurchaseParameters | SpendParameters | Refusal,
): Refusal | null => (typeof found === 'string' ? found : null)

const hasAny = ({ platt, ...groups }: PopulationParameters): boolean =>
  [...Object.values(groups), ...platt].some(group => group !== null)

/** Null where too few people are known to go by. */
const dealPriorOfCut = ({ deals }: PopulationCut): DealPrior | null => {
  if (deals.length !== noDealings().sums.length) return null
  const prior = dealPriorOf({ sums: [...deals] })
  return prior === FIRST_DEAL_PRIOR ? null : prior
}
