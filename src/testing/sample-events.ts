/**
 * A sample of a shop's life, made up from a seed: the same seed, the same events.
 *
 * `sampleEvents` gives what happened, in order of time. `arrivalsOf` gives how it came in, as it does
 * in practice: a little out of order, some of it twice.
 */
import { days, hours, seconds } from '../engine/time.ts'
import type { Click, Market, Order } from '../events.ts'
import { Diary } from './sample/diary.ts'
import { Dice } from './sample/dice.ts'
import { BURST_ORDERS, takeOver, tryCards } from './sample/frauds.ts'
import { live } from './sample/lives.ts'
import { type Person, personOf } from './sample/person.ts'
import { marketsFrom } from './sample/shop.ts'

export interface SampleOptions {
  /** How many orders are placed, those of the frauds among them; at least 100. */
  readonly orders: number
  readonly days: number
  readonly seed: number
}

export interface SampleEvents {
  readonly markets: readonly Market[]
  readonly clickstream: readonly Click[]
  readonly orders: readonly Order[]
}

/** Midnight UTC of 6 January 2025, a Monday. */
export const SAMPLE_STARTS_AT = Date.UTC(2025, 0, 6)

const BURSTS = 3
const TAKE_OVERS = 5
const REFERRED_SHARE = 0.1
const FRAUD_ORDERS = BURSTS * BURST_ORDERS + TAKE_OVERS

export const sampleEvents = (options: SampleOptions): SampleEvents => {
  const { orders, seed } = options
  const diary = new Diary()
  const endsAt = SAMPLE_STARTS_AT + days(options.days)
  const people: Person[] = []
  while (diary.placed < orders - FRAUD_ORDERS) {
    const dice = new Dice(seed, people.length)
    const friend = people.length > 0 && dice.chance(REFERRED_SHARE) ? dice.pick(people) : undefined
    const person = personOf(people.length + 1, dice, friend)
    const joinsAt = SAMPLE_STARTS_AT + dice.between(0, days(options.days) - days(1))
    live(person, joinsAt, endsAt, orders - FRAUD_ORDERS - diary.placed, diary, dice)
    people.push(person)
  }
  commitFrauds(people, options, diary)
  return {
    markets: marketsFrom(SAMPLE_STARTS_AT),
    clickstream: diary.clicks.filter(({ occurredAt }) => occurredAt < endsAt).sort(byTime),
    orders: diary.orders.filter(({ occurredAt }) => occurredAt < endsAt).sort(byTime),
  }
}

/** In the last third, when there is something that it differs from. */
const commitFrauds = (people: readonly Person[], options: SampleOptions, diary: Diary): void => {
  const dice = new Dice(options.seed, FRAUD_STREAM)
  const span = days(options.days)
  const moment = () => SAMPLE_STARTS_AT + dice.between(span * 0.66, span - hours(12))
  for (let number = 1; number <= BURSTS; number++) tryCards(number, moment(), diary, dice)
  for (let victim = 0; victim < TAKE_OVERS; victim++) {
    takeOver(dice.pick(people), moment(), diary, dice)
  }
}

/** Beside the streams of the people, which are numbered from 0. */
const FRAUD_STREAM = -1
const ARRIVAL_STREAM = -2

interface Happening {
  readonly eventId: string
  readonly occurredAt: number
}

const byTime = (a: Happening, b: Happening): number =>
  a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : 1)

const DISORDER_MS = seconds(3)
const DUPLICATE_SHARE = 0.005

/** The same events as they arrive: up to three seconds out of order, and one in 200 twice. */
export const arrivalsOf = <T extends Happening>(events: readonly T[], seed: number): T[] => {
  const dice = new Dice(seed, ARRIVAL_STREAM, events.length)
  const arrivals: { readonly at: number; readonly event: T }[] = []
  for (const event of events) {
    const at = event.occurredAt + dice.between(0, DISORDER_MS)
    arrivals.push({ at, event })
    if (dice.chance(DUPLICATE_SHARE)) arrivals.push({ at: at + seconds(60), event })
  }
  return arrivals.sort((a, b) => a.at - b.at).map(({ event }) => event)
}
