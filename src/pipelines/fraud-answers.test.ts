import { expect, test } from 'vitest'
import { looseSlot } from '../engine/state/cell.ts'
import { days, hours, minutes, seconds } from '../engine/time.ts'
import { answerTo, type FraudAnswer } from './fraud-answers.ts'
import type { Attempt } from './fraud-attempts.ts'
import { FRAUD_PARTS, type FraudContext, type FraudPart, fraudState } from './fraud-state.ts'

const purchase: Attempt = {
  kind: 'ORDER',
  userId: 'anna',
  deviceId: 'phone',
  seen: null,
  placed: {
    amount: { minor: 1_000, currency: 'EUR' },
    instrumentId: 'visa',
    addressId: 'home',
    method: 'CARD',
  },
}
const costing = (minor: number, currency = 'EUR'): Partial<Attempt> => ({
  placed: { ...purchase.placed!, amount: { minor, currency } },
})

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
  const counts = [0, 1, 2].map(order => place.to({}, minutes(order)).counts!.attempts10m)
  expect(counts).toEqual([0, 1, 2])
})

test('attempts are forgotten ten minutes, an hour, a day and a week after them', () => {
  const place = placeOf('user')
  for (let order = 0; order < 6; order++) place.to({}, seconds(order))
  const counts = (at: number) => place.to({}, at).counts
  expect(counts(minutes(9))).toMatchObject({ attempts10m: 6, attempts1h: 6 })
  expect(counts(minutes(30))).toMatchObject({ attempts10m: 0, attempts1h: 7 })
  expect(counts(hours(3))).toMatchObject({ attempts1h: 0, attempts24h: 8 })
  expect(counts(hours(40))).toMatchObject({ attempts24h: 0, attempts7d: 9 })
  expect(counts(days(9))).toMatchObject({ attempts7d: 0 })
})

test('logins do not count as orders, nor orders as logins', () => {
  const place = placeOf('user')
  place.to({}, 0)
  const login = place.to({ kind: 'LOGIN', placed: null }, 1)
  expect(login.counts).toMatchObject({ attempts10m: 0, attempts7d: null })
  expect(place.to({}, 2).counts).toMatchObject({ attempts10m: 1 })
})

test('the fourth customer on a device is told that there are four', () => {
  const device = placeOf('device')
  const customers = ['anna', 'ben', 'cleo', 'dora', 'anna', null]
  const counts = customers.map((userId, at) => device.to({ userId }, minutes(at)).users)
  expect(counts).toEqual([1, 2, 3, 4, 4, 4])
  expect(device.to({ userId: 'emil' }, days(2)).users).toBe(1)
})

test('an address remembers for a month who has had something sent there', () => {
  const address = placeOf('address')
  const counts = ['anna', 'ben', 'cleo'].map((userId, at) => address.to({ userId }, days(9 * at)))
  expect(counts.map(({ users }) => users)).toEqual([1, 2, 3])
  expect(address.to({ userId: 'dora' }, days(35)).users).toBe(3)
})

test('a device, a card, an address and a way to pay are new to a customer once', () => {
  const user = placeOf('user')
  const first = { known: 0, isNew: true }
  const known = { known: 1, isNew: false }
  const all = ['device', 'instrument', 'address', 'method']
  const of = (novelty: object) => Object.fromEntries(all.map(name => [name, novelty]))
  expect(user.to({}, 0).habits).toMatchObject(of(first))
  expect(user.to({}, 1).habits).toMatchObject(of(known))
  const tablet = user.to({ deviceId: 'tablet' }, 2).habits
  expect(tablet).toMatchObject({ ...of(known), device: { known: 1, isNew: true } })
  const login = user.to({ kind: 'LOGIN', deviceId: null, placed: null }, 3).habits
  expect(all.map(name => login![name as 'device'])).toEqual([null, null, null, null])
})

test('an amount is compared with those before it, and a large one does not become the usual', () => {
  const user = placeOf('user')
  expect(user.to({}, 0).spending).toMatchObject({ amountZ: null, amountRatio: null })
  for (let day = 1; day < 10; day++) user.to({}, days(day))
  const first = user.to(costing(50_000), days(10))
  expect(first.spending!.amountRatio).toBeCloseTo(50, 6)
  expect(first.habits!.anomalyMass).toBe(0)
  const second = user.to(costing(50_000), days(10) + 1)
  expect(second.spending!.amountRatio).toBeGreaterThan(20)
  expect(second.habits!.anomalyMass).toBeCloseTo(1, 6)
  expect(user.to({}, days(13) + 1).habits!.anomalyMass).toBeCloseTo(1, 6)
})

test('amounts in another currency are neither compared nor learnt', () => {
  const user = placeOf('user')
  user.to({}, 0)
  const yen = user.to(costing(90_000, 'JPY'), 1).spending
  expect(yen).toMatchObject({ otherCurrency: true, amountZ: null, amountRatio: null })
  expect(user.to({}, 2).spending).toMatchObject({ otherCurrency: false, amountRatio: 1 })
})

test('the way is measured from the last place, and a late sighting does not move it back', () => {
  const user = placeOf('user')
  const beijing = (at: number) => ({ seen: { latitude: 39.9042, longitude: 116.4074, at } })
  const shanghai = (at: number) => ({ seen: { latitude: 31.2304, longitude: 121.4737, at } })
  expect(user.to(beijing(hours(5)), hours(5)).habits!.travelKm).toBeNull()
  expect(user.to(shanghai(hours(4)), hours(5)).habits!.travelKph).toBeCloseTo(1_067.3, 1)
  expect(user.to(beijing(hours(6)), hours(6)).habits!.travelKm).toBe(0)
})

test('an address is asked for its customers, and not for how much they order', () => {
  const ip = placeOf('ip')
  for (let order = 0; order < 9; order++) ip.to({ userId: `user ${order}` }, order)
  const answer = ip.to({}, 10)
  expect(answer).toMatchObject({ users: 10, spending: null })
  expect(answer.counts).toMatchObject({ attempts10m: 0 })
})

test('each place answers what it is asked for', () => {
  const answered = FRAUD_PARTS.map(part => {
    const answer = placeOf(part).to({}, 0)
    return [part, ...Object.keys(answer).filter(name => answer[name as 'users'] !== null)].join(' ')
  })
  // Nothing became known yet, so there is no risk anywhere.
  expect(answered).toEqual([
    'user counts spending habits',
    'instrument counts users spending',
    'device counts users',
    'ip counts users',
    'address users',
    'merchant merchant',
    'market market',
    'graph links',
  ])
})
