import { scatterOf, weekdayIndicesOf } from './elasticity-category-counts.ts'
import {
  type ElasticityParameters,
  elasticityParametersIn,
  type KnownLevel,
} from './elasticity-category-parameters.ts'
import { type ArticlePairs, articlesIn, type ElasticityCut } from './elasticity-cut.ts'
import {
  type Evidence,
  experimentEvidence,
  INFORMED_PRECISION,
  observationalEvidence,
  type PairCoefficients,
} from './elasticity-evidence.ts'
import { fitLevel, type LevelFit } from './elasticity-level.ts'
import { hausmanOf, isPassed } from './hausman-gate.ts'
import type { InPieces } from './in-pieces.ts'

/**
 * All groups of parameters of a category, fitted to one cut of it: the elasticities as experiments tell
 * them, and as other prices do, each from the articles that it is told by.
 *
 * Where the articles tell too little, the hyperprior holds, whatever held before. A search that did not
 * come to rest leaves its group as it is in use. The rest is counted anew each time.
 */
export interface CategoryFit {
  readonly parameters: ElasticityParameters
  /** Why a level was not taken; null where it was. */
  readonly experimentRefused: LevelRefusal | null
  readonly observationalRefused: LevelRefusal | null
  /** Whether the cut told a level or the days of the week, so that there is something to publish. */
  readonly isNew: boolean
}

export const LEVEL_REFUSALS = {
  TOO_LITTLE_TOLD:
    'All articles together tell less than five of which something is known: the hyperprior holds.',
  NOT_CONVERGED: 'The search for the spread of the articles was given up before it came to rest.',
} as const

export type LevelRefusal = keyof typeof LEVEL_REFUSALS

/** As much as five pairs tell that each tell something, and no pair more than one of these. */
const PRECISION_MIN = 5 * INFORMED_PRECISION

const tellsEnough = (told: readonly Evidence[]): boolean =>
  told.reduce((sum, { precision }) => sum + Math.min(precision, INFORMED_PRECISION), 0) >=
  PRECISION_MIN

/** Whether these pairs tell a level, so that a cut of them is worth making. */
export const tellLevel = (pairs: readonly PairCoefficients[]): boolean =>
  tellsEnough(pairs.map(pair => experimentEvidence(pair, false))) ||
  tellsEnough(pairs.map(observationalEvidence))

/** @throws RangeError where the cut's columns are no pairs */
export function* fitCategory(cut: ElasticityCut): InPieces<CategoryFit> {
  const articles = articlesIn(cut)
  const inUse = elasticityParametersIn(cut.inUse)
  yield
  const gate = hausmanOf(articles.flat())
  const isJoined = isPassed(gate)
  const byExperiment = yield* fittedLevel(articles, pair => experimentEvidence(pair, isJoined))
  const byOthers = yield* fittedLevel(articles, observationalEvidence)
  const weekdays = weekdayIndicesOf(cut.weekdayUnits, cut.weekdayExpected)
  return {
    parameters: {
      experiment: levelOf(byExperiment, inUse.experiment),
      observational: levelOf(byOthers, inUse.observational),
      gate,
      scatter: scatterOf(cut.excess, cut.weight),
      weekdays,
    },
    experimentRefused: refusalIn(byExperiment),
    observationalRefused: refusalIn(byOthers),
    isNew: [refusalIn(byExperiment), refusalIn(byOthers)].includes(null) || weekdays !== null,
  }
}

function* fittedLevel(
  articles: readonly ArticlePairs[],
  evidenceIn: (pair: PairCoefficients) => Evidence,
): InPieces<LevelFit | LevelRefusal> {
  const told = articles.map(pairs => pairs.map(evidenceIn).filter(({ precision }) => precision > 0))
  if (!tellsEnough(told.flat())) return 'TOO_LITTLE_TOLD'
  const fit = yield* fitLevel(told)
  // What is not a number never comes to rest either.
  return fit.hasConverged ? fit : 'NOT_CONVERGED'
}

/** A fit is a set of numbers, a refusal a word. */
const levelOf = (found: LevelFit | LevelRefusal, inUse: KnownLevel | null): KnownLevel | null => {
  if (typeof found === 'string') return found === 'TOO_LITTLE_TOLD' ? null : inUse
  const { mean, variance, skuVariance, marketVariance, pairs } = found
  return { mean, variance, skuVariance, marketVariance, pairs }
}

const refusalIn = (found: LevelFit | LevelRefusal): LevelRefusal | null =>
  typeof found === 'string' ? found : null
