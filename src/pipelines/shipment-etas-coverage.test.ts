/**
 * Arrivals of a simulated carrier, through the three pipelines: intervals hold before, at and after all lanes
 * become a quarter slower; the risk of being late is calibrated and tells shipments apart. Thirty lanes to ten
 * destinations, as the data that the reference measured (Olist) is not at hand.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import { shipmentEtas as etasTopic, logistics, type ShipmentEta, shipments } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { send } from '../testing/script.ts'
import { shipmentEtas } from './shipment-etas.ts'
import { shipmentLegs } from './shipment-legs.ts'
import { stageForecasts } from './stage-forecasts.ts'

const SHIPMENTS = 9_000
const GAP_MS = minutes(20)
const SHIFT_AT = 6_000

interface Travel {
  readonly begunAt: number
  readonly arrivedAt: number
  readonly promisedAt: number
  readonly said: ShipmentEta
}

const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const travelled = (): Map<number, Travel> => {
  const random = randomOf(97)
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  const lanes = Array.from({ length: 30 }, () => Math.log(days(3)) + 0.45 * normal())
  const steps: { at: number; play: (mill: Harness) => void }[] = []
  const facts = new Map<number, Omit<Travel, 'said'>>()
  for (let index = 0; index < SHIPMENTS; index++) {
    const lane = Math.floor(random() * lanes.length)
    const begunAt = index * GAP_MS
    const slower = index >= SHIFT_AT ? Math.log(1.25) : 0
    const night = Math.floor(begunAt / hours(1)) % 24 < 8 ? 0.1 : 0
    const arrivedAt = Math.round(begunAt + Math.exp(lanes[lane]! + slower + night + 0.3 * normal()))
    const promisedAt = begunAt + days(5)
    const shipmentId = `s${index}`
    facts.set(index, { begunAt, arrivedAt, promisedAt })
    const event = (type: string, occurredAt: number) =>
      send(logistics, { eventId: `${type} ${index}`, occurredAt, shipmentId, type })
    const known = { lane: `lane-${lane}`, destinationId: `to-${lane % 10}`, promisedAt }
    steps.push({
      at: begunAt,
      play: mill => {
        playStep(mill, send(shipments, { shipmentId, occurredAt: begunAt, ...known }))
        playStep(mill, event('PICKED_UP', begunAt))
      },
    })
    steps.push({ at: arrivedAt, play: mill => playStep(mill, event('DELIVERED', arrivedAt)) })
  }
  const mill = new Harness([shipmentLegs, stageForecasts, shipmentEtas], { batchSize: 2_000 })
  for (const { play } of steps.sort((a, b) => a.at - b.at)) play(mill)
  mill.commit()
  expect(mill.dead).toEqual([])
  const travels = new Map<number, Travel>()
  for (const said of mill.resultsOf(etasTopic)) {
    const index = Number(said.shipmentId.slice(1))
    if (said.stage === 'DELIVERED' || travels.has(index)) continue
    travels.set(index, { ...facts.get(index)!, said })
  }
  return travels
}

describe('arrivals of a simulated carrier', () => {
  let travels: Map<number, Travel>
  const between = (from: number, until: number): Travel[] =>
    [...travels].filter(([index]) => index >= from && index < until).map(([, travel]) => travel)
  const coverage = (some: readonly Travel[]): number =>
    some.filter(({ arrivedAt, said }) => arrivedAt >= said.etaP05 && arrivedAt <= said.etaP95)
      .length / some.length

  beforeAll(() => {
    travels = travelled()
  }, 180_000)

  test('nearly all are forecast', () => {
    expect(between(1_000, SHIPMENTS).length).toBe(SHIPMENTS - 1_000)
  })
  test('nine in ten are within their interval before, at and after the shift', () => {
    const [before, at, after] = [
      coverage(between(2_000, SHIFT_AT)),
      coverage(between(SHIFT_AT, SHIFT_AT + 1_500)),
      coverage(between(SHIFT_AT + 1_500, SHIPMENTS)),
    ]
    expect(before).toBeGreaterThan(0.87)
    expect(before).toBeLessThan(0.93)
    expect(at).toBeGreaterThan(0.87)
    expect(after).toBeGreaterThan(0.87)
    expect(after).toBeLessThan(0.93)
  })
  test('medians are in the middle, and far better than one for all', () => {
    const some = between(2_000, SHIFT_AT)
    const later = some.filter(({ arrivedAt, said }) => arrivedAt > said.etaP50).length / some.length
    expect(Math.abs(later - 0.5)).toBeLessThan(0.04)
    const error = (of: (travel: Travel) => number): number =>
      some.reduce((sum, travel) => sum + Math.abs(of(travel) - travel.arrivedAt), 0) / some.length
    const forAll = error(({ begunAt }) => begunAt + days(3))
    expect(error(({ said }) => said.etaP50)).toBeLessThan(0.75 * forAll)
  })
  test('the risk of being late is calibrated, and tells shipments apart', () => {
    const some = between(3_000, SHIFT_AT)
    const isLate = ({ arrivedAt, promisedAt }: Travel): boolean => arrivedAt > promisedAt
    const base = some.filter(isLate).length / some.length
    const brier = (of: (travel: Travel) => number): number =>
      some.reduce((sum, travel) => sum + (of(travel) - Number(isLate(travel))) ** 2, 0) /
      some.length
    const risk = ({ said }: Travel): number => said.lateProbability!
    const [late, fine] = [some.filter(isLate), some.filter(travel => !isLate(travel))]
    let right = 0
    for (const one of late) {
      for (const other of fine)
        right += risk(one) > risk(other) ? 1 : risk(one) === risk(other) ? 0.5 : 0
    }
    const area = right / (late.length * fine.length)
    expect(base).toBeGreaterThan(0.05)
    expect(brier(risk)).toBeLessThan(0.9 * brier(() => base))
    expect(area).toBeGreaterThan(0.7)
    const mean = some.reduce((sum, travel) => sum + risk(travel), 0) / some.length
    expect(Math.abs(mean - base)).toBeLessThan(0.03)
  })
})
