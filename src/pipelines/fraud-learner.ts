/**
 * Publishes the weights of each cut: from `fraud-weights` to the next version of `fraud` on
 * `model-parameters`.
 *
 * A version has the number of the cut's hour since 1970. Of one model there is one cut in six hours, so its
 * numbers rise, and two cuts never share one. Who publishes by hand takes a number that no hour has, such
 * as one above 1,000,000: the first record with a number is the one that holds.
 *
 *     06:00                                             06:15
 *     cutAt, the cut is told, and its version           effective
 *     published as of then
 */
import { defineLearner, type Learning } from '../engine/learner.ts'
import { hours, minutes } from '../engine/time.ts'
import {
  type FraudWeights,
  fraudWeights,
  type ModelParameters,
  modelParameters,
} from '../events.ts'
import { readFraudParameters } from '../models/fraud-parameters.ts'

/** After the cut was made, so that a live run has published it by then. */
const EFFECTIVE_AFTER_MS = minutes(15)

export const fraudLearner = defineLearner<FraudWeights, ModelParameters>({
  id: 'fraud-learner',
  from: fraudWeights,
  to: modelParameters,
  // biome-ignore lint/correctness/useYield: the weights are learnt already, so there is nothing to wait for
  *learn(weights): Learning<ModelParameters> {
    if (readFraudParameters(weights.parameters) === null) return refused(weights)
    const { modelId, cutAt, occurredAt, parameters } = weights
    return {
      publish: {
        modelId,
        version: cutAt / hours(1),
        occurredAt,
        effectiveAt: occurredAt + EFFECTIVE_AFTER_MS,
        trainedThrough: cutAt,
        parameters,
      },
    }
  },
})

/** What stays in use, and why, in a sentence that a person can act on. */
const refused = ({ modelId, cutAt, inUseVersion }: FraudWeights) => {
  const stays = inUseVersion === 0 ? 'the rules score' : `version ${inUseVersion} stays in use`
  const at = new Date(cutAt).toISOString().slice(0, 16)
  return { refused: `${modelId}: ${stays} after the cut of ${at}. Its numbers are no weights.` }
}
