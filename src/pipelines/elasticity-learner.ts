/**
 * Fits a category anew to each cut of it: from `elasticity-populations` to the next version of
 * `elasticities/<category>` on `model-parameters`.
 *
 * A version has the number of the cut's day. Of one model there is one cut a day, so its numbers rise, and
 * two cuts never share one. Who publishes by hand takes a number that no day has, such as one above
 * 1,000,000: the first record with a number is the one that holds.
 *
 *     00:00     00:05            00:15                              01:00
 *     cutAt     parts are told   the cut is told, and its version   effective
 *                                published as of then
 *
 * What it finds is a posterior, and follows from the cut alone: so it is published also where it is far
 * from what is in use. A level that too little is told of is left out, and the hyperprior holds for it.
 */
import { defineLearner, type Learning } from '../engine/learner.ts'
import { days, minutes } from '../engine/time.ts'
import {
  type ElasticityPopulation,
  elasticityPopulations,
  type ModelParameters,
  modelParameters,
} from '../events.ts'
import { type CategoryFit, fitCategory, LEVEL_REFUSALS } from '../models/elasticity-category.ts'
import { publishedOf } from '../models/elasticity-category-parameters.ts'
import type { InPieces } from '../models/in-pieces.ts'

/** After the cut was made, so that a live run has found it by then. */
const EFFECTIVE_AFTER_MS = minutes(45)

export const elasticityLearner = defineLearner<ElasticityPopulation, ModelParameters>({
  id: 'elasticity-learner',
  from: elasticityPopulations,
  to: modelParameters,
  *learn(population): Learning<ModelParameters> {
    const fitted = yield* fitOf(population)
    if (typeof fitted === 'string') return refused(population, fitted)
    if (!fitted.isNew) return refused(population, reasonsOf(fitted))
    const parameters = publishedOf(fitted.parameters)
    const broken = Object.keys(parameters).find(name => !Number.isFinite(parameters[name]))
    if (broken !== undefined) return refused(population, `${broken} came out as no number.`)
    return { publish: versionOf(population, parameters) }
  },
})

/** A cut that is none is told, and does not end the run. */
function* fitOf(population: ElasticityPopulation): InPieces<CategoryFit | string> {
  try {
    return yield* fitCategory(population)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

const versionOf = (
  { modelId, occurredAt, cutAt }: ElasticityPopulation,
  parameters: Readonly<Record<string, number>>,
): ModelParameters => ({
  modelId,
  version: cutAt / days(1),
  occurredAt,
  effectiveAt: occurredAt + EFFECTIVE_AFTER_MS,
  trainedThrough: cutAt,
  parameters,
})

/** What stays in use, and why, in a sentence that a person can act on. */
const refused = ({ modelId, cutAt, inUseVersion }: ElasticityPopulation, why: string) => {
  const day = new Date(cutAt).toISOString().slice(0, 10)
  const stays = inUseVersion === 0 ? 'nothing is published' : `version ${inUseVersion} stays in use`
  return { refused: `${modelId}: ${stays} after the cut of ${day}. ${why}` }
}

const reasonsOf = ({ experimentRefused, observationalRefused }: CategoryFit): string =>
  [
    ...(experimentRefused === null
      ? []
      : [`Prices drawn by chance: ${LEVEL_REFUSALS[experimentRefused]}`]),
    ...(observationalRefused === null
      ? []
      : [`Prices that somebody set: ${LEVEL_REFUSALS[observationalRefused]}`]),
  ].join(' ')
