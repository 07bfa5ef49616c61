/** Who a person of the sample is, as opaque as people are in events. */
import type { Dice } from './dice.ts'
import { CITIES, type City } from './shop.ts'

export interface Person {
  readonly visitorId: string
  readonly userId: string
  readonly deviceId: string
  readonly ip: string
  readonly instrumentId: string
  readonly addressId: string
  readonly market: string
  readonly latitude: number
  readonly longitude: number
  /** How much more or less than others they spend. */
  readonly appetite: number
  /** Who told them of the shop. */
  readonly referrerUserId: string | null
}

export const personOf = (number: number, dice: Dice, friend?: Person): Person => {
  const id = String(number).padStart(5, '0')
  const city: City = dice.pick(CITIES)
  return {
    visitorId: `visitor-${id}`,
    userId: `user-${id}`,
    deviceId: `device-${id}`,
    ip: `ip-${id}`,
    instrumentId: `card-${id}`,
    addressId: `address-${id}`,
    market: city.market,
    latitude: rounded(city.latitude + dice.between(-0.1, 0.1)),
    longitude: rounded(city.longitude + dice.between(-0.1, 0.1)),
    appetite: dice.between(0.5, 2),
    referrerUserId: friend?.userId ?? null,
  }
}

const rounded = (degrees: number): number => Math.round(degrees * 1_000) / 1_000

/** Days of the purchases of a life, counted from its first visit; empty for those who only look. */
export const purchaseDays = (dice: Dice): readonly number[] => {
  const kind = dice.next()
  if (kind < 0.5) return []
  if (kind < 0.7) return [dice.between(0, 10)]
  if (kind < 0.78) return [dice.between(0, 5), dice.between(92, 110)]
  const gap = kind < 0.95 ? 24 : 8
  const days: number[] = []
  for (let day = dice.between(0, 7); day < LIFE_DAYS; day += 1 + dice.wait(gap)) days.push(day)
  return days
}

const LIFE_DAYS = 400
