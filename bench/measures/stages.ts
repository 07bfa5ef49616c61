/** Where the time of both pipelines goes: each stage on its own, over the same events. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Application } from '../../src/engine/application.ts'
import type { Arrival } from '../../src/engine/arrival.ts'
import type { Output } from '../../src/engine/commit.ts'
import type { RawRecord } from '../../src/engine/decoder.ts'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { deadLetters, lateEvents, topicNamed } from '../../src/events.ts'
import { ApplicationLog } from '../../src/logs/application-log.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import { resultTopics } from '../../src/logs/result-topics.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { pipelines } from '../../src/pipelines/index.ts'
import { type Cost, least, Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { recordsOf } from '../history.ts'
import { SHOP, shopEvents } from '../mix.ts'

const ROUNDS = 4
const COMMIT_RECORDS = 5_000

export const stages = async (dir: string): Promise<Figure[]> => {
  const records = recordsOf()
  const figures = decodeFigures(records)
  return [...figures, ...(await stepFigures(dir, records))]
}

const decodeFigures = (records: readonly RawRecord[]): Figure[] => {
  const application = newApplication()
  const full = records.map(({ topic, value }) => ({ ...codecsOf(topicNamed(topic)!), value }))
  const lines = Array.from(shopEvents({ ...SHOP, events: 50_000 }), ({ topic, event }) => {
    const codecs = codecsOf<unknown>(topicNamed(topic)!)
    return { ...codecs, value: Buffer.from(codecs.encodeJson(event)) }
  })
  return [
    figure('decode: Avro, all fields', 'record', records.length, () => {
      for (const { decodeAvro, check, value } of full) check(decodeAvro(value))
    }),
    figure('decode: Avro, the fields that are read', 'record', records.length, () => {
      for (const record of records) application.decode(record)
    }),
    figure('decode: JSON, all fields', 'record', lines.length, () => {
      for (const { decodeJson, check, value } of lines) check(decodeJson(value))
    }),
  ]
}

const newApplication = (run: readonly Pipeline[] = pipelines): Application =>
  new Application({ pipelines: run, mode: 'history', lateEvents, deadLetters })

/** Step, packing, encoding and commit are measured in turns, as a run has them. */
const stepFigures = async (dir: string, records: readonly RawRecord[]): Promise<Figure[]> => {
  const rounds: Awaited<ReturnType<typeof oneRound>>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    rounds.push(await oneRound(join(dir, `stages-${round}`), records))
  }
  const of = (name: string, per: string, count: number, cost: (typeof rounds)[0]['step'][]) =>
    figureOf(name, per, count, least(cost))
  const { outputs } = rounds[0]!
  return [
    of(
      'step: handlers, timers, exchange',
      'event',
      records.length,
      rounds.map(r => r.step),
    ),
    of(
      'step: packing of changed keys',
      'event',
      records.length,
      rounds.map(r => r.pack),
    ),
    of(
      'encode: results as Avro',
      'result',
      outputs,
      rounds.map(r => r.avro),
    ),
    of(
      'encode: results as NDJSON',
      'result',
      outputs,
      rounds.map(r => r.json),
    ),
    of(
      'commit: state and results, lasting',
      'event',
      records.length,
      rounds.map(r => r.commit),
    ),
  ]
}

/** A run of these pipelines over the records, stage by stage. */
export const oneRound = async (
  dir: string,
  records: readonly RawRecord[],
  run: readonly Pipeline[] = pipelines,
) => {
  const [decode, step, pack, avro, json, commit] = Array.from({ length: 6 }, () => new Meter())
  const application = newApplication(run)
  const log = await openLmdbLog(dir, { wallNow: Date.now })
  const state = new ApplicationLog({
    log,
    applicationId: 'bench',
    snapshots: fileSnapshots(join(dir, 'snapshots')),
  })
  await state.restore(application)
  await state.createResultTopics(resultTopics(run))
  let outputs = 0
  for (let from = 0; from < records.length; from += COMMIT_RECORDS) {
    const some = records.slice(from, from + COMMIT_RECORDS)
    const arrivals = decode!.run(() => some.map(record => application.decode(record)))
    step!.run(() => takeAll(application, arrivals))
    const unit = pack!.run(() => application.commit())
    outputs += unit.outputs.length
    avro!.run(() => encodeAll(unit.outputs, 'encodeAvro'))
    json!.run(() => encodeAll(unit.outputs, 'encodeJson'))
    await commit!.runAsync(() => state.commit(unit, unit.outputs, null))
  }
  await log.close()
  await rm(dir, { recursive: true })
  const costs = { step: step!.cost, pack: pack!.cost, avro: avro!.cost, json: json!.cost }
  return { outputs, decode: decode!.cost, ...costs, commit: commit!.cost }
}

const takeAll = (application: Application, arrivals: readonly Arrival[]): void => {
  for (const arrival of arrivals) application.take(arrival)
}

const encodeAll = (outputs: readonly Output[], form: 'encodeAvro' | 'encodeJson'): void => {
  for (const { topic, record } of outputs) codecsOf<unknown>(topic)[form](record)
}

const figure = (name: string, per: string, count: number, work: () => void): Figure => {
  const costs = Array.from({ length: ROUNDS }, () => {
    const meter = new Meter()
    meter.run(work)
    return meter.cost
  })
  return figureOf(name, per, count, least(costs))
}

const figureOf = (name: string, per: string, count: number, cost: Cost): Figure => ({
  name,
  value: cost.cpuMicros / count,
  unit: 'µs',
  per,
  perSecond: count / cost.wallSeconds,
})
