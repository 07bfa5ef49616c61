/**
 * Hands on how many orders a market has: from `basket-totals` to the next version of `baskets/<market>` on
 * `model-parameters`, where all that count articles of the market read it. Nothing is fitted. A version has
 * the number of the day, as a market is told once a day at most.
 */
import { defineLearner, type Learning } from '../engine/learner.ts'
import { days, minutes } from '../engine/time.ts'
import { type BasketTotal, basketTotals, type ModelParameters, modelParameters } from '../events.ts'
import { isCount } from './basket-market.ts'

/** After the count was told, so that a live run has it by then. */
const EFFECTIVE_AFTER_MS = minutes(45)

export const basketLearner = defineLearner<BasketTotal, ModelParameters>({
  id: 'basket-learner',
  from: basketTotals,
  to: modelParameters,
  *learn(total): Learning<ModelParameters> {
    yield
    return isCount(total.baskets) ? { publish: versionOf(total) } : { refused: refusalOf(total) }
  },
})

const versionOf = ({ modelId, occurredAt, baskets }: BasketTotal): ModelParameters => ({
  modelId,
  version: Math.floor(occurredAt / days(1)),
  occurredAt,
  effectiveAt: occurredAt + EFFECTIVE_AFTER_MS,
  trainedThrough: occurredAt,
  parameters: { baskets },
})

const refusalOf = ({ modelId, baskets }: BasketTotal): string =>
  `${modelId}: what is in use stays, as ${baskets} is no number of orders to compare others with.`
