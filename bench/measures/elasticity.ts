/** What elasticities cost: an event of a shop that sets prices, and a pair of article and market. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import type { Log } from '../../src/logs/log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { demandObservations } from '../../src/pipelines/demand-observations.ts'
import { learners, pipelines } from '../../src/pipelines/index.ts'
import { priceElasticities } from '../../src/pipelines/price-elasticities.ts'
import { replay } from '../../src/replay/replay.ts'
import { logTarget } from '../../src/replay/target.ts'
import { openLogSource } from '../../src/sources/log-source.ts'
import { PRICE_CHAIN } from '../../src/testing/price-loop.ts'
import { type Cost, Lap, least } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { fillLog, recordsFrom } from '../history.ts'
import { PRICED_SHOP, pricedShopEvents } from '../price-mix.ts'

const ROUNDS = 2
/** The last day: by then the demand of articles is known, and is learnt from. */
export const MEASURED = 200_000

export const elasticityAlone = async (dir: string): Promise<Figure[]> => {
  const source = await openLmdbLog(join(dir, 'source'), { wallNow: Date.now, durability: 'none' })
  await fillLog(source, recordsFrom(pricedShopEvents()))
  const figures = [
    await measured(dir, source, 'end to end: demand and elasticities alone', ALONE, 16),
    await measured(dir, source, 'end to end: prices from demand to recommendation', CHAIN),
  ]
  await source.close()
  return figures
}

export const ALONE: readonly Pipeline[] = [demandObservations, priceElasticities]

/** With the categories, and what is bought together. */
const CHAIN = pipelines.filter(({ id }) => PRICE_CHAIN.includes(id) || id.startsWith('basket-'))

const measured = async (
  dir: string,
  source: Log,
  name: string,
  run: readonly Pipeline[],
  target?: number,
): Promise<Figure> => {
  const costs: Cost[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    costs.push(await costOfTheLastDay(join(dir, `target-${round}`), source, run))
  }
  const { cpuMicros, wallSeconds } = least(costs)
  const figure = { name, value: cpuMicros, unit: 'µs', per: 'event' } as const
  const perSecond = 1 / wallSeconds
  return target === undefined ? { ...figure, perSecond } : { ...figure, perSecond, target }
}

/** Of one event; what comes before the last day is replayed as well, and not counted. */
const costOfTheLastDay = async (
  dir: string,
  source: Log,
  run: readonly Pipeline[],
): Promise<Cost> => {
  const log = await openLmdbLog(dir, { wallNow: Date.now })
  const lap = new Lap()
  let [begunAt, records] = [-1, 0]
  await replay({
    pipelines: run,
    learners: run === CHAIN ? learners : [],
    runId: 'bench',
    command: {},
    open: (topics, startAt) =>
      openLogSource(source, { topics: topics.map(({ name }) => name), startAt }),
    log,
    snapshots: fileSnapshots(join(dir, 'snapshots')),
    target: logTarget(),
    drain: false,
    startedAtMs: Date.now(),
    onProgress: progress => {
      records = progress.records
      if (begunAt >= 0 || records < PRICED_SHOP.events - MEASURED) return
      begunAt = records
      lap.begin()
    },
  })
  const { cpuMicros, wallSeconds } = lap.cost
  const count = records - begunAt
  await log.close()
  await rm(dir, { recursive: true })
  return { cpuMicros: cpuMicros / count, wallSeconds: wallSeconds / count }
}
