import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { hours, type Instant, minutes, seconds } from '../engine/time.ts'
import {
  shipmentAlerts as alertsTopic,
  type LogisticsEvent,
  logistics,
  products,
  shipments,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { commit, type ScriptStep, send, tick } from '../testing/script.ts'
import { shipmentAlerts } from './shipment-alerts.ts'

/** Few, so that they meet. */
const ids = fc.constantFrom('s1', 's2', 's3')
const sensors = fc.constantFrom('a', 'b', null)

const readings = fc.record({
  shipmentId: ids,
  sensorId: sensors,
  type: fc.constantFrom<LogisticsEvent['type'][]>(
    ...Array.from({ length: 20 }, () => 'READING' as const),
    'SCANNED',
    'DEPARTED',
    'ARRIVED',
    'DOOR_OPENED',
    'DOOR_CLOSED',
    'DELIVERED',
    'RETURNED',
  ),
  temperatureC: fc.constantFrom(5, 5, 7.4, 7.8, 8.2, 9, 9.5, 14, 1, -30, null),
  humidityPct: fc.constantFrom(50, 61, 80, null, null, null),
  shockG: fc.constantFrom(1, 9, 30, null, null, null),
  tiltDeg: fc.constantFrom(5, 80, null, null, null, null),
})

const plans = fc.record({
  shipmentId: ids,
  temperatureMinC: fc.constantFrom(2, null),
  temperatureMaxC: fc.constantFrom(8, 8, 25, null),
  humidityMaxPct: fc.constantFrom(60, null),
  shockMaxG: fc.constantFrom(8, null),
  readingIntervalMs: fc.constantFrom(minutes(10), minutes(1), 0, null),
  promisedAt: fc.constantFrom(null, hours(12), hours(20)),
  contents: fc.constantFrom([], [{ sku: 'fish', quantity: 2 }]),
})

type Draft = (occurredAt: Instant, eventId: string) => ScriptStep

const readingDraft = readings.map(
  (reading): Draft =>
    (occurredAt, eventId) =>
      send(logistics, { ...reading, eventId, occurredAt }),
)
const planDraft = plans.map(
  (plan): Draft =>
    occurredAt =>
      send(shipments, { ...plan, occurredAt }),
)
const unreadable: Draft = (occurredAt, eventId) => send(logistics, { eventId, occurredAt, type: 7 })

const steps = fc.record({
  draft: fc.oneof(
    { weight: 24, arbitrary: readingDraft },
    { weight: 2, arbitrary: planDraft },
    { weight: 1, arbitrary: fc.constant(unreadable) },
    { weight: 2, arbitrary: fc.constant<Draft>(tick) },
    { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
  ),
  gapMs: fc.oneof(
    { weight: 12, arbitrary: fc.nat(minutes(15)) },
    { weight: 1, arbitrary: fc.nat(hours(5)) },
  ),
  lagMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.nat(seconds(5)) },
    { weight: 2, arbitrary: fc.nat(hours(3)) },
  ),
  again: fc.constantFrom(true, false, false, false),
})

const scripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 60 })
  .map(drawn => {
    let newest = hours(10)
    return drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
      newest += gapMs
      const step = draft(newest - lagMs, `e${index}`)
      return again ? [step, step] : [step]
    })
  })
  .map(script => [
    send(shipments, { shipmentId: 's1', occurredAt: 0, temperatureMinC: 2, temperatureMaxC: 8 }),
    send(products, { sku: 'fish', occurredAt: 0, currency: 'EUR', shelfLifeHours: 8 }),
    ...script,
  ])

describe('the laws of pipelines', () => {
  const laws = pipelineLaws(shipmentAlerts, scripts, { partitions: 2, runs: 60 })
  for (const law of laws) test(law.name, law.check)
})

/** A reading every ten minutes, with whatever noise around the limit, and none of it a glitch. */
const noise = fc.array(fc.double({ min: -0.49, max: 0.49, noNaN: true }), { maxLength: 300 })

test('a reading that wobbles by less than the hysteresis is told twice at most', () => {
  fc.assert(
    fc.property(noise, values => {
      const mill = new Harness([shipmentAlerts], { batchSize: 1_000 })
      playStep(mill, send(shipments, { shipmentId: 's', occurredAt: 0, temperatureMaxC: 8 }))
      values.forEach((value, index) => {
        playStep(
          mill,
          send(logistics, {
            eventId: `e${index}`,
            occurredAt: minutes(10 * index),
            shipmentId: 's',
            sensorId: 'a',
            type: 'READING',
            temperatureC: 8 + value,
          }),
        )
      })
      mill.commit()
      const severities = mill.resultsOf(alertsTopic).map(({ kind, severity }) => kind + severity)
      expect(new Set(severities).size).toBe(severities.length)
      expect(severities.length).toBeLessThanOrEqual(2)
    }),
    { numRuns: 50 },
  )
})

test('for each sensor and kind, severities follow each other as they should', () => {
  fc.assert(
    fc.property(scripts, script => {
      const mill = new Harness([shipmentAlerts], { batchSize: 1_000 })
      for (const step of script) playStep(mill, step)
      mill.advanceTo(hours(1_000))
      expect(mill.dead.filter(({ stage }) => stage !== 'DECODE' && stage !== 'VALIDATE')).toEqual(
        [],
      )
      const open = new Map<string, string>()
      for (const alert of mill.resultsOf(alertsTopic)) {
        const { shipmentId, sensorId, kind, severity, reasons } = alert
        // A shock is told again, and the shelf life of the goods is no sensor's.
        if (kind === 'SHOCK' || reasons[0]!.code.startsWith('SHELF_LIFE')) continue
        const subject = `${shipmentId} ${sensorId} ${kind}`
        expect(FOLLOWS[open.get(subject) ?? 'RECOVERED'], subject).toContain(severity)
        open.set(subject, severity)
      }
    }),
    { numRuns: 200 },
  )
})

const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  RECOVERED: ['WARNING', 'CRITICAL'],
  WARNING: ['CRITICAL', 'RECOVERED'],
  CRITICAL: ['RECOVERED'],
}

/** Minutes from one reading of a sensor to the next, where one is due every 10. */
const gaps = fc.array(fc.constantFrom(1, 10, 10, 10, 29, 30, 31, 100), { maxLength: 20 })

/**
 * By the whole list of a sensor's readings, in minutes. Cut where a gap is too long, each piece of
 * two or more ends in a silence, and at the second reading of the next such piece that is over.
 */
const silenceOracle = (readAt: readonly number[]): string[] => {
  const cuts = readAt.flatMap((at, n) => (n === 0 || at - readAt[n - 1]! > 30 ? [n] : []))
  const pieces = cuts.map((from, n) => readAt.slice(from, cuts[n + 1]))
  return pieces
    .filter(({ length }) => length >= 2)
    .flatMap((piece, n) => [
      ...(n === 0 ? [] : [`${piece[1]} RECOVERED`]),
      `${piece.at(-1)! + 30} WARNING`,
    ])
}

test('silence is told as a look at the whole list tells it', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(gaps, { minLength: 1, maxLength: 3 }), bySensor => {
      const readAt = bySensor.map(each => {
        let at = 0
        return [0, ...each].map(gap => {
          at += gap
          return at
        })
      })
      const mill = new Harness([shipmentAlerts], { mode: 'history', batchSize: 50 })
      playStep(
        mill,
        send(shipments, { shipmentId: 's', occurredAt: 0, readingIntervalMs: minutes(10) }),
      )
      const all = readAt.flatMap((times, sensor) => times.map(at => ({ at, sensor })))
      for (const { at, sensor } of all.sort((a, b) => a.at - b.at || a.sensor - b.sensor)) {
        playStep(
          mill,
          send(logistics, {
            eventId: `${sensor} ${at}`,
            occurredAt: minutes(at),
            shipmentId: 's',
            sensorId: `${sensor}`,
            type: 'READING',
          }),
        )
      }
      mill.finish(true)
      readAt.forEach((times, sensor) => {
        const told = mill
          .resultsOf(alertsTopic)
          .filter(({ sensorId }) => sensorId === `${sensor}`)
          .map(({ occurredAt, severity }) => `${occurredAt / minutes(1)} ${severity}`)
        for (const one of told) seen.add(one.split(' ')[1]!)
        expect(told).toEqual(silenceOracle(times))
      })
    }),
    { numRuns: 300 },
  )
  expect(seen.size).toBe(2)
})

test('the shape of the pipeline is as reviewed', () => {
  expect(describePipeline(shipmentAlerts)).toMatchInlineSnapshot(`
    "shipment-alerts shipment-rules-2026-11-24, generation 1, arrival order
    inputs
      reading <- logistics (shipmentId, sensorId, type, temperatureC, humidityPct, shockG, tiltDeg)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
      step <- logistics (shipmentId, type)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
      eta <- shipment-etas (shipmentId, stage, lateProbability)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s
        holds nothing back
      end <- logistics (shipmentId, type)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
    references
      shipments <- shipments (reference)
      products <- products (reference)
    state
      sensors: mapOf, max 32
      endedAt: value
      door: value
      lateness: value
      shelfLife: value
      series: rowsOf
      $newest: value
    timers
      forgotten 90d after the last event
      calm
      door
      late
      silence
    output shipment-alerts
    "
  `)
})
