import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../testing/simulation/random.ts'
import {
  calibratedBy,
  calibrationInUse,
  FIRST_CALIBRATION,
  type FraudCalibration,
} from './fraud-calibration.ts'
import { IDENTITY, LEVEL_BOUNDS, type Platt, SLOPE_BOUNDS } from './platt-calibration.ts'

const FRAUD = { isFraud: true, turned: false }
const HONEST = { isFraud: false, turned: false }

/** What is learnt from orders whose log-odds are wrong in this way. */
const learntFrom = (orders: number, wrong: Platt, random: Random): FraudCalibration => {
  let calibration = FIRST_CALIBRATION
  for (let order = 0; order < orders; order++) {
    const logOdds = -6 + 8 * random.next()
    const chance = 1 / (1 + Math.exp(-(wrong.slope * logOdds + wrong.level)))
    calibration = calibratedBy(calibration, 1, logOdds, {
      isFraud: random.chance(chance),
      turned: false,
    })
  }
  return calibration
}

test.each<Platt>([
  { slope: 1, level: 0 },
  { slope: 1, level: 0.8 },
  { slope: 0.7, level: -0.5 },
  { slope: 1.3, level: 0.4 },
])('learns from 10,000 orders in what way scores are wrong: %o', wrong => {
  for (const seed of [1, 2, 3]) {
    const learnt = calibrationInUse(learntFrom(10_000, wrong, new Random(seed)))
    expect(Math.abs(learnt.slope - wrong.slope)).toBeLessThan(0.15)
    expect(Math.abs(learnt.level - wrong.level)).toBeLessThan(0.2)
  }
})

test('changes nothing before 400 outcomes, 40 of them frauds', () => {
  let calibration = FIRST_CALIBRATION
  for (let order = 0; order < 39; order++) calibration = calibratedBy(calibration, 1, -4, FRAUD)
  for (let order = 0; order < 500; order++) calibration = calibratedBy(calibration, 1, -4, HONEST)
  expect(calibrationInUse(calibration)).toEqual(IDENTITY)
  calibration = calibratedBy(calibration, 1, -4, FRAUD)
  expect(calibrationInUse(calibration)).not.toEqual(IDENTITY)
})

test('is forgotten where nothing is left of it', () => {
  const learnt = learntFrom(5_000, { slope: 1, level: 1 }, new Random(4))
  expect(learnt.level).toBeGreaterThan(0.8)
  const forgotten = calibratedBy(learnt, 0, -20, HONEST)
  expect(forgotten.level).toBeCloseTo(0, 3)
  expect(forgotten).toMatchObject({ frauds: 0, others: 1 })
})

test('stays within its bounds, whatever comes', () => {
  const order = fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    logOdds: fc.double({ min: -40, max: 40, noNaN: true }),
    isFraud: fc.boolean(),
    turned: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(order, { maxLength: 60 }), orders => {
      let learnt = FIRST_CALIBRATION
      for (const { share, logOdds, isFraud, turned } of orders) {
        learnt = calibratedBy(learnt, share, logOdds, { isFraud, turned })
        expect(learnt.slope).toBeGreaterThanOrEqual(SLOPE_BOUNDS.min)
        expect(learnt.slope).toBeLessThanOrEqual(SLOPE_BOUNDS.max)
        expect(Math.abs(learnt.level)).toBeLessThanOrEqual(LEVEL_BOUNDS.max)
      }
    }),
  )
})

test('frauds that were taken for honest first teach what they would have taught at once', () => {
  const random = new Random(5)
  let [atOnce, turned] = [FIRST_CALIBRATION, FIRST_CALIBRATION]
  for (let order = 0; order < 10_000; order++) {
    const logOdds = -6 + 8 * random.next()
    const isFraud = random.chance(1 / (1 + Math.exp(-(logOdds + 0.8))))
    atOnce = calibratedBy(atOnce, 1, logOdds, { isFraud, turned: false })
    turned = calibratedBy(turned, 1, logOdds, HONEST)
    if (isFraud) turned = calibratedBy(turned, 1, logOdds, { isFraud, turned: true })
  }
  expect(turned.level).toBeCloseTo(atOnce.level, 1)
  expect(turned.slope).toBeCloseTo(atOnce.slope, 1)
})
