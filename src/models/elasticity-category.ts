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
  isInformed,
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
 * Where hardly an article tells anything, the hyperprior holds, whatever held before. A search that did
 * not come to rest leaves its group as it is in use. The rest is counted anew each time.
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
  TOO_FEW_PAIRS:
    'Fewer than 5 articles in a market tell anything of their elasticity: the hyperprior holds.',
  NOT_CONVERGED: 'The search for the spread of the articles was given up before it came to rest.',
  NOT_FINITE: 'What the articles tell does not come to a number.',
} as const

export type LevelRefusal = keyof typeof LEVEL_REFUSALS

export const LEVEL_PAIRS_MIN = 5

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
  const informed = told.flat().filter(isInformed).length
  if (informed < LEVEL_PAIRS_MIN) return 'TOO_FEW_PAIRS'
  const fit = yield* fitLevel(told)
  if (!fit.hasConverged) return 'NOT_CONVERGED'
  return [fit.mean, fit.variance, fit.skuVariance, fit.marketVariance].every(Number.isFinite)
    ? fit
    : 'NOT_FINITE'
}

/** A fit is a set of numbers, a refusal a word. */
const levelOf = (found: LevelFit | LevelRefusal, inUse: KnownLevel | null): KnownLevel | null => {
  if (typeof found === 'string') return found === 'TOO_FEW_PAIRS' ? null : inUse
  const { mean, variance, skuVariance, marketVariance, pairs } = found
  return { mean, variance, skuVariance, marketVariance, pairs }
}

const refusalIn = (found: LevelFit | LevelRefusal): LevelRefusal | null =>
  typeof found === 'string' ? found : null
