/**
 * Real data through the product, in one pass over files of events: what is told of elasticities at the end,
 * and the last parameters that the learner published on the way.
 */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  priceElasticities as elasticities,
  type ModelParameters,
  modelParameters,
  type PriceElasticity,
} from '../../src/events.ts'
import { demandObservations } from '../../src/pipelines/demand-observations.ts'
import { elasticityEvidence } from '../../src/pipelines/elasticity-evidence.ts'
import { elasticityLearner } from '../../src/pipelines/elasticity-learner.ts'
import { elasticityPopulations } from '../../src/pipelines/elasticity-populations.ts'
import { priceElasticities } from '../../src/pipelines/price-elasticities.ts'
import { pairOf } from '../../src/pipelines/price-pair.ts'
import { runReplay } from '../../src/runtime/run-replay.ts'
import { importToNdjson } from '../../src/sources/import-to-ndjson.ts'
import type { ImportedEvent, Importer } from '../../src/sources/public-data/importer.ts'
import { inTemporaryFolder } from '../temporary-folder.ts'

/** With it all of the data is gone through, which takes minutes; without it a part. */
export const isWhole = process.env.MILLRACE_WHOLE_DATA !== undefined

export interface Told {
  /** The last word on each pair of article and market. */
  readonly elasticities: readonly PriceElasticity[]
  readonly parameters: ModelParameters
  /** How many versions of the parameters there were. */
  readonly versions: number
}

export const eventsIn = async (importer: Importer, path: string): Promise<ImportedEvent[]> => {
  const events: ImportedEvent[] = []
  for await (const batch of importer.read(path)) for (const event of batch) events.push(event)
  return events
}

export const toldOf = (events: readonly ImportedEvent[]): Promise<Told> =>
  inTemporaryFolder(async folder => {
    const files = importToNdjson(join(folder, 'events'))
    await files.open('', [])
    await files.write(events)
    await files.finish()
    await runReplay({
      pipelines: [demandObservations, priceElasticities, elasticityEvidence, elasticityPopulations],
      learners: [elasticityLearner],
      from: [`ndjson:${join(folder, 'events')}`],
      to: [`ndjson:${join(folder, 'results')}`],
      drain: true,
      dataDir: join(folder, 'data'),
      restart: false,
    })
    return lastIn(join(folder, 'results'))
  })

const lastIn = async (results: string): Promise<Told> => {
  const last = new Map<string, string>()
  for await (const line of linesOf(join(results, `${elasticities.name}.ndjson`))) {
    const [, sku] = /"sku":"([^"]*)"/.exec(line)!
    const [, market] = /"market":"([^"]*)"/.exec(line)!
    last.set(pairOf(sku!, market!), line)
  }
  const versions: string[] = []
  for await (const line of linesOf(join(results, `${modelParameters.name}.ndjson`))) {
    versions.push(line)
  }
  return {
    elasticities: [...last.values()].map(line => JSON.parse(line) as PriceElasticity),
    parameters: JSON.parse(versions.at(-1)!) as ModelParameters,
    versions: versions.length,
  }
}

const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path) })
