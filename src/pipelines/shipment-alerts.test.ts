import { describe, expect, test } from 'vitest'
import { hours, type Instant, minutes } from '../engine/time.ts'
import {
  shipmentAlerts as alertsTopic,
  type LogisticsEvent,
  logistics,
  products,
  type ShipmentAlert,
  shipments,
} from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { scenario } from '../testing/scenario.ts'
import { type Send, send } from '../testing/script.ts'
import { shipmentAlerts } from './shipment-alerts.ts'

const FIELDS: Readonly<Record<string, string>> = {
  sensor: 'sensorId',
  humidity: 'humidityPct',
  shock: 'shockG',
  tilt: 'tiltDeg',
}

/** Cells such as `humidity:70`; a number alone is a temperature. */
const measured = (cells: readonly string[]): object =>
  Object.fromEntries(
    cells.map(cell => {
      const [name, text] = cell.split(':') as [string, string | undefined]
      if (text === undefined) return ['temperatureC', Number(name)]
      return [FIELDS[name], name === 'sensor' ? text : Number(text)]
    }),
  )

const event =
  (type: LogisticsEvent['type']) =>
  (at: Instant, shipmentId = 's1', ...cells: string[]): Send =>
    send(logistics, {
      eventId: `${type} ${shipmentId} ${at} ${cells.join(' ')}`,
      occurredAt: at,
      shipmentId,
      type,
      sensorId: 'a',
      ...measured(cells),
    })

/** Limits as `2..8`, or `..8`; then others, as `interval:5`, in minutes. */
const plan = (at: Instant, shipmentId = 's1', limits = '..', ...cells: string[]): Send => {
  const [min, max] = limits.split('..').map(text => (text === '' ? null : Number(text)))
  const known = Object.fromEntries(cells.map(cell => cell.split(':') as [string, string]))
  const number = (name: string): number | null => (known[name] ? Number(known[name]) : null)
  return send(shipments, {
    shipmentId,
    occurredAt: at,
    temperatureMinC: min,
    temperatureMaxC: max,
    humidityMaxPct: number('humidity'),
    shockMaxG: number('shock'),
    readingIntervalMs: known.interval ? minutes(Number(known.interval)) : null,
    promisedAt: known.promised ? hours(Number(known.promised)) : null,
    contents: known.sku ? [{ sku: known.sku, quantity: 1 }] : [],
  })
}

const rows = {
  plan,
  read: event('READING'),
  /** Measured by hand, with no sensor of its own. */
  spot: (at: Instant, shipmentId?: string, ...cells: string[]): Send => {
    const { send: topic, record } = event('READING')(at, shipmentId, ...cells)
    return send(topic, { ...record, sensorId: null })
  },
  delivered: event('DELIVERED'),
  returned: event('RETURNED'),
  scanned: event('SCANNED'),
  picked: event('PICKED_UP'),
  departed: event('DEPARTED'),
  arrived: event('ARRIVED'),
  opened: event('DOOR_OPENED'),
  closed: event('DOOR_CLOSED'),
  /** An article with its shelf life, in hours. */
  product: (at: Instant, sku = '', shelfLifeHours = ''): Send =>
    send(products, {
      sku,
      occurredAt: at,
      currency: 'EUR',
      shelfLifeHours: Number(shelfLifeHours),
    }),
}

/** Minute of the cause, shipment and sensor, kind, severity, since when; for limits, the worst. */
const shown = (alert: ShipmentAlert): string => {
  const { occurredAt, shipmentId, sensorId, kind, severity, startedAt } = alert
  const minute = (at: number): string => `${Math.round(at / 6_000) / 10}m`
  const { value, limit, dwellMs } = alert
  const numbers = limit === null ? [] : [`${Math.round(value! * 10) / 10}/${limit}`]
  const dwell = dwellMs === null ? [] : [`for ${minute(dwellMs)}`]
  const about = [minute(occurredAt), `${shipmentId}:${sensorId ?? '-'}`, kind, severity]
  return [...about, `since ${minute(startedAt)}`, ...numbers, ...dwell].join(' ')
}

const check = scenario(shipmentAlerts, { events: rows, show: shown })

describe('temperature', () => {
  test('outside for 45 minutes is a warning, for 60 critical, each said once', () =>
    check(`
      0    plan s1 2..8 interval:30
      0    read s1 5
      10m  read s1 9
      40m  read s1 9.3
      54m  read s1 9
      55m  read s1 9.1
      => 55m s1:a TEMPERATURE WARNING since 10m 9.3/8 for 45m
      69m  read s1 9
      70m  read s1 9.1
      => 70m s1:a TEMPERATURE CRITICAL since 10m 9.3/8 for 60m
      90m  read s1 9.2
    `))
  test('too cold is the same as too warm', () =>
    check(`
      0    plan s1 2..8 interval:30
      0    read s1 1.5
      30m  read s1 1
      45m  read s1 1.9
      => 45m s1:a TEMPERATURE WARNING since 0m 1/2 for 45m
    `))
  test('more than five degrees outside is critical at once', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 13
      10m  read s1 13.1
      => 10m s1:a TEMPERATURE CRITICAL since 0m 13.1/8 for 10m
    `))
  test('it recovers after 15 minutes inside, counted from half a degree inside the limit', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 9
      45m  read s1 9.1
      => 45m s1:a TEMPERATURE WARNING since 0m 9.1/8 for 45m
      50m  read s1 7.6           # inside, but not by the hysteresis
      70m  read s1 7.5
      80m  read s1 7.9
      84m  read s1 7.4
      85m  read s1 7.3
      => 85m s1:a TEMPERATURE RECOVERED since 0m 9.1/8 for 70m
      95m  read s1 9             # another one
      140m read s1 9.2
      => 140m s1:a TEMPERATURE WARNING since 95m 9.2/8 for 45m
    `))
  test('a relapse within the 15 minutes is the same excursion, and is not told twice', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 9
      45m  read s1 9.1
      => 45m s1:a TEMPERATURE WARNING since 0m 9.1/8 for 45m
      50m  read s1 6
      55m  read s1 8.5
      59m  read s1 6
      73m  read s1 6
      74m  read s1 6.1
      => 74m s1:a TEMPERATURE RECOVERED since 0m 9.1/8 for 59m
    `))
  test('one that returns in time is nothing, and the next begins anew', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 9
      40m  read s1 7.5
      50m  read s1 9
      90m  read s1 9.1
      95m  read s1 9
      => 95m s1:a TEMPERATURE WARNING since 50m 9.1/8 for 45m
    `))
  test('a reading that wobbles around the limit is one excursion', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 8.1
      10m  read s1 7.9
      20m  read s1 8.2
      30m  read s1 7.8
      40m  read s1 8.1
      50m  read s1 7.9
      51m  read s1 8.1
      => 51m s1:a TEMPERATURE WARNING since 0m 8.2/8 for 51m
      60m  read s1 7.9
      61m  read s1 8.1
      => 61m s1:a TEMPERATURE CRITICAL since 0m 8.2/8 for 61m
      70m  read s1 7.9
    `))
  test('a jump that no box can make is not counted, and counts once it stays', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 5
      1m   read s1 60
      +1m  read s1 5.1
      +1m  read s1 60
      +1m  read s1 60
      +4m  read s1 60
      => 8m s1:a TEMPERATURE CRITICAL since 8m 60/8 for 0m
      +1m  read s1 9999
      +1m  read s1 -300
    `))
  test('sensors of one shipment, and shipments, are judged apart', () =>
    check(`
      0    plan s1 ..8 interval:60
      0    plan s2 ..25 interval:60
      0    read s1 9 sensor:a
      0    read s1 5 sensor:b
      0    read s2 9 sensor:a
      45m  read s1 9 sensor:a
      => 45m s1:a TEMPERATURE WARNING since 0m 9/8 for 45m
      45m  read s1 5 sensor:b
      45m  read s2 9 sensor:a
    `))
  test('a reading that is not newer than the last of its sensor changes no dwell', () =>
    check(`
      0    plan s1 ..8 interval:30
      20m  read s1 8.4
      10m  read s1 7.5
      0    read s1 8.3
      20m  read s1 7.5 humidity:50
      64m  read s1 8.2
      65m  read s1 8.3
      => 65m s1:a TEMPERATURE WARNING since 20m 8.4/8 for 45m
    `))
  test('a logger that uploads long after the others is judged by its own time', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s2 5
      10h  read s2 5.1
      0    read s1 9
      20m  read s1 9.1
      45m  read s1 9
      => 45m s1:a TEMPERATURE WARNING since 0m 9.1/8 for 45m
      65m  read s1 7
      80m  read s1 7.1
      => 80m s1:a TEMPERATURE RECOVERED since 0m 9.1/8 for 65m
    `))
})

describe('the plan of the shipment', () => {
  test('without one there are no limits to be beyond', () =>
    check(`
      0    read s1 60 humidity:99 shock:99
      2h   read s1 61 humidity:99 shock:99
      3h   plan s2 .. interval:60
      3h   read s2 60
      4h   read s2 61
    `))
  test('one that comes later counts from the next reading on', () =>
    check(`
      0    read s1 9
      20m  read s1 9.1
      30m  plan s1 ..8 interval:30
      40m  read s1 9
      84m  read s1 9.1
      85m  read s1 9
      => 85m s1:a TEMPERATURE WARNING since 40m 9.1/8 for 45m
    `))
  test('a wider limit ends an excursion, and so does its removal', () =>
    check(`
      0    plan s1 ..8 interval:30
      0    read s1 9
      45m  read s1 9.1
      => 45m s1:a TEMPERATURE WARNING since 0m 9.1/8 for 45m
      46m  plan s1 ..25 interval:30
      50m  read s1 9
      65m  read s1 9.1
      => 65m s1:a TEMPERATURE RECOVERED since 0m 9.1/8 for 50m
      0    plan s2 ..8 interval:30
      100m read s2 14
      => 100m s2:a TEMPERATURE CRITICAL since 100m 14/8 for 0m
      101m plan s2 .. interval:30
      110m read s2 14.1
      125m read s2 14
      => 125m s2:a TEMPERATURE RECOVERED since 100m 14/8 for 10m
    `))
})

describe('humidity and shocks', () => {
  test('damp for 45 minutes is a warning, and dry again by two points a recovery', () =>
    check(`
      0    plan s1 .. humidity:60 interval:30
      0    read s1 humidity:65
      45m  read s1 humidity:61
      => 45m s1:a HUMIDITY WARNING since 0m 65/60 for 45m
      50m  read s1 humidity:59
      65m  read s1 humidity:58
      80m  read s1 humidity:57
      => 80m s1:a HUMIDITY RECOVERED since 0m 65/60 for 65m
      90m  read s1 humidity:76
      => 90m s1:a HUMIDITY CRITICAL since 90m 76/60 for 0m
    `))
  test('a shock is told at once, again when it is worse, and otherwise once an hour', () =>
    check(`
      0    plan s1 .. shock:8 interval:30
      0    read s1 shock:8
      1m   read s1 shock:8.1
      => 1m s1:a SHOCK WARNING since 1m 8.1/8
      2m   read s1 shock:20
      3m   read s1 shock:25
      => 3m s1:a SHOCK CRITICAL since 3m 25/8
      4m   read s1 shock:30
      62m  read s1 shock:9
      63m  read s1 shock:9
      => 63m s1:a SHOCK WARNING since 63m 9/8
    `))
  test('a day without a shock ends it, also once the goods are there', () =>
    check(`
      0    plan s1 .. shock:8 interval:30
      0    read s1 shock:9
      => 0m s1:a SHOCK WARNING since 0m 9/8
      1h   delivered s1
      tick 25h
      => 1440m s1:a SHOCK RECOVERED since 0m
      tick 60h
    `))
  test('a tilt of ten seconds is told, and that it stands again', () =>
    check(`
      0    read s1 tilt:5
      10s  read s1 tilt:80
      19s  read s1 tilt:80
      20s  read s1 tilt:80
      => 0.3m s1:a TILT WARNING since 0.2m 80/30 for 0.2m
      60s  read s1 tilt:3
      => 1m s1:a TILT RECOVERED since 0.2m 3/30 for 0.8m
    `))
})

describe('silence', () => {
  test('three missing readings are told by the clock, and two in time end it', () =>
    check(`
      0    plan s1 2..8 interval:10
      0    read s1 5
      10m  read s1 5.1
      tick 40m5s
      tick 40m6s
      => 40m s1:a SILENT WARNING since 10m
      tick 300m
      305m read s1 5
      315m read s1 5.1
      => 315m s1:a SILENT RECOVERED since 10m
      tick 346m
      => 345m s1:a SILENT WARNING since 315m
    `))
  test('each sensor of a shipment is waited for', () =>
    check(`
      0    plan s1 2..8 interval:10
      0    read s1 5
      0    read s1 5 sensor:b
      10m  read s1 5.1
      10m  read s1 5.1 sensor:b
      20m  read s1 5
      30m  read s1 5.1
      39m  read s1 5
      tick 41m
      => 40m s1:b SILENT WARNING since 10m
      tick 70m
      => 69m s1:a SILENT WARNING since 39m
    `))
  test('how often a sensor reports is learnt where no plan says it', () =>
    check(`
      0    read s1 5
      1h   read s1 5.1
      2h   read s1 5
      3h   read s1 5.1
      4h   read s1 5
      5h   read s1 5.1
      6h   read s1 5
      tick 8h
      tick 9h
      => 490m s1:a SILENT WARNING since 360m
    `))
  test('an interval of zero says as little as none', () =>
    check(`
      0    plan s1 ..8 interval:0
      0    read s1 5
      10m  read s1 5.1
      tick 41m
      => 40m s1:a SILENT WARNING since 10m
    `))
  test('a logger that uploads long after is never called silent', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    read s2 5
      10h  read s2 5.1
      0    read s1 5
      10m  read s1 5.1
      50m  read s1 5
      60m  read s1 5.1
      tick 20h
    `))
  test('what was measured while there was no connection does not end the silence', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    read s1 5
      10m  read s1 5.1
      tick 200m
      => 40m s1:a SILENT WARNING since 10m
      20m  read s1 5
      30m  read s1 5.1
      100m read s1 5
      110m read s1 5.1
      199m read s1 5
      209m read s1 5.1
      => 209m s1:a SILENT RECOVERED since 10m
    `))
  test('a reading without a sensor is told of the shipment as a whole', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    spot s1 14
      => 0m s1:- TEMPERATURE CRITICAL since 0m 14/8 for 0m
      tick 10h
    `))
  test('silence says nothing of the goods, and an excursion goes on behind it', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    read s1 5
      10m  read s1 9
      tick 60m
      => 40m s1:a SILENT WARNING since 10m
      70m  read s1 9.1
      => 70m s1:a TEMPERATURE CRITICAL since 10m 9.1/8 for 60m
      80m  read s1 9
      => 80m s1:a SILENT RECOVERED since 10m
    `))
})

describe('stuck sensors', () => {
  const same = (from: number, count: number): string =>
    Array.from({ length: count }, (_, at) => `${from + 10 * at}m read s1 5`).join('\n')

  test('twelve readings of one value are told, and the first other one ends it', () =>
    check(`
      0    plan s1 2..8 interval:10
      ${same(0, 12)}
      => 110m s1:a STUCK WARNING since 0m
      120m read s1 5
      130m read s1 5.1
      => 130m s1:a STUCK RECOVERED since 0m
    `))
  test('eleven are not', () =>
    check(`
      0    plan s1 2..8 interval:10
      ${same(0, 11)}
      110m read s1 5.1
      ${same(120, 11)}
    `))
})

describe('the shelf life of the goods', () => {
  test('a fifth left is a warning of the whole shipment, nothing left is critical', () =>
    check(`
      0    product fish 10
      0    plan s1 .. interval:600 sku:fish
      0    read s1 4
      7h   read s1 4
      8h   read s1 4
      => 480m s1:- TEMPERATURE WARNING since 480m
      9h   read s1 4
      10h  read s1 4
      => 600m s1:- TEMPERATURE CRITICAL since 600m
      20h  read s1 4
    `))
  test('warm goods use it up faster, and what keeps shortest counts', () =>
    check(`
      0    product fish 10
      0    product tins 9000
      0    plan s1 .. interval:600 sku:fish
      0    plan s2 .. interval:600 sku:tins
      0    read s1 20
      0    read s2 20
      60m  read s1 20
      70m  read s1 20
      => 70m s1:- TEMPERATURE WARNING since 70m
      70m  read s2 20
      2h   read s1 20
      => 120m s1:- TEMPERATURE CRITICAL since 120m
    `))
})

describe('doors', () => {
  test('one that stands open is told after ten minutes and after thirty, by the clock', () =>
    check(`
      0    opened s1
      5m   opened s1
      tick 45m
      => 10m s1:- DOOR WARNING since 0m 10/10 for 10m
      => 30m s1:- DOOR CRITICAL since 0m 30/30 for 30m
      50m  closed s1
      => 50m s1:- DOOR RECOVERED since 0m for 50m
      60m  opened s1
      65m  closed s1
      tick 3h
    `))
  test('on the way it is told at once, however it came to be open', () =>
    check(`
      0    departed s1
      5m   opened s1
      => 5m s1:- DOOR WARNING since 5m 0/0 for 0m
      6m   closed s1
      => 6m s1:- DOOR RECOVERED since 5m for 1m
      10m  arrived s1
      11m  opened s1
      12m  departed s1
      => 12m s1:- DOOR WARNING since 11m 1/0 for 1m
    `))
  test('what is not newer than the last that was said of it is nothing', () =>
    check(`
      10m  closed s1
      0    opened s1
      tick 2h
    `))
  test('when the goods are out of it, it may be open', () =>
    check(`
      0    opened s1
      tick 15m
      => 10m s1:- DOOR WARNING since 0m 10/10 for 10m
      16m  delivered s1
      => 16m s1:- DOOR RECOVERED since 0m
      tick 2h
    `))
})

describe('late', () => {
  test('a promise that passes is critical by the clock, and over when the goods are there', () =>
    check(`
      0    plan s1 .. promised:10
      1h   picked s1
      tick 12h
      => 600m s1:- LATE CRITICAL since 600m
      13h  delivered s1
      => 780m s1:- LATE RECOVERED since 600m
    `))
  test('goods that are there in time are not late', () =>
    check(`
      0    plan s1 .. promised:10
      1h   picked s1
      9h   delivered s1
      tick 30h
    `))
  test('two days without being seen is a warning, and the promise still counts', () =>
    check(`
      0    plan s1 .. promised:90
      1h   picked s1
      tick 50h
      => 2940m s1:- LATE WARNING since 2940m
      51h  scanned s1
      => 3060m s1:- LATE RECOVERED since 2940m
      tick 120h
      => 5400m s1:- LATE CRITICAL since 5400m
    `))
  test('a reading is enough to be watched, and a new promise takes back that it is late', () =>
    check(`
      0    plan s1 .. promised:10 interval:6000
      1h   read s1 5
      tick 12h
      => 600m s1:- LATE CRITICAL since 600m
      13h  plan s1 .. promised:30 interval:6000
      14h  scanned s1
      => 840m s1:- LATE RECOVERED since 600m
    `))
})

const alertsOf = (...steps: readonly Send[]): readonly ShipmentAlert[] => {
  const mill = new Harness([shipmentAlerts])
  for (const step of steps) playStep(mill, step)
  return mill.resultsOf(alertsTopic)
}

/** About 5 °C, the same each time. */
const fridgeC = (readings: number): string[] => {
  let state = 7_816
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return Array.from({ length: readings }, () =>
    (4.5 + (random() + random() + random()) / 3).toFixed(2),
  )
}

describe('the unusual', () => {
  const usual = fridgeC(800)
  const alerts = alertsOf(
    plan(0, 's1', '-30..30', 'interval:10'),
    ...usual.map((value, at) => rows.read(minutes(10 * at), 's1', at === 300 ? '12' : value)),
  )

  test('is told once of a sensor inside its limits, and over after a day without another', () => {
    const last = 301 + 144
    expect(alerts.map(shown)).toEqual([
      '3000m s1:a ANOMALY WARNING since 3000m',
      `${10 * last}m s1:a ANOMALY RECOVERED since 3000m`,
    ])
  })
  test('it says how far and how rare it was, by the two signals that say most', () => {
    const [warned] = alerts
    expect(warned!.score).toBeGreaterThan(8)
    expect(warned!.reasons).toHaveLength(2)
    expect(warned!.reasons[0]!.weight).toBeGreaterThan(warned!.reasons[1]!.weight)
    const change = warned!.reasons.find(({ code }) => code === 'ANOMALY_CHANGE')
    expect(change?.detail).toMatch(
      /^12 °C is a change of [\d.]+ times its usual change: as much has a chance of 1 in [\d,]+\.$/,
    )
  })
})

describe('the end of the journey', () => {
  test('once delivered nobody waits, and later readings are not judged', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    read s1 5
      10m  read s1 5.1
      20m  delivered s1
      tick 2h
      3h   read s1 30
      5h   read s1 30 shock:99
      6h   delivered s1          # once more, as carriers do
      4h   read s1 30
    `))
  test('what was measured before is judged, also when it comes after', () =>
    check(`
      0    plan s1 ..8 interval:10
      60m  returned s1
      0    read s1 9
      45m  read s1 9.1
      => 45m s1:a TEMPERATURE WARNING since 0m 9.1/8 for 45m
      60m  read s1 9
      => 60m s1:a TEMPERATURE CRITICAL since 0m 9.1/8 for 60m
      61m  read s1 20
      tick 10h
    `))
  test('a silence is over with the journey; an excursion stands', () =>
    check(`
      0    plan s1 ..8 interval:10
      0    read s1 9
      10m  read s1 14
      => 10m s1:a TEMPERATURE CRITICAL since 0m 14/8 for 10m
      tick 60m
      => 40m s1:a SILENT WARNING since 10m
      70m  scanned s1
      80m  delivered s1
      => 80m s1:a SILENT RECOVERED since 10m
      90m  delivered s1
    `))
})

test('an alert says how long, how far, how much, and what that is worth', () => {
  const [warned] = alertsOf(
    plan(0, 's1', '2..8'),
    rows.read(0, 's1', '9'),
    rows.read(minutes(26), 's1', '9.3'),
    rows.read(minutes(46), 's1', '9'),
  )
  expect(warned).toMatchObject({
    causeEventId: `READING s1 ${minutes(46)} 9`,
    kind: 'TEMPERATURE',
    severity: 'WARNING',
    value: 9.3,
    limit: 8,
    dwellMs: minutes(46),
    score: null,
    modelVersion: shipmentAlerts.version,
    reasons: [
      {
        code: 'TEMPERATURE_ABOVE',
        detail: 'Above 8 °C for 46 min, at most 9.3 °C; 52.9 degree-minutes.',
      },
    ],
  })
  expect(warned!.degreeMinutes).toBeCloseTo(26 * 1.15 + 20 * 1.15, 9)
  expect(warned!.meanKineticTemperatureC).toBeCloseTo(9.15, 2)
})

test('each kind has its sentence', () => {
  const details = alertsOf(
    plan(0, 's1', '2..8', 'humidity:60', 'shock:8', 'interval:10'),
    rows.read(0, 's1', '-4', 'humidity:80', 'shock:9'),
    rows.read(minutes(10), 's1', '5', 'humidity:50'),
    rows.read(minutes(25), 's1', '5', 'humidity:50'),
    ...Array.from({ length: 10 }, (_, at) => rows.read(minutes(35 + 10 * at), 's1', '5')),
    rows.read(hours(10), 's1', '6'),
    rows.read(hours(10) + minutes(5), 's1', '6'),
  ).flatMap(({ reasons }) => reasons.map(({ detail }) => detail))
  expect(details).toEqual([
    '-4 °C, 6 °C below the limit: critical at once.',
    '80 % humidity, 20 points above the limit: critical at once.',
    'A shock of 9 g, where 8 g are allowed.',
    'Back inside after 10 min beyond 2 °C, at worst -4 °C; 30 degree-minutes.',
    'Back inside after 10 min above 60 % humidity, at most 80 %.',
    '12 readings in a row of 5 °C, without any variance.',
    'No reading for 30 min, where one is due every 10 min.',
    'Reads 6 °C after having repeated 5 °C.',
    'Heard again, twice in time, 480 min after the last reading before.',
  ])
})

test('a shipment has room for 32 sensors, and a further one waits until one is gone for a day', () => {
  const mill = new Harness([shipmentAlerts])
  const readAt = (at: Instant, sensor: string): void =>
    playStep(mill, rows.read(at, 's1', '5', `sensor:${sensor}`))
  for (let sensor = 0; sensor < 32; sensor++) readAt(minutes(sensor), `${sensor}`)
  readAt(hours(23), 'another')
  expect(mill.dead).toMatchObject([{ stage: 'VALIDATE', errorCode: 'REJECTED' }])
  readAt(hours(24), 'another')
  readAt(hours(24), 'a third')
  expect(mill.dead).toHaveLength(2)
})
