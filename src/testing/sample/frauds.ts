/** Two kinds of fraud: cards tried out in a burst, and accounts taken over from far away. */
import { hours, minutes, seconds } from '../../engine/time.ts'
import type { Diary } from './diary.ts'
import type { Dice } from './dice.ts'
import { type Person, personOf } from './person.ts'
import { FAR_AWAY } from './shop.ts'

export const BURST_ORDERS = 10

/** One device, one card, many accounts, within minutes; most payments are declined. */
export const tryCards = (number: number, startAt: number, diary: Diary, dice: Dice): void => {
  const gang = personOf(90_000 + number, dice)
  let at = startAt
  for (let attempt = 0; attempt < BURST_ORDERS; attempt++) {
    const account = `user-burst-${number}-${attempt % 5}`
    const basket = diary.basket(dice, 1)
    diary.order(gang, basket, 'PLACED', at, { userId: account })
    const isDeclined = dice.chance(0.7)
    const outcome = isDeclined ? 'PAYMENT_DECLINED' : 'PAID'
    diary.order(gang, basket, outcome, at + seconds(3), { userId: account })
    at += seconds(20) + dice.wait(seconds(25))
  }
}

/** The customer signs in at home; within the hour somebody else does so elsewhere, and orders. */
export const takeOver = (victim: Person, at: number, diary: Diary, dice: Dice): void => {
  const { userId } = victim
  const { latitude, longitude } = dice.pick(FAR_AWAY)
  const thief = { deviceId: `device-of-thief-of-${userId}`, ip: 'ip-far', latitude, longitude }
  diary.click(victim, 'LOGIN', at, { userId })
  for (let failed = 0; failed < 3; failed++) {
    diary.click(victim, 'LOGIN_FAILED', at + minutes(35) + seconds(8 * failed), {
      userId,
      ...thief,
    })
  }
  diary.click(victim, 'LOGIN', at + minutes(36), { userId, ...thief })
  const basket = diary.basket(dice, 5)
  const big = { ...basket, totalMinor: basket.totalMinor * 9 }
  diary.order(victim, big, 'PLACED', at + minutes(40), { ...thief, instrumentId: 'card-stolen' })
  diary.order(victim, big, 'CANCELLED', at + hours(9))
}
