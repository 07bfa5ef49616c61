/**
 * When counts of baskets are told: where five orders are new and a twentieth of all that count, and at
 * most once a day. So of what was told last, fewer than five orders or a twentieth are missing, and those
 * of a day. Where orders come at a steady pace, that is each day at first and then each week, as in a week
 * a twentieth is forgotten.
 */
import { murmur2 } from '../engine/hash.ts'
import { days, minutes } from '../engine/time.ts'

/** In which an order comes to count half: what is bought together in summer is not in winter. */
export const BASKETS_HALF_LIFE_MS = days(90)

const NEW_MIN = 5
const NEW_SHARE_MIN = 0.05

/**
 * @param fresh orders since counts were last told
 * @param all orders that count, old ones less
 */
export const isNews = (fresh: number, all: number): boolean =>
  fresh >= NEW_MIN && fresh >= NEW_SHARE_MIN * all

/** A minute of the day that the key decides, so that not all articles are told at once. */
export const timeOfDayOf = (key: string): number =>
  minutes((murmur2(key) & 0x7fffffff) % (days(1) / minutes(1)))
