/**
 * What all articles of a category are like, as it was last published on `model-parameters` under
 * `elasticities/<category>`. Elasticities have no unit, so all markets and currencies are one model.
 * Articles without a category are a group of their own: `elasticities/`.
 *
 * What is known of the articles comes together in parts, as a category may have thousands. The part is
 * decided by the pair of article and market: an article that is sold in hundreds of markets would else
 * fill a part alone, and put its own markets out.
 */
import { murmur2 } from '../engine/hash.ts'
import type { Reference } from '../engine/pipeline.ts'
import type { ModelParameters } from '../events.ts'

const PREFIX = 'elasticities/'
/** A power of two. */
const SHARDS = 64

export const modelIdOf = (category: string | null): string => `${PREFIX}${category ?? ''}`

/** Null: the model is of the articles without a category. */
export const categoryOf = (modelId: string): string | null => modelId.slice(PREFIX.length) || null

/** The part of a category that a pair of article and market is in: from 0 to 63. */
export const shardOf = (pair: string): number => murmur2(pair) & (SHARDS - 1)

/** Such as `elasticities/coffee#7`. */
export const shardIdOf = (modelId: string, pair: string): string => `${modelId}#${shardOf(pair)}`

/** The model that a part belongs to; a category may have a # in its name. */
export const modelOfShard = (shardId: string): string => shardId.slice(0, shardId.lastIndexOf('#'))

/** What is in use of a model. */
export interface InUse<Level> {
  /** The row, as results cite it: `elasticities/coffee@20780`, or `elasticities@seed` before any. */
  readonly citation: string
  /** 0 before any. */
  readonly version: number
  readonly level: Level
}

type Published = ModelParameters['parameters']

/**
 * Makes the look-up of a category's row. Each published version is read once.
 *
 * @param read what the parameters say; null where they are incomplete or make no sense, which counts as
 * though nothing had been published
 * @param seed what holds before anything was published
 */
export const levelsBy = <Level extends object>(
  read: (parameters: Published) => Level | null,
  seed: Level,
): ((published: Reference<ModelParameters>, category: string | null) => InUse<Level>) => {
  const nothing: InUse<Level> = { citation: 'elasticities@seed', version: 0, level: seed }
  const known = new WeakMap<ModelParameters, InUse<Level>>()
  const readRow = (row: ModelParameters): InUse<Level> => {
    const level = read(row.parameters)
    const { modelId, version } = row
    const found = level === null ? nothing : { citation: `${modelId}@${version}`, version, level }
    known.set(row, found)
    return found
  }
  return (published, category) => {
    const row = published.get(modelIdOf(category))
    return row === undefined ? nothing : (known.get(row) ?? readRow(row))
  }
}
