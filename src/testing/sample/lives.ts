/** Lives of customers: they come, look, sign in, buy, come back, stay away. */
import { days, hours, minutes, seconds } from '../../engine/time.ts'
import type { Diary } from './diary.ts'
import type { Dice } from './dice.ts'
import { type Person, purchaseDays } from './person.ts'

/** All that a person does from `joinsAt` on and before `endsAt`, up to so many orders. */
export const live = (
  person: Person,
  joinsAt: number,
  endsAt: number,
  ordersMax: number,
  diary: Diary,
  dice: Dice,
): void => {
  for (let visits = dice.whole(1, 3), at = joinsAt; visits > 0 && at < endsAt; visits--) {
    const lookedAt = diary.browse(person, at, null, dice)
    if (dice.chance(0.25)) diary.click(person, 'ADD_TO_CART', lookedAt, { quantity: 1 })
    at += hours(2) + dice.wait(days(3))
  }
  const purchases = purchaseDays(dice)
    .map(day => joinsAt + minutes(30) + days(day))
    .filter(at => at < endsAt - hours(2))
  for (const [number, at] of purchases.slice(0, ordersMax).entries()) {
    buy(person, at, number === 0, diary, dice)
  }
}

const buy = (person: Person, startAt: number, isFirst: boolean, diary: Diary, dice: Dice): void => {
  const { userId } = person
  let at = diary.browse(person, startAt, null, dice)
  if (!isFirst && dice.chance(0.05)) {
    diary.click(person, 'LOGIN_FAILED', at, { userId })
    at += seconds(20)
  }
  diary.click(person, isFirst ? 'SIGNUP' : 'LOGIN', at, { userId })
  diary.click(person, 'ADD_TO_CART', at + seconds(30), { userId, quantity: 1 })
  diary.click(person, 'CHECKOUT_START', at + seconds(60), { userId })
  settle(person, at + minutes(2), isFirst, diary, dice)
}

/** An order and what becomes of it. */
const settle = (
  person: Person,
  placedAt: number,
  isFirst: boolean,
  diary: Diary,
  dice: Dice,
): void => {
  const basket = diary.basket(dice, person.appetite)
  const coupon = dice.chance(0.15) ? { couponId: 'coupon-spring' } : {}
  const referrer = isFirst ? { referrerUserId: person.referrerUserId } : {}
  diary.order(person, basket, 'PLACED', placedAt, { ...coupon, ...referrer })
  const fate = dice.next()
  if (fate < 0.03) {
    diary.order(person, basket, 'PAYMENT_DECLINED', placedAt + seconds(4))
    return
  }
  diary.order(person, basket, 'PAID', placedAt + seconds(4))
  if (fate < 0.06) {
    diary.order(person, basket, 'CANCELLED', placedAt + hours(3))
    return
  }
  diary.order(person, basket, 'SHIPPED', placedAt + days(1))
  diary.order(person, basket, 'DELIVERED', placedAt + days(3))
  if (fate < 0.11) diary.order(person, basket, 'REFUNDED', placedAt + days(10))
}
