/**
 * A year of readings of ten sensors, every quarter of an hour, with gaps, repeats and disorder: the pipeline
 * tells the same alarms as a slow look at the whole list of each sensor.
 */
import { expect, test } from 'vitest'
import { days, minutes } from '../engine/time.ts'
import { shipmentAlerts as alertsTopic, logistics, shipments } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { send } from '../testing/script.ts'
import { shipmentAlertsWith } from './shipment-alerts.ts'

const SENSORS = 10
const READINGS = 35_040
const [MIN, MAX] = [2, 8]

interface Reading {
  readonly sensor: number
  readonly at: number
  readonly value: number
}

const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A fridge that is opened, fails for an hour or a night, and is not heard now and then. */
const yearOf = (sensor: number): Reading[] => {
  const random = randomOf(100 + sensor)
  const readings: Reading[] = []
  let [failing, silent, off] = [0, 0, 0]
  for (let index = 0; index < READINGS; index++) {
    if (failing-- <= 0 && random() < 0.004) {
      failing = Math.ceil(random() ** 3 * 40)
      off = (random() < 0.8 ? 1 : -1) * (2 + random() * 7)
    }
    if (silent-- <= 0 && random() < 0.002) silent = Math.ceil(random() * 30)
    if (silent > 0) continue
    const jitter = Math.floor(random() * minutes(4))
    const value = 5 + 1.6 * (random() + random() - 1) + (failing > 0 ? off * (0.4 + random()) : 0)
    readings.push({ sensor, at: index * minutes(15) + jitter, value: Math.round(value * 10) / 10 })
  }
  return readings
}

/** As they come: some twice, some after the ones behind them. */
const shuffled = (readings: readonly Reading[], random: () => number): Reading[] => {
  const coming = readings.map((reading, index) => ({
    reading,
    place: index + (random() < 0.05 ? random() * 40 : 0),
  }))
  const repeated = coming
    .filter(() => random() < 0.03)
    .map(({ reading, place }) => ({ reading, place: place + random() * 200 }))
  return [...coming, ...repeated].sort((a, b) => a.place - b.place).map(({ reading }) => reading)
}

/** Each alarm as minute, severity and when it began. From the readings that were newer than all before. */
const alarmsByLooking = (came: readonly Reading[]): string[] => {
  const list = came.filter(({ at }, index) => came.slice(0, index).every(other => other.at < at))
  const alarms: string[] = []
  const isOutside = ({ value }: Reading): boolean => value > MAX || value < MIN
  const isDeep = ({ value }: Reading): boolean => value <= MAX - 0.5 && value >= MIN + 0.5
  const gravity = (start: Reading, one: Reading): number => {
    const dwell = one.at - start.at
    if (dwell >= minutes(60) || Math.max(one.value - MAX, MIN - one.value) > 5) return 2
    return dwell >= minutes(45) ? 1 : 0
  }
  let next = 0
  for (;;) {
    const from = list.findIndex((reading, index) => index >= next && isOutside(reading))
    if (from < 0) return alarms
    const start = list[from]!
    let told = 0
    let end = from + 1
    if (gravity(start, start) === 2) alarms.push(`${start.at} CRITICAL ${start.at}`)
    told = gravity(start, start)
    for (; end < list.length; end++) {
      const one = list[end]!
      if (isOutside(one)) {
        const now = gravity(start, one)
        if (now > told) alarms.push(`${one.at} ${now === 2 ? 'CRITICAL' : 'WARNING'} ${start.at}`)
        told = Math.max(told, now)
        continue
      }
      const lastOutside = list.slice(0, end).findLastIndex(isOutside)
      const inside = list.slice(lastOutside + 1, end + 1)
      if (told === 0) {
        if (isDeep(one) || one.at - inside[0]!.at >= minutes(15)) break
        continue
      }
      const deep = inside.find(isDeep)
      if (deep !== undefined && one.at - deep.at >= minutes(15)) {
        alarms.push(`${one.at} RECOVERED ${start.at}`)
        break
      }
    }
    next = end
  }
}

/** The same, for lists too long to look at from the start for each reading: a month at a time. */
const alarmsOfSensor = (came: readonly Reading[]): string[] => {
  let newest = -1
  const kept = came.filter(({ at }) => {
    if (at <= newest) return false
    newest = at
    return true
  })
  const alarms: string[] = []
  let from = 0
  for (let at = 1; at <= kept.length; at++) {
    const isCalm =
      at < kept.length &&
      kept.slice(Math.max(0, at - 60), at).every(({ value }) => value <= 7.5 && value >= 2.5)
    if ((at - from < 500 || !isCalm) && at < kept.length) continue
    alarms.push(...alarmsByLooking(kept.slice(from, at)))
    from = at
  }
  return alarms
}

test('a year of ten sensors tells the same alarms as a look at the list', () => {
  const came = Array.from({ length: SENSORS }, (_, sensor) =>
    shuffled(yearOf(sensor), randomOf(sensor + 1)),
  )
  const mill = new Harness([shipmentAlertsWith({ anomalies: false })], { batchSize: 5_000 })
  playStep(
    mill,
    send(shipments, { shipmentId: 's', occurredAt: 0, temperatureMinC: MIN, temperatureMaxC: MAX }),
  )
  const all = came.flatMap((readings, sensor) =>
    readings.map((reading, index) => ({ reading, place: index + sensor / SENSORS })),
  )
  for (const { reading } of all.sort((a, b) => a.place - b.place)) {
    playStep(
      mill,
      send(logistics, {
        eventId: `${reading.sensor} ${reading.at}`,
        occurredAt: reading.at,
        shipmentId: 's',
        sensorId: `${reading.sensor}`,
        type: 'READING',
        temperatureC: reading.value,
      }),
    )
  }
  mill.advanceTo(days(366))
  const told = mill.resultsOf(alertsTopic).filter(({ kind }) => kind === 'TEMPERATURE')
  expect(mill.dead).toEqual([])
  expect(told.length).toBeGreaterThan(1_000)
  came.forEach((readings, sensor) => {
    const ofSensor = told
      .filter(({ sensorId }) => sensorId === `${sensor}`)
      .map(({ occurredAt, severity, startedAt }) => `${occurredAt} ${severity} ${startedAt}`)
    expect(ofSensor).toEqual(alarmsOfSensor(readings))
  })
}, 180_000)
