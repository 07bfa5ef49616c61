/** Who comes to the shop: what is true of a person, and what their events carry. */
import { days } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import type { ShopTime } from './calendar.ts'
import { MARKETS } from './catalogue.ts'
import { STREAMS } from './streams.ts'

/** Lookers come once; browsers come back and never buy; the others buy, ever more often. */
export type PersonKind = 'LOOKER' | 'BROWSER' | 'SELDOM' | 'REGULAR' | 'LOYAL'

interface Habit {
  readonly kind: PersonKind
  /** Of all people. */
  readonly share: number
  /** Visits a day while they are customers, on average. */
  readonly visitsPerDay: number
  /** Mean days from the first visit until they have left for good. */
  readonly staysDays: number
  /** Probability that a view of an article at its list price puts it into the cart. */
  readonly buysPerView: number
  /** Probability that they have an account. */
  readonly memberShare: number
}

export const HABITS: readonly Habit[] = [
  { kind: 'LOOKER', share: 0.35, visitsPerDay: 0, staysDays: 1, buysPerView: 0, memberShare: 0 },
  {
    kind: 'BROWSER',
    share: 0.18,
    visitsPerDay: 0.16,
    staysDays: 12,
    buysPerView: 0,
    memberShare: 0.25,
  },
  {
    kind: 'SELDOM',
    share: 0.24,
    visitsPerDay: 0.06,
    staysDays: 35,
    buysPerView: 0.34,
    memberShare: 0.8,
  },
  {
    kind: 'REGULAR',
    share: 0.15,
    visitsPerDay: 0.12,
    staysDays: 45,
    buysPerView: 0.38,
    memberShare: 1,
  },
  {
    kind: 'LOYAL',
    share: 0.08,
    visitsPerDay: 0.2,
    staysDays: 90,
    buysPerView: 0.42,
    memberShare: 1,
  },
]

export const VISITS_PER_DAY_MAX = 0.3

export interface Person {
  readonly bornSlot: number
  readonly index: number
  readonly kind: PersonKind
  readonly market: number
  readonly isMember: boolean
  /** The true rhythm: visits a day until they lapse. */
  readonly visitsPerDay: number
  readonly buysPerView: number
  /** They recommend the shop. */
  readonly isAdvocate: boolean
  /** When they have left for good, in shop time. */
  readonly lapsesAt: ShopTime
  readonly consentsDraw: number
  readonly latitude: number
  readonly longitude: number
}

/** Pure in (seed, slot of the first visit, number within that slot). */
export const personOf = (
  seed: number,
  bornSlot: number,
  index: number,
  bornAt: ShopTime,
): Person => {
  const dice = new Dice(seed, STREAMS.PERSON, bornSlot, index)
  const habit = drawn(HABITS, dice.next())
  const place = drawn(MARKETS, dice.next())
  return {
    bornSlot,
    index,
    kind: habit.kind,
    market: MARKETS.indexOf(place),
    isMember: dice.chance(habit.memberShare),
    visitsPerDay: habit.visitsPerDay * dice.between(0.5, 1.5),
    buysPerView: habit.buysPerView,
    isAdvocate: dice.chance(ADVOCATE_SHARE[habit.kind]),
    lapsesAt: bornAt + Math.round(dice.wait(days(habit.staysDays))),
    consentsDraw: dice.next(),
    latitude: rounded(place.latitude + dice.between(-1, 1)),
    longitude: rounded(place.longitude + dice.between(-1, 1)),
  }
}

const ADVOCATE_SHARE: Readonly<Record<PersonKind, number>> = {
  LOOKER: 0,
  BROWSER: 0,
  SELDOM: 0.05,
  REGULAR: 0.2,
  LOYAL: 0.5,
}

const drawn = <T extends { readonly share: number }>(items: readonly T[], draw: number): T => {
  let left = draw
  for (const item of items) {
    left -= item.share
    if (left < 0) return item
  }
  return items.at(-1)!
}

const rounded = (degrees: number): number => Math.round(degrees * 1_000) / 1_000

/** People of before the opening were born in slots below 0; ids have no sign. */
const BORN_OFFSET = 100_000

/** What the ids of a person have in common. */
export const personCode = (person: Person): string =>
  `${person.bornSlot + BORN_OFFSET}-${person.index}`

/** The slot and the number behind the id of a person, a visitor or an account; null: none of them. */
export const bornOf = (
  id: string,
): { readonly bornSlot: number; readonly index: number } | null => {
  const match = /^(?:user|visitor)-(\d+)-(\d+)$/.exec(id)
  return match && { bornSlot: Number(match[1]) - BORN_OFFSET, index: Number(match[2]) }
}
