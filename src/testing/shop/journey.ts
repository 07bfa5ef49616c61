/**
 * A journey under a sensor, with what is true of it: whether and when it gets too warm, its sensor
 * falls silent or sticks. Times are counted in readings, so a journey is the same at any interval.
 */
import { Dice } from '../sample/dice.ts'
import { STREAMS } from './streams.ts'

/** Readings from `from` to before `until`. */
export interface Excursion {
  readonly from: number
  readonly until: number
  readonly peakC: number
}

export interface Journey {
  readonly readings: number
  readonly excursion: Excursion | null
  /** From this reading on there are none, up to before `silentUntil`; null: it is never silent. */
  readonly silentFrom: number | null
  readonly silentUntil: number
  /** From this reading on all are the same; null: it never sticks. */
  readonly stuckFrom: number | null
}

export interface JourneyRates {
  readonly excursionShare: number
  readonly silentShare: number
  readonly stuckShare: number
  /** Shortest and longest excursion, in readings. */
  readonly excursionMin: number
  readonly excursionMax: number
}

export const TEMPERATURE_MIN_C = 2
export const TEMPERATURE_MAX_C = 8

/** Pure in (seed, place). */
export const journeyOf = (
  seed: number,
  place: readonly number[],
  readings: number,
  rates: JourneyRates,
): Journey => {
  const dice = new Dice(seed, STREAMS.JOURNEY, ...place)
  const trouble = dice.next()
  const from = dice.whole(1, Math.ceil(readings * 0.7))
  const silentAfter = rates.excursionShare + rates.silentShare
  const isSilent = trouble >= rates.excursionShare && trouble < silentAfter
  const isStuck = trouble >= silentAfter && trouble < silentAfter + rates.stuckShare
  return {
    readings,
    excursion: trouble < rates.excursionShare ? excursionOf(from, rates, readings, dice) : null,
    silentFrom: isSilent ? from : null,
    silentUntil: dice.chance(0.5) ? readings : Math.min(readings, from + dice.whole(12, 60)),
    stuckFrom: isStuck ? from : null,
  }
}

/** Half are brief; the others last, and may still be open at the end of the journey. */
const excursionOf = (
  from: number,
  rates: JourneyRates,
  readings: number,
  dice: Dice,
): Excursion => {
  const { excursionMin, excursionMax } = rates
  const brief = Math.ceil(excursionMin + (excursionMax - excursionMin) / 6)
  const length = dice.chance(0.5)
    ? dice.whole(excursionMin, brief)
    : dice.whole(brief, excursionMax)
  const peakC = Math.round(dice.between(10, 15) * 10) / 10
  return { from, until: Math.min(readings, from + length), peakC }
}

export const isSilentAt = (journey: Journey, reading: number): boolean =>
  journey.silentFrom !== null && reading >= journey.silentFrom && reading < journey.silentUntil

/** In °C, to hundredths; no two readings need be the same. */
export const temperatureAt = (
  seed: number,
  place: readonly number[],
  journey: Journey,
  reading: number,
): number => {
  const at = journey.stuckFrom === null ? reading : Math.min(reading, journey.stuckFrom)
  const dice = new Dice(seed, STREAMS.READING, ...place, at)
  const { excursion } = journey
  const isWarm = excursion !== null && at >= excursion.from && at < excursion.until
  const wave = 0.6 * Math.sin(at / 9 + (place[0]! % 7))
  const level = isWarm ? excursion.peakC : 4.8 + wave
  return Math.round((level + dice.between(-0.25, 0.25)) * 100) / 100
}
