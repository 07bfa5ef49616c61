/** What a place knew of an attempt before it, and what it keeps of it afterwards. */
import { boolean, double, long, nullable, record, type ValueOf } from '../engine/form.ts'
import { type Instant, minutes } from '../engine/time.ts'
import { type AmountBaseline, baselineOf, compared, winsorised } from '../models/amount-baseline.ts'
import { type Travel, travelOf } from '../models/travel.ts'
import type { Attempt } from './fraud-attempts.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

/** Null is not known, or not for this place to know. */
export const fraudAnswer = record({
  attempts10m: long,
  attempts1h: long,
  attempts24h: long,
  declines1h: long,
  declines24h: long,
  failedLogins1h: long,
  users24h: nullable(long),
  devicesKnown: nullable(long),
  newDevice: nullable(boolean),
  amountZ: nullable(double),
  amountRatio: nullable(double),
  otherCurrency: boolean,
  travelKm: nullable(double),
  travelKph: nullable(double),
  history: double,
})
export type FraudAnswer = Readonly<ValueOf<typeof fraudAnswer>>

/** Answers first and learns then: an attempt is no evidence against itself. */
export const answerTo = (attempt: Attempt, context: FraudContext): FraudAnswer => {
  noteUser(attempt, context)
  const usual = usualAmount(attempt, context)
  const answer = answerOf(attempt, usual, context)
  learn(attempt, usual, context)
  return answer
}

/** To an event that only adds to what is known, and gets no score. */
export const NO_ANSWER: FraudAnswer = {
  attempts10m: 0,
  attempts1h: 0,
  attempts24h: 0,
  declines1h: 0,
  declines24h: 0,
  failedLogins1h: 0,
  users24h: null,
  devicesKnown: null,
  newDevice: null,
  amountZ: null,
  amountRatio: null,
  otherCurrency: false,
  travelKm: null,
  travelKph: null,
  history: 0,
}

/** Known before the answer: to be the fourth customer on a device is a fact about the device. */
const noteUser = ({ userId }: Attempt, { state, part, now }: FraudContext): void => {
  if (part !== 'user' && userId !== null) state.users.add(userId, now)
}

/** What the amount of an order is compared with. */
interface UsualAmount {
  /** Earlier amounts were in another currency, so this one is neither compared nor learnt. */
  readonly otherCurrency: boolean
  /** Null for a login, and for the first amounts. */
  readonly baseline: AmountBaseline | null
}

const usualAmount = ({ amount }: Attempt, { state, now }: FraudContext): UsualAmount => {
  const currency = amount && state.amountCurrency.get()
  if (currency === null) return NO_USUAL_AMOUNT
  if (currency !== amount?.currency) return OTHER_CURRENCY
  const sums = {
    weight: state.amountWeight.at(now),
    sumMinor: state.amountSum.at(now),
    sumSquares: state.amountSquares.at(now),
  }
  return { otherCurrency: false, baseline: baselineOf(sums) }
}

const NO_USUAL_AMOUNT: UsualAmount = { otherCurrency: false, baseline: null }
const OTHER_CURRENCY: UsualAmount = { otherCurrency: true, baseline: null }

const answerOf = (
  { kind, amount, deviceId, seen }: Attempt,
  { otherCurrency, baseline }: UsualAmount,
  { state, part, now }: FraudContext,
): FraudAnswer => {
  const lastHour = kind === 'ORDER' ? state.orders1h : state.logins1h
  const lastDay = kind === 'ORDER' ? state.orders24h : state.logins24h
  const device = part === 'user' ? deviceId : null
  const deviation = amount && baseline && compared(amount.minor, baseline)
  const travel = travelTo(seen, state)
  return {
    attempts10m: events(lastHour.total(now, minutes(10))),
    attempts1h: events(lastHour.total(now)),
    attempts24h: events(lastDay.total(now)),
    declines1h: events(state.declines1h.total(now)),
    declines24h: events(state.declines24h.total(now)),
    failedLogins1h: events(state.failedLogins1h.total(now)),
    users24h: part === 'user' ? null : state.users.items(now).length,
    devicesKnown: device === null ? null : state.devices.size,
    newDevice: device === null ? null : !state.devices.has(device),
    amountZ: deviation?.z ?? null,
    amountRatio: deviation?.ratio ?? null,
    otherCurrency,
    travelKm: travel?.distanceKm ?? null,
    travelKph: travel?.speedKph ?? null,
    history: state.history.at(now),
  }
}

/** A window that begins inside a step counts a share of it; people are told whole events. */
const events = (total: number): number => Math.round(total)

const travelTo = (seen: Attempt['seen'], { lastPlace }: FraudState): Travel | null => {
  const last = seen && lastPlace.get()
  return seen && last && travelOf(last, seen)
}

const learn = (attempt: Attempt, usual: UsualAmount, { state, part, now }: FraudContext): void => {
  // Whole networks share an address: how much they order says nothing about one of them.
  if (part === 'ip') return
  const isOrder = attempt.kind === 'ORDER'
  const lastHour = isOrder ? state.orders1h : state.logins1h
  const lastDay = isOrder ? state.orders24h : state.logins24h
  lastHour.add(now)
  lastDay.add(now)
  if (part === 'device') return
  state.history.add(1, now)
  learnAmount(attempt, usual, state, now)
  if (part === 'user') learnHabits(attempt, state, now)
}

const learnAmount = (
  { amount }: Attempt,
  { otherCurrency, baseline }: UsualAmount,
  state: FraudState,
  now: Instant,
): void => {
  if (amount === null || otherCurrency) return
  if (state.amountCurrency.get() === null) state.amountCurrency.set(amount.currency)
  const minor = winsorised(amount.minor, baseline)
  state.amountWeight.add(1, now)
  state.amountSum.add(minor, now)
  state.amountSquares.add(minor ** 2, now)
}

const learnHabits = ({ deviceId, seen }: Attempt, state: FraudState, now: Instant): void => {
  if (deviceId !== null) state.devices.add(deviceId, now)
  const last = state.lastPlace.get()
  if (seen !== null && (last === null || last.at <= seen.at)) state.lastPlace.set(seen)
}
