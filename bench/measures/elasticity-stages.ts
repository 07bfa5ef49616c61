/** Where the time of elasticities goes: each stage of an event on its own, on the last day of the shop. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Application } from '../../src/engine/application.ts'
import type { Arrival } from '../../src/engine/arrival.ts'
import type { RawRecord } from '../../src/engine/decoder.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { ApplicationLog } from '../../src/logs/application-log.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import { resultTopics } from '../../src/logs/result-topics.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { least, Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { recordsFrom } from '../history.ts'
import { PRICED_SHOP, pricedShopEvents } from '../price-mix.ts'
import { ALONE, MEASURED } from './elasticity.ts'

const ROUNDS = 2
const COMMIT_RECORDS = 5_000
const STAGES = ['decode', 'step, with results as Avro', 'pack', 'commit, lasting'] as const
type Meters = [Meter, Meter, Meter, Meter]

export const elasticityStages = async (dir: string): Promise<Figure[]> => {
  const rounds: Meters[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    rounds.push(await oneRound(join(dir, `log-${round}`)))
  }
  return STAGES.map((name, stage) => {
    const { cpuMicros, wallSeconds } = least(rounds.map(meters => meters[stage]!.cost))
    const value = cpuMicros / MEASURED
    const perSecond = MEASURED / wallSeconds
    return { name: `elasticities: ${name}`, value, unit: 'µs', per: 'event', perSecond }
  })
}

const oneRound = async (dir: string): Promise<Meters> => {
  const log = await openLmdbLog(dir, { wallNow: Date.now })
  const state = new ApplicationLog({
    log,
    applicationId: 'bench',
    snapshots: fileSnapshots(join(dir, 'snapshots')),
  })
  const application = new Application({
    pipelines: ALONE,
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  await state.restore(application)
  await state.createResultTopics(resultTopics(ALONE))
  const meters = await measured(application, state)
  await log.close()
  await rm(dir, { recursive: true })
  return meters
}

/** What comes before the last day is run as well, and not counted. */
const measured = async (application: Application, state: ApplicationLog): Promise<Meters> => {
  let meters: Meters = [new Meter(), new Meter(), new Meter(), new Meter()]
  let left = PRICED_SHOP.events + 3 * PRICED_SHOP.articles
  for (const records of batchesOf(recordsFrom(pricedShopEvents()))) {
    if (left === MEASURED) meters = [new Meter(), new Meter(), new Meter(), new Meter()]
    left -= records.length
    const [decode, step, pack, commit] = meters
    const arrivals = decode.run(() => decoded(application, records))
    step.run(() => takeAll(application, arrivals))
    const unit = pack.run(() => application.commit())
    await commit.runAsync(() => state.commit(unit, unit.outputs, null))
  }
  return meters
}

function* batchesOf(records: Iterable<RawRecord>): Generator<RawRecord[]> {
  let batch: RawRecord[] = []
  for (const record of records) {
    batch.push(record)
    if (batch.length < COMMIT_RECORDS) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const decoded = (application: Application, records: readonly RawRecord[]): Arrival[] =>
  records.map(record => application.decode(record))

const takeAll = (application: Application, arrivals: readonly Arrival[]): void => {
  for (const arrival of arrivals) application.take(arrival)
}
