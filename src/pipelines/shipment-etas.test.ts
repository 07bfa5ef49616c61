import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describe as describePipeline } from '../engine/describe.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import {
  stageForecasts as forecastsTopic,
  type LogisticsEvent,
  shipmentLegs as legsTopic,
  logistics,
  type ShipmentEta,
  type ShipmentLeg,
  shipments,
} from '../events.ts'
import { QUANTILES } from '../models/conformal.ts'
import { Harness } from '../testing/harness.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { commit, type ScriptStep, type Send, send, tick } from '../testing/script.ts'
import { shipmentEtas } from './shipment-etas.ts'
import { shipmentLegs } from './shipment-legs.ts'
import { stageForecasts } from './stage-forecasts.ts'

const event =
  (type: LogisticsEvent['type']) =>
  (at: Instant, shipmentId = 's1'): Send =>
    send(logistics, { eventId: `${type} ${shipmentId} ${at}`, occurredAt: at, shipmentId, type })

const plan = (at: Instant, shipmentId = 's1', promised = ''): Send =>
  send(shipments, {
    ...{ shipmentId, occurredAt: at, lane: 'a-b', destinationId: 'b' },
    promisedAt: promised === '' ? null : hours(Number(promised)),
  })

const hour = (at: number): string => `${Math.round(at / hours(0.1)) / 10}h`

describe('legs', () => {
  const check = scenario(shipmentLegs, {
    events: {
      plan,
      picked: event('PICKED_UP'),
      departed: event('DEPARTED'),
      scanned: event('SCANNED'),
      out: event('OUT_FOR_DELIVERY'),
      delivered: event('DELIVERED'),
      returned: event('RETURNED'),
    },
    show: ({ occurredAt, stage, begunAt, durationMs }: ShipmentLeg) =>
      durationMs === null
        ? `${hour(occurredAt)} ${stage} since ${hour(begunAt)}`
        : `${hour(occurredAt)} ${stage} took ${hour(durationMs)}`,
  })

  test('each stage is told once, and how long it took when the promise has passed', () =>
    check(`
      0    plan s1 30
      1h   picked
      =>   1h HANDED_OVER since 1h
      2h   departed
      =>   2h IN_TRANSIT since 2h
      3h   scanned
      10h  out
      =>   10h OUT_FOR_DELIVERY since 10h
      12h  delivered
      =>   12h DELIVERED since 12h
      13h  delivered
      tick 31h
      =>   30h HANDED_OVER took 11h
      =>   30h IN_TRANSIT took 10h
      =>   30h OUT_FOR_DELIVERY took 2h
    `))
  test('of one that is late, or that nothing was promised of, at its arrival', () =>
    check(`
      0    plan s1 5
      1h   picked
      =>   1h HANDED_OVER since 1h
      12h  delivered
      =>   12h DELIVERED since 12h
      =>   12h HANDED_OVER took 11h
      13h  picked s2
      =>   13h HANDED_OVER since 13h
      14h  delivered s2
      =>   14h DELIVERED since 14h
      =>   14h HANDED_OVER took 1h
    `))
  test('how far it went is of its positions, without those that cannot be', () => {
    const mill = new Harness([shipmentLegs])
    const steps = [
      event('PICKED_UP')(0),
      position(hours(1), '0'),
      position(hours(2), '60'),
      position(hours(2.01), '4000'),
      event('DEPARTED')(hours(2.5)),
      position(hours(3), '120'),
      event('DELIVERED')(hours(4)),
    ]
    for (const step of steps) playStep(mill, step)
    mill.commit()
    const took = mill.resultsOf(legsTopic).filter(({ durationMs }) => durationMs !== null)
    expect(took.map(({ stage, distanceKm }) => `${stage} ${distanceKm!.toFixed(1)}`)).toEqual([
      'HANDED_OVER 120.0',
      'IN_TRANSIT 60.0',
    ])
  })
  test('a stage of before is none, and what is returned teaches nothing', () =>
    check(`
      1h   departed
      =>   1h IN_TRANSIT since 1h
      2h   picked
      3h   returned
      4h   delivered
      tick 99h
    `))
})

/** Evenly by logarithm from half to twice the usual. */
const residuals = Array.from(
  { length: QUANTILES },
  (_, at) => Math.log(2) * ((2 * at) / (QUANTILES - 1) - 1),
)

const forecast = (
  at: Instant,
  usualHours = '10',
  promised = '',
  stage = 'HANDED_OVER',
  shipmentId = 's1',
): Send =>
  send(forecastsTopic, {
    ...{
      resultId: `f ${shipmentId} ${stage} ${at}`,
      occurredAt: at,
      modelVersion: 'm',
      reasons: [],
    },
    ...{ shipmentId, stage, begunAt: at, logMs: Math.log(hours(Number(usualHours))), residuals },
    ...{ missShare: 0.1, plattSlope: 1, plattLevel: 0, observations: 99, distanceKm: 400 },
    promisedAt: promised === '' ? null : hours(Number(promised)),
  })

const there = (at: Instant, promised = '', shipmentId = 's1'): Send =>
  send(legsTopic, {
    ...{
      resultId: `l ${shipmentId} ${at}`,
      occurredAt: at,
      modelVersion: 'm',
      reasons: [],
      shipmentId,
    },
    ...{ stage: 'DELIVERED', begunAt: at },
    promisedAt: promised === '' ? null : hours(Number(promised)),
  })

/** So many km east of where it began, on the equator. */
const position = (at: Instant, east = '0', shipmentId = 's1'): Send =>
  send(logistics, {
    ...{
      eventId: `p ${shipmentId} ${at}`,
      occurredAt: at,
      shipmentId,
      type: 'READING',
      sensorId: 'gps',
    },
    ...{ latitude: 0, longitude: Number(east) / 111.195 },
  })

describe('arrivals', () => {
  const check = scenario(shipmentEtas, {
    events: { forecast, there, at: position },
    show: ({ occurredAt, stage, etaP05, etaP50, etaP95, lateProbability }: ShipmentEta) => {
      const late = lateProbability === null ? '' : ` late ${lateProbability.toFixed(2)}`
      return `${hour(occurredAt)} ${stage} ${hour(etaP05)} ${hour(etaP50)} ${hour(etaP95)}${late}`
    },
  })

  test('are told with each stage, and when it is there', () =>
    check(`
      0    forecast 10 15
      =>   0h HANDED_OVER 5.4h 10h 18.7h late 0.21
      4h   forecast 4 15 IN_TRANSIT
      =>   4h IN_TRANSIT 6.1h 8h 11.5h late 0.00
      tick 510m
      =>   8h IN_TRANSIT 8.1h 9.7h 11.7h late 0.00
      9h   there 15
      =>   9h DELIVERED 9h 9h 9h late 0.00
      tick 99h
    `))
  test('what should be there by now is expected later, and is late when the promise has passed', () =>
    check(`
      0    forecast 10 12
      =>   0h HANDED_OVER 5.4h 10h 18.7h late 0.37
      tick 13h
      =>   10h HANDED_OVER 10.4h 14.1h 19.3h late 0.74
      =>   12h HANDED_OVER 12.3h 15.5h 19.5h late 1.00
      14h  there 12
      =>   14h DELIVERED 14h 14h 14h late 1.00
    `))
  test('one that has come half of the way in a quarter of the time is expected sooner', () =>
    check(`
      0    at 0
      1m   forecast 10 -
      =>   0h HANDED_OVER 5.4h 10h 18.7h
      1h   at 80
      =>   1h HANDED_OVER 6.4h 9.4h 15.1h
      2h   at 160
      =>   2h HANDED_OVER 6.4h 8.4h 12.2h
      3h   at 240
      =>   3h HANDED_OVER 5.9h 7.2h 9.7h
    `))
  test('a position that it cannot have come to changes nothing', () =>
    check(`
      0    at 0
      1m   forecast 10 -
      =>   0h HANDED_OVER 5.4h 10h 18.7h
      2m   at 900
      3m   at 1
      4m   at 900
    `))
  test('a stage of before changes nothing, nor does what comes when it is there', () =>
    check(`
      0    forecast 10 - IN_TRANSIT
      =>   0h IN_TRANSIT 5.4h 10h 18.7h
      1h   forecast 30 - HANDED_OVER
      2h   there
      =>   2h DELIVERED 2h 2h 2h
      3h   forecast 3 - OUT_FOR_DELIVERY
      tick 99h
    `))
})

const shipmentIds = fc.constantFrom('s1', 's2', 's3')
const moments = fc.nat(days(6))
const drawn = (step: fc.Arbitrary<ScriptStep>): fc.Arbitrary<readonly ScriptStep[]> =>
  fc.array(
    fc.oneof(
      { weight: 12, arbitrary: step },
      { weight: 1, arbitrary: moments.map(tick) },
      { weight: 1, arbitrary: fc.constant(commit) },
    ),
    { maxLength: 40 },
  )

const steps = drawn(
  fc.oneof(
    fc
      .record({
        shipmentId: shipmentIds,
        at: moments,
        type: fc.constantFrom('PICKED_UP', 'DEPARTED', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED'),
      })
      .map(
        ({ shipmentId, at, type }): ScriptStep =>
          event(type as LogisticsEvent['type'])(at, shipmentId),
      ),
    fc
      .record({ shipmentId: shipmentIds, at: moments, promised: fc.constantFrom('', '20', '100') })
      .map(({ shipmentId, at, promised }): ScriptStep => plan(at, shipmentId, promised)),
    fc
      .record({ shipmentId: shipmentIds, at: moments, east: fc.constantFrom('0', '90', '300') })
      .map(({ shipmentId, at, east }): ScriptStep => position(at, east, shipmentId)),
  ),
)

const forecasts = drawn(
  fc.oneof(
    fc
      .record({
        shipmentId: shipmentIds,
        at: moments,
        usual: fc.constantFrom('1', '10', '40'),
        promised: fc.constantFrom('', '20', '100'),
        stage: fc.constantFrom('HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY'),
      })
      .map(
        ({ shipmentId, at, usual, promised, stage }): ScriptStep =>
          forecast(at, usual, promised, stage, shipmentId),
      ),
    fc
      .record({ shipmentId: shipmentIds, at: moments })
      .map(({ shipmentId, at }): ScriptStep => there(at, '', shipmentId)),
    fc
      .record({ shipmentId: shipmentIds, at: moments, east: fc.constantFrom('0', '90', '300') })
      .map(({ shipmentId, at, east }): ScriptStep => position(at, east, shipmentId)),
  ),
)

const leg = (at: Instant, fields: object): Send =>
  send(legsTopic, {
    ...{
      resultId: `${at} ${JSON.stringify(fields)}`,
      occurredAt: at,
      modelVersion: 'm',
      reasons: [],
    },
    ...{ stage: 'HANDED_OVER', begunAt: at - hours(9), lane: 'a-b', destinationId: 'b' },
    ...fields,
  })

const legs = drawn(
  fc
    .record({
      shipmentId: shipmentIds,
      at: moments,
      lane: fc.constantFrom('a-b', 'c-b', null),
      durationMs: fc.constantFrom(null, hours(5), hours(9), hours(30)),
      distanceKm: fc.constantFrom(null, 90, 400),
      promisedAt: fc.constantFrom(null, hours(60)),
    })
    .map(({ at, ...fields }): ScriptStep => leg(at, fields)),
).map(script => [
  ...Array.from({ length: 22 }, (_, at) =>
    leg(at, { shipmentId: `known-${at}`, durationMs: hours(4 + (at % 7)) }),
  ),
  ...script,
])

describe('the laws of pipelines', () => {
  for (const [pipeline, scripts] of [
    [shipmentLegs, steps],
    [stageForecasts, legs],
    [shipmentEtas, forecasts],
  ] as const) {
    describe(pipeline.id, () => {
      const laws = pipelineLaws(pipeline, scripts, { partitions: 2, runs: 40 })
      for (const law of laws) {
        // All of stage-forecasts is one key.
        const isOfKeys = law.name === 'keys do not touch each other'
        if (!isOfKeys || pipeline !== stageForecasts) test(law.name, law.check)
      }
    })
  }
})

test('the shapes of the pipelines are as reviewed', () => {
  expect(describePipeline(shipmentLegs)).toMatchInlineSnapshot(`
    "shipment-legs arrivals-2026-11-24, generation 1, arrival order
    inputs
      step <- logistics (shipmentId, type)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
      position <- logistics (shipmentId, type, latitude, longitude)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
    references
      shipments <- shipments (reference)
    state
      stages: value
      endedAt: value
      track: value
      $newest: value
    timers
      forgotten 120d after the last event
      learn
    output shipment-legs
    "
  `)
  expect(describePipeline(stageForecasts)).toMatchInlineSnapshot(`
    "stage-forecasts arrivals-2026-11-24, generation 1, arrival order
    inputs
      leg <- shipment-legs (shipmentId, stage, begunAt, lane, destinationId, promisedAt, durationMs, distanceKm)
        keyed by shipmentId, exchange, filtered
        late handle, disorder 5s
    state
      means: rowsOf
      stages: rowsOf
      said: rowsOf
    timers
      forgotten 800d after the last event
    output stage-forecasts
    "
  `)
  expect(describePipeline(shipmentEtas)).toMatchInlineSnapshot(`
    "shipment-etas arrivals-2026-11-24, generation 1, arrival order
    inputs
      forecast <- stage-forecasts (shipmentId, stage, begunAt, promisedAt, logMs, residuals, missShare, plattSlope, plattLevel, observations, distanceKm)
        keyed by shipmentId, direct
        late handle, disorder 5s
      position <- logistics (shipmentId, type, latitude, longitude)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s by key
      arrived <- shipment-legs (shipmentId, stage, begunAt, promisedAt, durationMs)
        keyed by shipmentId, direct, filtered
        late handle, disorder 5s
    state
      known: value
      track: value
      told: value
      isThere: value
      $newest: value
    timers
      forgotten 120d after the last event
      look
    output shipment-etas
    "
  `)
})
