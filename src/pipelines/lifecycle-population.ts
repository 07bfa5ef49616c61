/**
 * What all buyers of a market are like, as it was last published on `model-parameters`: versions that
 * results cite. How often people buy is looked for under `purchases/<market>` first, and then under
 * `purchases`, for all. What they spend and are worth is an amount in the currency of a market, so it
 * is taken from `purchases/<market>` alone: amounts of two currencies are never compared.
 *
 * A set that is incomplete, or that the formulas cannot take, counts as absent.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { ModelParameters } from '../events.ts'
import type { SpendParameters } from '../models/gamma-gamma.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import { levelsIn, rhythmIn, spendIn } from '../models/population-parameters.ts'
import type { ValueLevels } from '../models/value-bands.ts'

export interface Population {
  /** Of the parameters, such as `purchases@3`; of two rows, where both are used. */
  readonly version: string
  readonly purchases: PurchaseParameters
  /** Null where none was published: each person's own mean is what they are expected to spend. */
  readonly spend: SpendParameters | null
  /** Null where none was published: nobody is compared with others. */
  readonly levels: ValueLevels | null
}

/** Before anything was published. */
export const SEED_POPULATION: Population = {
  version: 'purchases@seed',
  purchases: MBG_NBD_SEED,
  spend: null,
  levels: null,
}

const MODEL = 'purchases'

export const populationOf = (
  published: Reference<ModelParameters>,
  market: string | null,
): Population => {
  const ofAll = rhythmsIn(published.get(MODEL))
  const row = market === null ? undefined : published.get(`${MODEL}/${market}`)
  return row === undefined ? ofAll : populationIn(row, ofAll)
}

/** Each published version is unpacked once. */
const rhythms = new WeakMap<ModelParameters, Population>()

/** Of all markets: nothing about amounts, which may be in several currencies. */
const rhythmsIn = (row: ModelParameters | undefined): Population => {
  const known = row === undefined ? SEED_POPULATION : rhythms.get(row)
  if (known) return known
  const { version, parameters } = row!
  const purchases = rhythmIn(parameters) ?? MBG_NBD_SEED
  const population = { ...SEED_POPULATION, version: `${MODEL}@${version}`, purchases }
  rhythms.set(row!, population)
  return population
}

const unpacked = new WeakMap<ModelParameters, Population & { readonly ofAll: Population }>()

/** Of one market. A row without rhythms of its own has those of all, and both are cited. */
const populationIn = (row: ModelParameters, ofAll: Population): Population => {
  const known = unpacked.get(row)
  if (known?.ofAll === ofAll) return known
  const { modelId, version, parameters } = row
  const own = rhythmIn(parameters)
  const ofMarket = `${modelId}@${version}`
  const population = {
    version: own === null ? `${ofAll.version} ${ofMarket}` : ofMarket,
    purchases: own ?? ofAll.purchases,
    spend: spendIn(parameters),
    levels: levelsIn(parameters),
    ofAll,
  }
  unpacked.set(row, population)
  return population
}
