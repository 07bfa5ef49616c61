/**
 * So many users, each with a few events over thirty days: a look, a cart, and for two in five an
 * order; one in ten orders twice. Users come in turns, so that each is written several times.
 */
import { days } from '../src/engine/time.ts'
import { clickOf, type MixEvent, orderOf, START_AT, type Whole } from './mix.ts'
import { randomOf } from './random.ts'

const TURNS = ['PRODUCT_VIEW', 'ADD_TO_CART', 'PLACED', 'PRODUCT_VIEW', 'PLACED'] as const

export function* userEvents(users: number): Generator<MixEvent> {
  const random = randomOf(2)
  const whole: Whole = below => Math.floor(random() * below)
  const gapMs = days(30) / (users * TURNS.length)
  for (let turn = 0; turn < TURNS.length; turn++) {
    for (let index = 0; index < users; index++) {
      const number = turn * users + index
      const at = START_AT + Math.floor(number * gapMs)
      const event = eventOf(turn, number, (index * 7_919) % users, at, whole)
      if (event) yield event
    }
  }
}

const eventOf = (
  turn: number,
  number: number,
  user: number,
  at: number,
  whole: Whole,
): MixEvent | null => {
  const type = TURNS[turn]!
  // Every fifth number is no user's but a visitor's, in the mix; here all are users.
  const who = 5 * user
  if (type !== 'PLACED') {
    return { topic: 'clickstream', event: clickOf(number, at, who, type, whole) }
  }
  const buys = turn === 2 ? user % 5 < 2 : user % 10 === 0
  return buys ? { topic: 'orders', event: orderOf(number, at, who, number, type, whole) } : null
}
