/**
 * Who visits in a slot, without any memory of who came before.
 *
 * New people are counted by slot. Those who come back are found the other way round: an earlier slot
 * is drawn, a person of it, and they come if they have not lapsed and as often as their own rhythm
 * says. In the history, where slots are drawn evenly, this gives each person visits at their true
 * rate. When live, thousands of times as many come as in the history, so their ages are drawn from
 * 20 seconds to hours, evenly in the logarithm, and rhythms only say who comes more often.
 */
import { days, hours } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import type { Calendar, ShopTime } from './calendar.ts'
import { type Person, personOf, VISITS_PER_DAY_MAX } from './person.ts'
import {
  BEFORE_OPENING_DAYS,
  BIRTHS_PER_DAY,
  HISTORY_SLOT_MS,
  LIVE_FROM_HISTORY_SHARE,
  LIVE_NEW_SHARE,
  LIVE_SLOT_MS,
  LIVE_VISITS_PER_RECORD,
} from './rates.ts'
import { STREAMS } from './streams.ts'

export interface Visitor {
  readonly person: Person
  readonly isNew: boolean
}

const SLOTS_PER_DAY = days(1) / HISTORY_SLOT_MS
const FIRST_BIRTH_SLOT = -BEFORE_OPENING_DAYS * SLOTS_PER_DAY
/** Most people who are born in a slot of the history. */
const HISTORY_BIRTHS_MAX = 3
const LIVE_AGE_MIN_SLOTS = 20_000 / LIVE_SLOT_MS
const LIVE_AGE_MAX_SLOTS = hours(6) / LIVE_SLOT_MS
const LIVE_TRIES_MAX = 8
const RUSH_MS = 40_000
const HISTORY_TRIES_MAX = 60

export class Population {
  readonly #seed: number
  readonly #calendar: Calendar
  /** Visits in a live slot, on average. */
  readonly liveVisits: number

  constructor(seed: number, calendar: Calendar, rate: number) {
    this.#seed = seed
    this.#calendar = calendar
    this.liveVisits = ((rate * LIVE_SLOT_MS) / 1_000) * LIVE_VISITS_PER_RECORD
  }

  /** People whose first visit is in the slot; for live ones beyond these, nobody asks again. */
  birthsIn(slot: number): number {
    const draw = new Dice(this.#seed, STREAMS.BIRTHS, slot).next()
    if (this.#calendar.isLive(slot)) return Math.floor(this.#rush(slot) * LIVE_NEW_SHARE + draw)
    const mean = (BIRTHS_PER_DAY / SLOTS_PER_DAY) * this.#bustle(slot)
    return Math.min(HISTORY_BIRTHS_MAX, Math.floor(mean + draw))
  }

  person(bornSlot: number, index: number): Person {
    return personOf(this.#seed, bornSlot, index, this.#calendar.startOf(bornSlot))
  }

  visitorsIn(slot: number): Visitor[] {
    const visitors: Visitor[] = []
    const births = this.birthsIn(slot)
    for (let index = 0; index < births; index++) {
      visitors.push({ person: this.person(slot, index), isNew: true })
    }
    const dice = new Dice(this.#seed, STREAMS.VISITORS, slot)
    if (this.#calendar.isLive(slot)) this.#liveReturns(slot, births, dice, visitors)
    else this.#historyReturns(slot, dice, visitors)
    return visitors
  }

  /** Somebody who was a customer before the slot and is not lapsed, or null where none was found. */
  customerBefore(slot: number, dice: Dice): Person | null {
    const isLive = this.#calendar.isLive(slot)
    const from = isLive && dice.chance(0.5) ? this.#liveBornBefore(slot, dice) : null
    return from ?? this.#historyBornBefore(slot, dice)
  }

  #historyReturns(slot: number, dice: Dice, visitors: Visitor[]): void {
    const at = this.#calendar.startOf(slot)
    const candidates = (slot - FIRST_BIRTH_SLOT) * HISTORY_BIRTHS_MAX * this.#bustle(slot)
    const perSlot = (candidates * VISITS_PER_DAY_MAX) / SLOTS_PER_DAY
    for (let left = Math.floor(perSlot + dice.next()); left > 0; left--) {
      const person = this.#candidate(FIRST_BIRTH_SLOT, slot, HISTORY_BIRTHS_MAX, at, dice)
      if (person) visitors.push({ person, isNew: false })
    }
  }

  #liveReturns(slot: number, births: number, dice: Dice, visitors: Visitor[]): void {
    const returns = Math.floor(this.#rush(slot) * (1 - LIVE_NEW_SHARE) + dice.next())
    for (let i = 0; i < returns; i++) {
      const isOld = dice.chance(LIVE_FROM_HISTORY_SHARE)
      const person = isOld ? this.#historyBornBefore(slot, dice) : this.#liveBornBefore(slot, dice)
      // Where nobody was found, somebody comes who never comes again.
      if (person) visitors.push({ person, isNew: false })
      else visitors.push({ person: this.person(slot, births + i), isNew: true })
    }
  }

  #liveBornBefore(slot: number, dice: Dice): Person | null {
    const oldest = Math.min(LIVE_AGE_MAX_SLOTS, slot - this.#calendar.historySlots)
    if (oldest <= LIVE_AGE_MIN_SLOTS) return null
    const births = Math.ceil(this.liveVisits * LIVE_NEW_SHARE)
    const at = this.#calendar.startOf(slot)
    for (let tries = 0; tries < LIVE_TRIES_MAX; tries++) {
      const age = LIVE_AGE_MIN_SLOTS * (oldest / LIVE_AGE_MIN_SLOTS) ** dice.next()
      const bornSlot = slot - Math.floor(age)
      const person = this.#candidate(bornSlot, bornSlot + 1, births, at, dice)
      if (person) return person
    }
    return null
  }

  #historyBornBefore(slot: number, dice: Dice): Person | null {
    const until = Math.min(slot, this.#calendar.historySlots)
    const at = this.#calendar.startOf(slot)
    for (let tries = 0; tries < HISTORY_TRIES_MAX; tries++) {
      const person = this.#candidate(FIRST_BIRTH_SLOT, until, HISTORY_BIRTHS_MAX, at, dice)
      if (person) return person
    }
    return null
  }

  /** Somebody born in [from, until), or null: there is no such person, or they do not come now. */
  #candidate(
    from: number,
    until: number,
    birthsMax: number,
    at: ShopTime,
    dice: Dice,
  ): Person | null {
    const bornSlot = from + Math.floor((until - from) * dice.next())
    const index = Math.floor(birthsMax * dice.next())
    const comes = dice.next() * VISITS_PER_DAY_MAX
    if (index >= this.birthsIn(bornSlot)) return null
    const person = this.person(bornSlot, index)
    return comes < person.visitsPerDay && at < person.lapsesAt ? person : null
  }

  /** As live begins nobody is in the midst of a visit yet; so more come, that the rate is soon there. */
  #rush(slot: number): number {
    const left = 1 - ((slot - this.#calendar.historySlots) * LIVE_SLOT_MS) / RUSH_MS
    return this.liveVisits * (1 + Math.max(0, left))
  }

  /** More come in the evening than at night; 1 on average. */
  #bustle(slot: number): number {
    const dayPart = (((slot % SLOTS_PER_DAY) + SLOTS_PER_DAY) % SLOTS_PER_DAY) / SLOTS_PER_DAY
    return 1 - 0.6 * Math.cos(2 * Math.PI * (dayPart - 1 / 12))
  }
}
