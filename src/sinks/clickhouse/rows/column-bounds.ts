/** What the schema allows, or the Avro decoder lets pass, and a column cannot hold truly. */
import { Misfit } from '../../../engine/schema/misfit.ts'
import { isInt } from '../../../engine/schema/whole-numbers.ts'

/** Beyond these, `DateTime64` with milliseconds stores another moment. */
const INSTANT_MIN = Date.UTC(1900, 0, 1)
const INSTANT_MAX = Date.UTC(2300, 0, 1) - 1

/**
 * The instant, in ms since 1970, if a column can hold it.
 *
 * @throws Misfit `ROW_REFUSED`
 */
export const instantIn = (value: number, place: string): number => {
  if (value >= INSTANT_MIN && value <= INSTANT_MAX) return value
  throw new Misfit('ROW_REFUSED', place, value, 'a moment from 1900 to 2299, as its column holds')
}

/**
 * The number, if it has 32 bits: Avro writes an int as it writes a long, and nothing stops a record
 * from having a longer one.
 *
 * @throws Misfit `ROW_REFUSED`
 */
export const intIn = (value: number, place: string): number => {
  if (isInt(value)) return value
  throw new Misfit('ROW_REFUSED', place, value, 'a whole number of 32 bits, as its column holds')
}
