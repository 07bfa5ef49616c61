/** What a reading costs in `shipment-alerts`, without the anomaly score and with it, and what a sensor keeps. */
import { join } from 'node:path'
import { Application } from '../../src/engine/application.ts'
import type { EngineFields } from '../../src/engine/arrival.ts'
import type { RawRecord } from '../../src/engine/decoder.ts'
import { minutes } from '../../src/engine/time.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { shipmentAlertsWith } from '../../src/pipelines/shipment-alerts.ts'
import { least } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { recordsFrom } from '../history.ts'
import { START_AT } from '../mix.ts'
import { randomOf } from '../random.ts'
import { oneRound } from './stages.ts'

const ROUNDS = 4
const READINGS = 120_000
const SHIPMENTS = 5_000
const TARGETS = { without: 12, with: 25 } as const
const STAGES = ['decode', 'step', 'pack', 'commit'] as const

interface Occurred {
  readonly topic: string
  readonly event: EngineFields
}

/** A sensor for each shipment, all of them in turn: so nothing is read twice within a commit. */
function* readingsOf(shipments: number, readings: number): Generator<Occurred> {
  const random = randomOf(3)
  for (let shipment = 0; shipment < shipments; shipment++) {
    const plan = { shipmentId: `shipment-${shipment}`, occurredAt: START_AT, ...PLAN }
    yield { topic: 'shipments', event: plan as unknown as EngineFields }
  }
  for (let reading = 0; reading < readings; reading++) {
    const round = Math.floor(reading / shipments)
    const event = {
      ...NOTHING_MEASURED,
      eventId: `reading-${reading}`,
      occurredAt: START_AT + round * minutes(15) + (reading % shipments),
      shipmentId: `shipment-${reading % shipments}`,
      sensorId: 'sensor',
      type: 'READING',
      temperatureC: 5 + 2.6 * (random() + random() - 1),
      humidityPct: 50 + 8 * random(),
    }
    yield { topic: 'logistics', event: event as unknown as EngineFields }
  }
}

const PLAN = {
  orderIds: [],
  contents: [{ sku: 'fish', quantity: 1 }],
  carrier: null,
  lane: null,
  originId: null,
  destinationId: null,
  promisedAt: null,
  temperatureMinC: 2,
  temperatureMaxC: 8,
  humidityMaxPct: 60,
  shockMaxG: 8,
  readingIntervalMs: minutes(15),
}

const NOTHING_MEASURED = {
  locationId: null,
  latitude: null,
  longitude: null,
  speedKph: null,
  shockG: null,
  tiltDeg: null,
  batteryPct: null,
}

export const alertsAlone = async (dir: string): Promise<Figure[]> => {
  const records: RawRecord[] = [...recordsFrom(readingsOf(SHIPMENTS, READINGS))]
  return [...(await costs(dir, records, 'without')), ...(await costs(dir, records, 'with'))]
}

const costs = async (
  dir: string,
  records: readonly RawRecord[],
  which: 'with' | 'without',
): Promise<Figure[]> => {
  const pipeline = shipmentAlertsWith({ anomalies: which === 'with' })
  const rounds: Awaited<ReturnType<typeof oneRound>>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.()
    rounds.push(await oneRound(join(dir, `alerts-${which}-${round}`), records, [pipeline]))
  }
  const figures = STAGES.map(stage =>
    figureOf(`${which} the score, ${stage}`, least(rounds.map(round => round[stage])).cpuMicros),
  )
  const all = figures.reduce((sum, { value }) => sum + value, 0)
  const name = `alerts: a reading ${which} the score, all stages`
  return [...figures, { name, value: all, unit: 'µs', per: 'reading', target: TARGETS[which] }]
}

const figureOf = (what: string, cpuMicros: number): Figure => ({
  name: `alerts: a reading ${what}`,
  value: cpuMicros / READINGS,
  unit: 'µs',
  per: 'reading',
})

const SENSORS = 100_000
const READ_EACH = 3
const COMMIT_RECORDS = 5_000

export const alertsMemory = async (): Promise<Figure[]> => {
  const application = new Application({
    pipelines: [shipmentAlertsWith({ anomalies: true })],
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  globalThis.gc?.()
  let taken = 0
  for (const record of recordsFrom(readingsOf(SENSORS, SENSORS * READ_EACH))) {
    application.take(application.decode(record))
    if (++taken % COMMIT_RECORDS === 0) application.commit()
  }
  application.commit()
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const of = 'of 100,000 sensors with their plans'
  return [
    {
      name: `alerts: heap and buffers ${of}`,
      value: (heapUsed + external) / 1e6,
      unit: 'MB',
      target: 600,
    },
    { name: `alerts: the process ${of}`, value: rss / 1e6, unit: 'MB', target: 600 },
  ]
}
