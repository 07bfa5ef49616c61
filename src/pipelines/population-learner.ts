/**
 * Fits a population anew to each cut of it: from `purchase-populations` to the next version on
 * `model-parameters`.
 *
 * A version has the number of the cut's day. Of one model there is one cut a day, so its numbers rise, and
 * two cuts never share one, also where the answer to the first is not in effect when the second is made.
 * Who publishes by hand takes a number that no day has, such as one above 1,000,000: the first record with
 * a number is the one that holds.
 *
 *     00:00     00:15                                01:00        01:15               02:00
 *     cutAt     the cut of all is told, and its      effective    the cuts of         effective
 *               version published as of then,                     markets are told
 *               however long the fit takes
 */
import { defineLearner, type Learning } from '../engine/learner.ts'
import { days, minutes } from '../engine/time.ts'
import {
  type ModelParameters,
  modelParameters,
  type PurchasePopulation,
  purchasePopulations,
} from '../events.ts'
import { FIT_REFUSALS, type FitRefusal } from '../models/fit-refusal.ts'
import type { InPieces } from '../models/in-pieces.ts'
import {
  fitAllMarkets,
  fitMarket,
  MARKET_BUYERS_KEPT,
  MARKET_BUYERS_MIN,
  type PopulationFit,
  type RhythmRefusal,
} from '../models/population-fit.ts'
import { publishedOf } from '../models/population-parameters.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'

/** After the cut was made, so that a live run has found it by then. */
const EFFECTIVE_AFTER_MS = minutes(45)

export const populationLearner = defineLearner<PurchasePopulation, ModelParameters>({
  id: 'population-learner',
  from: purchasePopulations,
  to: modelParameters,
  *learn(population): Learning<ModelParameters> {
    const fitted = yield* fitOf(population)
    if (typeof fitted === 'string') return refused(population, fitted)
    if (!fitted.isNew) return refused(population, reasonsOf(fitted))
    return { publish: nextVersionOf(population, fitted) }
  },
})

/** Cells that cannot be counted are told, and do not end the run. */
function* fitOf(population: PurchasePopulation): InPieces<PopulationFit | string> {
  try {
    const isOfAll = population.modelId === MODEL_OF_ALL
    return yield* isOfAll ? fitAllMarkets(population) : fitMarket(population)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

const nextVersionOf = (
  { modelId, occurredAt, cutAt }: PurchasePopulation,
  { parameters }: PopulationFit,
): ModelParameters => ({
  modelId,
  version: cutAt / days(1),
  occurredAt,
  effectiveAt: occurredAt + EFFECTIVE_AFTER_MS,
  trainedThrough: cutAt,
  parameters: publishedOf(parameters),
})

/** What stays in use, and why, in a sentence that a person can act on. */
const refused = ({ modelId, cutAt, inUseVersion }: PurchasePopulation, why: string) => {
  const day = new Date(cutAt).toISOString().slice(0, 10)
  const stays = inUseVersion === 0 ? 'nothing is published' : `version ${inUseVersion} stays in use`
  return { refused: `${modelId}: ${stays} after the cut of ${day}. ${why}` }
}

const RHYTHM_REFUSALS: Readonly<Record<RhythmRefusal, string>> = {
  ...FIT_REFUSALS,
  FEW_FOR_A_MARKET:
    `Fewer than ${MARKET_BUYERS_MIN} buyers (${MARKET_BUYERS_KEPT} where the market has rhythms of ` +
    'its own), or hardly any who came back: the rhythms of all markets hold.',
}

const SPEND_REFUSALS: Readonly<Record<FitRefusal, string>> = {
  ...FIT_REFUSALS,
  TOO_FEW_REPEATS: 'Fewer than 100 buyers who came back: too few to tell how their amounts differ.',
}

const reasonsOf = ({ rhythmRefused, spendRefused }: PopulationFit): string =>
  [
    ...(rhythmRefused === null ? [] : [`How often people buy: ${RHYTHM_REFUSALS[rhythmRefused]}`]),
    ...(spendRefused === null ? [] : [`What they spend: ${SPEND_REFUSALS[spendRefused]}`]),
  ].join(' ')
