import { expect, test } from 'vitest'
import { looseSlot } from '../engine/state/cell.ts'
import { days } from '../engine/time.ts'
import { FRAUD_BASE_RATE } from '../models/fraud-points.ts'
import { compareHabits } from './fraud-habits.ts'
import { learnOutcome, merchantBefore, riskIn } from './fraud-labels.ts'
import { type FraudContext, type FraudPart, fraudState } from './fraud-state.ts'

const NO_IDS = { userId: null, instrumentId: null, deviceId: null, shippingAddressId: null }

const placeOf = (part: FraudPart) => {
  const state = Object.fromEntries(
    Object.entries(fraudState).map(([name, cell]) => [name, cell.view(looseSlot() as never)]),
  ) as unknown as FraudContext['state']
  const at = (day: number) => ({ state, part, now: days(day) }) as FraudContext
  return {
    at,
    /** What became known on a day of an order that was placed seven days before. */
    learn: (day: number, isFraud: boolean, wasFraud: boolean | null = null, placed = day - 7) =>
      learnOutcome({ ...NO_IDS, isFraud, wasFraud, placedAt: days(placed) }, at(day)),
    risk: (day: number) => riskIn(state, days(day)),
    fraudAge: (day: number) =>
      compareHabits(
        { kind: 'LOGIN', userId: 'anna', deviceId: null, seen: null, placed: null },
        null,
        at(day),
      ).fraudAgeDays,
  }
}

const shareOf = (frauds: number, labels: number) =>
  (frauds + 0.5 * FRAUD_BASE_RATE) / (labels + 0.5)

test('the risk of a place is the share of fraud among what became known, of which half fades in 14 days', () => {
  const device = placeOf('device')
  expect(device.risk(7)).toBeNull()
  device.learn(7, true)
  device.learn(7, false)
  expect(device.risk(7)).toBeCloseTo(shareOf(1, 2), 12)
  expect(device.risk(21)).toBeCloseTo(shareOf(0.5, 1), 12)
})

test('a fraud that turns out to be none is taken back, and the order still counts as known', () => {
  const device = placeOf('device')
  device.learn(7, true)
  device.learn(7, false, true)
  expect(device.risk(7)).toBeCloseTo(shareOf(0, 1), 12)
})

test('the age of a customer’s frauds is that of the newest order, in whichever order they become known', () => {
  const user = placeOf('user')
  expect(user.fraudAge(20)).toBeNull()
  user.learn(20, true, null, 12)
  user.learn(21, true, null, 4)
  user.learn(22, false, null, 15)
  expect(user.fraudAge(22)).toBe(10)
  user.learn(23, false, true, 12)
  expect(user.fraudAge(23)).toBeNull()
})

test('a merchant is known by its last three labels, its last days, and how long its frauds go on', () => {
  const merchant = placeOf('merchant')
  const nothing = { orders7d: 0, risk2d: null, lastFrauds: null, fraudAgeDays: null }
  expect(merchantBefore(merchant.at(7))).toEqual(nothing)
  merchant.learn(10, true)
  merchant.learn(12, true)
  const known = merchantBefore(merchant.at(14))
  expect(known).toMatchObject({ lastFrauds: 2, fraudAgeDays: 11 })
  expect(known.risk2d).toBeCloseTo(shareOf(0.75, 0.75), 12)
  for (const day of [15, 16, 17]) merchant.learn(day, false)
  expect(merchantBefore(merchant.at(17))).toMatchObject({ lastFrauds: 0, fraudAgeDays: 14 })
})

test('a merchant whose one fraud was none has no run of frauds', () => {
  const merchant = placeOf('merchant')
  merchant.learn(10, true)
  merchant.learn(11, false, true, 3)
  expect(merchantBefore(merchant.at(11))).toMatchObject({ lastFrauds: 0, fraudAgeDays: null })
})
