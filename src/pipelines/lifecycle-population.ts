/**
 * What all buyers of a market are like, as it was last published on `model-parameters`: versions that
 * results cite. How often people buy is looked for under `purchases/<market>` first, and then under
 * `purchases`, for all; and how forecasts are set right is taken from where these rhythms are, as it
 * was learnt with them. What people spend and are worth is an amount in the currency of a market, and
 * whom they are compared with are the others of that market: this is taken from `purchases/<market>`
 * alone.
 *
 * A market that has too few buyers for rhythms of its own carries those of all by which its levels were
 * counted, and both versions are cited. Held against these levels by other rhythms of all, most of its
 * buyers may be HIGH_VALUE, where a tenth is meant to be.
 *
 * A set that is incomplete, or that the formulas cannot take, counts as absent.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { ModelParameters } from '../events.ts'
import { type DealPrior, FIRST_DEAL_PRIOR } from '../models/deal-prior.ts'
import type { SpendParameters } from '../models/gamma-gamma.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { IDENTITY } from '../models/platt-calibration.ts'
import {
  dealPriorIn,
  levelsIn,
  type Published,
  plattIn,
  rhythmIn,
  spendIn,
  versionOfAllIn,
} from '../models/population-parameters.ts'
import type { RiskCalibration } from '../models/purchase-outlook.ts'
import { type RfmEdges, rfmEdgesIn } from '../models/rfm-quintiles.ts'
import type { ValueLevels } from '../models/value-bands.ts'

export interface Population {
  /** Of the parameters, such as `purchases@3`; of two rows, where both are used. */
  readonly version: string
  readonly purchases: PurchaseParameters
  /** The model that these rhythms are of: `purchases`, also as a market carries them, or the market's. */
  readonly rhythmsOf: string
  /** Of the risks that follow from these; it leaves them as they are where none was published. */
  readonly calibration: RiskCalibration
  /** Null where none was published: each person's own mean is what they are expected to spend. */
  readonly spend: SpendParameters | null
  /** Null where none was published: nobody is compared with others. */
  readonly levels: ValueLevels | null
  /** Null where none were published: nobody is ranked. */
  readonly edges: RfmEdges | null
  readonly deals: DealPrior
}

/** Before anything was published. */
export const SEED_POPULATION: Population = {
  version: 'purchases@seed',
  purchases: MBG_NBD_SEED,
  rhythmsOf: 'purchases',
  calibration: { month: IDENTITY, quarter: IDENTITY },
  spend: null,
  levels: null,
  edges: null,
  deals: FIRST_DEAL_PRIOR,
}

/** The model of the buyers of all markets. */
export const MODEL_OF_ALL = 'purchases'

/** The model of one market's buyers. The market without a name is one of its own. */
export const modelIdOf = (market: string | null): string => `${MODEL_OF_ALL}/${market ?? ''}`

export const populationOf = (
  published: Reference<ModelParameters>,
  market: string | null,
): Population => {
  const ofAll = rhythmsIn(published.get(MODEL_OF_ALL))
  const row = published.get(modelIdOf(market))
  return row === undefined ? ofAll : populationIn(row, ofAll)
}

/**
 * By whose rhythms forecasts about buyers of a market are judged. What becomes of them is to set right
 * those in use for all, which a market that carries them may be behind.
 */
export const judgingPopulationOf = (
  published: Reference<ModelParameters>,
  market: string | null,
): Population => {
  const population = populationOf(published, market)
  return population.rhythmsOf === MODEL_OF_ALL ? rhythmsIn(published.get(MODEL_OF_ALL)) : population
}

/** Each published version is unpacked once. */
const rhythms = new WeakMap<ModelParameters, Population>()

/** Of all markets: nothing about amounts, which may be in several currencies. */
const rhythmsIn = (row: ModelParameters | undefined): Population => {
  const known = row === undefined ? SEED_POPULATION : rhythms.get(row)
  if (known) return known
  const { version, parameters } = row!
  const population = {
    ...SEED_POPULATION,
    version: citationOfAll(version),
    purchases: rhythmIn(parameters) ?? MBG_NBD_SEED,
    calibration: calibrationIn(parameters),
  }
  rhythms.set(row!, population)
  return population
}

const unpacked = new WeakMap<ModelParameters, Population & { readonly ofAll: Population }>()

/** Of one market. */
const populationIn = (row: ModelParameters, ofAll: Population): Population => {
  const known = unpacked.get(row)
  if (known?.ofAll === ofAll) return known
  const { parameters } = row
  const population = {
    ...rhythmsFor(row, ofAll),
    spend: spendIn(parameters),
    levels: levelsIn(parameters),
    edges: rfmEdgesIn(parameters),
    deals: dealPriorIn(parameters) ?? FIRST_DEAL_PRIOR,
    ofAll,
  }
  unpacked.set(row, population)
  return population
}

type Rhythms = Pick<Population, 'version' | 'purchases' | 'rhythmsOf' | 'calibration'>

/** Those in the row, its own or those of all; a row that has none goes by what is in use for all. */
const rhythmsFor = (
  { modelId, version, parameters }: ModelParameters,
  ofAll: Population,
): Rhythms => {
  const ofMarket = `${modelId}@${version}`
  const purchases = rhythmIn(parameters)
  if (purchases === null) {
    const { calibration } = ofAll
    const versions = `${ofAll.version} ${ofMarket}`
    return { version: versions, purchases: ofAll.purchases, rhythmsOf: MODEL_OF_ALL, calibration }
  }
  const versionOfAll = versionOfAllIn(parameters)
  const isOwn = versionOfAll === null
  return {
    version: isOwn ? ofMarket : `${citationOfAll(versionOfAll)} ${ofMarket}`,
    purchases,
    rhythmsOf: isOwn ? modelId : MODEL_OF_ALL,
    // What sets right forecasts by some rhythms need not do so with those by others.
    calibration: calibrationIn(parameters),
  }
}

const citationOfAll = (version: number): string =>
  version === 0 ? SEED_POPULATION.version : `${MODEL_OF_ALL}@${version}`

const calibrationIn = (parameters: Published): RiskCalibration => ({
  month: plattIn(parameters, 30) ?? IDENTITY,
  quarter: plattIn(parameters, 90) ?? IDENTITY,
})
