/**
 * What all buyers of a market are like, as it was last published on `model-parameters`: a version that
 * results cite. Looked for under `purchases/<market>` first, and then under `purchases`, for all.
 */
import type { Reference } from '../engine/pipeline.ts'
import type { ModelParameters } from '../events.ts'
import type { SpendParameters } from '../models/gamma-gamma.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from '../models/mbg-nbd.ts'
import type { ValueLevels } from '../models/value-bands.ts'

export interface Population {
  /** Of the parameters, such as `purchases@3`. */
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
  const row = (market === null ? null : published.get(`${MODEL}/${market}`)) ?? published.get(MODEL)
  return row === undefined ? SEED_POPULATION : populationIn(row)
}

/** Each published version is unpacked once. */
const unpacked = new WeakMap<ModelParameters, Population>()

const populationIn = (row: ModelParameters): Population => {
  const known = unpacked.get(row)
  if (known) return known
  const { modelId, version, parameters } = row
  const population: Population = {
    version: `${modelId}@${version}`,
    purchases: allOf(parameters, PURCHASES) ?? MBG_NBD_SEED,
    spend: allOf(parameters, SPEND),
    levels: allOf(parameters, LEVELS),
  }
  unpacked.set(row, population)
  return population
}

const PURCHASES = ['r', 'alpha', 'a', 'b'] as const
const SPEND = ['p', 'q', 'v'] as const
const LEVELS = ['highFrom', 'highUntil', 'medianFrom'] as const

/** All of these, or null where one is missing or is no number. */
const allOf = <const Name extends string>(
  parameters: Readonly<Record<string, number>>,
  names: readonly Name[],
): { readonly [N in Name]: number } | null =>
  names.every(name => Number.isFinite(parameters[name]))
    ? (Object.fromEntries(names.map(name => [name, parameters[name]!])) as Record<Name, number>)
    : null
