/**
 * Refrigerated boxes that go to and fro once the shop is live, with a reading each ten seconds: so
 * sensors are a fair part of what happens. A bay carries one box after the other; which one, and how
 * far it has come, follows from the moment alone. The first boxes are taken over on their way.
 */
import { minutes } from '../../engine/time.ts'
import { Dice } from '../sample/dice.ts'
import { type Journey, type JourneyRates, journeyOf } from './journey.ts'
import { planHandover, planReading, planWaypoint } from './journey-records.ts'
import { LIVE_READING_INTERVAL_MS, LIVE_READING_SHARE, LIVE_SLOT_MS } from './rates.ts'
import type { SlotPlan } from './slot-plan.ts'
import { STREAMS } from './streams.ts'
import type { World } from './world.ts'

const SLOTS_PER_READING = LIVE_READING_INTERVAL_MS / LIVE_SLOT_MS
const READINGS_PER_MINUTE = minutes(1) / LIVE_READING_INTERVAL_MS

/** Some minutes to an hour and a half, at ten seconds each. */
const RATES: JourneyRates = {
  excursionShare: 0.05,
  silentShare: 0.015,
  stuckShare: 0.005,
  excursionMin: 3 * READINGS_PER_MINUTE,
  excursionMax: 90 * READINGS_PER_MINUTE,
}

export interface Box {
  readonly shipmentId: string
  readonly place: readonly number[]
  readonly journey: Journey
}

export const bayCount = (rate: number): number =>
  Math.round((rate * LIVE_READING_SHARE * LIVE_READING_INTERVAL_MS) / 1_000)

interface Bay {
  /** Of each of its journeys, in readings. */
  readonly readings: number
  /** The reading that its first box has come to as live begins. */
  readonly start: number
  readonly momentMs: number
}

const bayOf = (seed: number, bay: number): Bay => {
  const dice = new Dice(seed, STREAMS.BAY, bay)
  const readings = dice.whole(40, 150) * READINGS_PER_MINUTE
  return {
    readings,
    start: dice.whole(0, readings - 1),
    momentMs: dice.whole(0, LIVE_SLOT_MS - 1),
  }
}

export const boxOf = (seed: number, bay: number, trip: number): Box => ({
  shipmentId: `box-${bay}-${trip}`,
  place: [bay, trip, 1],
  journey: journeyOf(seed, [bay, trip, 1], bayOf(seed, bay).readings, RATES),
})

/** The reading with which the box was handed over: only the first of a bay was on its way before. */
export const takenOverAt = (seed: number, bay: number, trip: number): number =>
  trip === 0 ? bayOf(seed, bay).start : 0

/** How many live slots after the beginning a reading of a box is due. */
export const liveSlotOf = (seed: number, bay: number, trip: number, reading: number): number => {
  const { readings, start } = bayOf(seed, bay)
  return (bay % SLOTS_PER_READING) + (trip * readings + reading - start) * SLOTS_PER_READING
}

export const planFleet = (world: World, plan: SlotPlan): void => {
  const { seed, calendar } = world
  if (!calendar.isLive(plan.slot)) return
  const live = plan.slot - calendar.historySlots
  const bays = bayCount(world.rate)
  for (let bay = live % SLOTS_PER_READING; bay < bays; bay += SLOTS_PER_READING) {
    planBay(seed, plan, bay, Math.floor(live / SLOTS_PER_READING), calendar.startOf(plan.slot))
  }
}

const planBay = (seed: number, plan: SlotPlan, bay: number, tick: number, from: number): void => {
  const { readings, start, momentMs } = bayOf(seed, bay)
  const trip = Math.floor((tick + start) / readings)
  const reading = (tick + start) % readings
  const { shipmentId, place, journey } = boxOf(seed, bay, trip)
  const at = from + momentMs
  if (reading === 0 || tick === 0) {
    planHandover(plan, handoverOf(shipmentId, bay, readings - reading), at)
  }
  planReading(plan, seed, place, shipmentId, 0, journey, reading, at)
  if (reading === readings - 1) planWaypoint(plan, shipmentId, 'DELIVERED', depotOf(bay + 1), at)
}

const handoverOf = (shipmentId: string, bay: number, readingsLeft: number) => ({
  shipmentId,
  orderIds: [],
  contents: [],
  lane: `shuttle-${bay % 12}`,
  originId: depotOf(bay),
  destinationId: depotOf(bay + 1),
  promisedAfterMs: readingsLeft * LIVE_READING_INTERVAL_MS + minutes(5),
  readingIntervalMs: LIVE_READING_INTERVAL_MS,
})

const depotOf = (bay: number): string => `depot-${bay % 12}`
