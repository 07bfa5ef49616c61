import { expect, test } from 'vitest'
import { looseSlot } from '../engine/state/cell.ts'
import { days, hours, minutes, seconds } from '../engine/time.ts'
import { answerTo, type FraudAnswer, NO_ANSWER } from './fraud-answers.ts'
import type { Attempt } from './fraud-attempts.ts'
import { featuresOf, knownOf } from './fraud-features.ts'
import { type FraudContext, type FraudPart, fraudState } from './fraud-state.ts'

const purchase: Attempt = {
  kind: 'ORDER',
  userId: 'anna',
  deviceId: 'phone',
  seen: null,
  amount: { minor: 1_000, currency: 'EUR' },
}

/** One place that answers to attempts at the moments given, in the cells of the pipeline. */
const placeOf = (part: FraudPart) => {
  const state = Object.fromEntries(
    Object.entries(fraudState).map(([name, cell]) => [name, cell.view(looseSlot() as never)]),
  ) as unknown as FraudContext['state']
  const to = (attempt: Partial<Attempt>, now: number): FraudAnswer =>
    answerTo({ ...purchase, ...attempt }, { state, part, now } as FraudContext)
  return { state, to }
}

test('an order is no evidence against itself', () => {
  const place = placeOf('instrument')
  const counts = [0, 1, 2].map(order => place.to({}, minutes(order)).attempts10m)
  expect(counts).toEqual([0, 1, 2])
})

test('attempts are forgotten ten minutes, an hour and a day after them', () => {
  const place = placeOf('user')
  for (let order = 0; order < 6; order++) place.to({}, seconds(order))
  expect(place.to({}, minutes(9))).toMatchObject({ attempts10m: 6, attempts1h: 6 })
  expect(place.to({}, minutes(30))).toMatchObject({ attempts10m: 0, attempts1h: 7 })
  expect(place.to({}, hours(3))).toMatchObject({ attempts1h: 0, attempts24h: 8 })
  expect(place.to({}, hours(40))).toMatchObject({ attempts24h: 0 })
})

test('logins do not count as orders, nor orders as logins', () => {
  const place = placeOf('user')
  place.to({}, 0)
  expect(place.to({ kind: 'LOGIN', amount: null }, 1)).toMatchObject({ attempts10m: 0 })
  expect(place.to({}, 2)).toMatchObject({ attempts10m: 1 })
})

test('the fourth customer on a device is told that there are four', () => {
  const device = placeOf('device')
  const customers = ['anna', 'ben', 'cleo', 'dora', 'anna', null]
  const counts = customers.map((userId, at) => device.to({ userId }, minutes(at)).users24h)
  expect(counts).toEqual([1, 2, 3, 4, 4, 4])
  expect(device.to({ userId: 'emil' }, days(2)).users24h).toBe(1)
})

test('a device is new to a customer once', () => {
  const user = placeOf('user')
  expect(user.to({}, 0)).toMatchObject({ devicesKnown: 0, newDevice: true })
  expect(user.to({}, 1)).toMatchObject({ devicesKnown: 1, newDevice: false })
  expect(user.to({ deviceId: 'tablet' }, 2)).toMatchObject({ devicesKnown: 1, newDevice: true })
  expect(user.to({ deviceId: null }, 3)).toMatchObject({ devicesKnown: null, newDevice: null })
})

test('an amount is compared with those before it, and a large one does not become the usual', () => {
  const user = placeOf('user')
  expect(user.to({}, 0)).toMatchObject({ amountZ: null, amountRatio: null })
  for (let day = 1; day < 10; day++) user.to({}, days(day))
  const large = { amount: { minor: 50_000, currency: 'EUR' } }
  const first = user.to(large, days(10))
  expect(first.amountRatio).toBeCloseTo(50, 6)
  expect(user.to(large, days(10) + 1).amountRatio).toBeGreaterThan(20)
})

test('amounts in another currency are neither compared nor learnt', () => {
  const user = placeOf('user')
  user.to({}, 0)
  const yen = user.to({ amount: { minor: 90_000, currency: 'JPY' } }, 1)
  expect(yen).toMatchObject({ otherCurrency: true, amountZ: null, amountRatio: null })
  expect(user.to({}, 2)).toMatchObject({ otherCurrency: false, amountRatio: 1 })
})

test('the way is measured from the last place, and a late sighting does not move it back', () => {
  const user = placeOf('user')
  const beijing = (at: number) => ({ seen: { latitude: 39.9042, longitude: 116.4074, at } })
  const shanghai = (at: number) => ({ seen: { latitude: 31.2304, longitude: 121.4737, at } })
  expect(user.to(beijing(hours(5)), hours(5)).travelKm).toBeNull()
  expect(user.to(shanghai(hours(4)), hours(5)).travelKph).toBeCloseTo(1_067.3, 1)
  expect(user.to(beijing(hours(6)), hours(6)).travelKm).toBe(0)
})

test('an address is asked for its customers, and not for how much they order', () => {
  const ip = placeOf('ip')
  for (let order = 0; order < 9; order++) ip.to({ userId: `user ${order}` }, order)
  expect(ip.to({}, 10)).toMatchObject({ users24h: 10, attempts10m: 0, amountZ: null })
})

test('of a count the worst place counts, and an address not for velocity', () => {
  const of = (answer: Partial<FraudAnswer>): FraudAnswer => ({ ...NO_ANSWER, ...answer })
  const features = featuresOf({
    answers: {
      user: of({ attempts10m: 1, declines1h: 0, history: 4 }),
      instrument: of({ attempts10m: 6, history: 2 }),
      ip: of({ attempts10m: 99, declines1h: 3, users24h: 8 }),
    },
    missing: ['device'],
  })
  expect(features).toMatchObject({ attempts10m: 6, declines1h: 3, ipUsers24h: 8, history: 4 })
  expect(features).toMatchObject({ deviceUsers24h: null, partsMissing: 1 })
  expect(knownOf(features)).not.toHaveProperty('deviceUsers24h')
})

test('a customer without a usual amount is measured by that of the instrument', () => {
  const of = (answer: Partial<FraudAnswer>): FraudAnswer => ({ ...NO_ANSWER, ...answer })
  const instrument = of({ amountZ: 4, amountRatio: 5 })
  const user = of({ otherCurrency: true })
  expect(featuresOf({ answers: { user, instrument }, missing: [] })).toMatchObject({
    amountZ: 4,
    otherCurrency: 0,
  })
  expect(featuresOf({ answers: { user }, missing: [] })).toMatchObject({ otherCurrency: 1 })
})

test('where nobody was asked nothing is known', () => {
  expect(knownOf(featuresOf({ answers: {}, missing: [] }))).toEqual({ partsMissing: 0 })
})
