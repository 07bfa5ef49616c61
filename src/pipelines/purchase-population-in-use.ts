/**
 * What a cut carries of parameters in use. Levels of a market without rhythms of its own are counted by
 * those of all, as they are at the cut: so the cut has them, with their calibration and their version,
 * and the fit publishes them with the levels.
 */
import type { ModelParameters, PurchasePopulation } from '../events.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { keepsRhythm } from '../models/population-fit.ts'
import {
  ownRhythmIn,
  populationParametersIn,
  publishedOf,
  rhythmIn,
  versionOfAllIn,
} from '../models/population-parameters.ts'
import { MODEL_OF_ALL } from './lifecycle-population.ts'
import type { PopulationContext, sizeOf } from './purchase-population-state.ts'

type InUse = Pick<PurchasePopulation, 'inUseVersion' | 'inUse' | 'hasOwnRhythms'>

/** A market that has become too small for rhythms of its own goes by those of all from this cut on. */
export const inUseAt = (
  { key, reference }: PopulationContext,
  { users, returns }: ReturnType<typeof sizeOf>,
): InUse => {
  const row = reference.modelParameters.get(key)
  const isOfAll = key === MODEL_OF_ALL
  const isLargeEnough = isOfAll || keepsRhythm({ users, repeats: returns })
  const hasOwnRhythms = isLargeEnough && ownRhythmIn(row?.parameters ?? {}) !== null
  const inUse = isOfAll || hasOwnRhythms ? (row?.parameters ?? {}) : withThoseOfAll(row, reference)
  return { inUseVersion: row?.version ?? 0, inUse, hasOwnRhythms }
}

const withThoseOfAll = (
  row: ModelParameters | undefined,
  { modelParameters }: PopulationContext['reference'],
): InUse['inUse'] => {
  const ofAll = modelParameters.get(MODEL_OF_ALL)
  const { rhythm, platt } = populationParametersIn(ofAll?.parameters ?? {})
  return publishedOf({
    ...populationParametersIn(row?.parameters ?? {}),
    rhythm: rhythm ?? MBG_NBD_SEED,
    versionOfAll: ofAll?.version ?? 0,
    platt,
  })
}

/** The version of all whose rhythms a market goes by; 0: it goes by none. */
export const versionReliedOn = ({ inUse }: InUse): number => versionOfAllIn(inUse) ?? 0

/** By which forecasts are judged: the model's own, or else those of all, or else the seed's. */
export const rhythmInUse = ({ key, reference }: PopulationContext): PurchaseParameters => {
  const of = (modelId: string) => reference.modelParameters.get(modelId)?.parameters ?? {}
  return ownRhythmIn(of(key)) ?? rhythmIn(of(MODEL_OF_ALL)) ?? MBG_NBD_SEED
}
