/** Times of day and dates from text, all read as UTC. They throw a `BrokenField`. */
import type { Instant } from '../../engine/time.ts'
import { expected } from './broken-field.ts'

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?: UTC|Z)?$/
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d)$/
const COMPACT = /^(\d{4})(\d\d)(\d\d)$/

/** `2010-12-01 08:26:00`, with or without seconds, fraction and zone; below a ms is cut off. */
export const instantOf = (text: string): Instant => {
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = ''] =
    ISO.exec(text) ?? unreadable('a time such as 2010-12-01 08:26:00', text)
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  return checked(text, [year, month, day, hour, minute, second].map(Number), ms)
}

/** `12/1/2010 8:26`, the month first. */
export const americanInstantOf = (text: string): Instant => {
  const [, month, day, year, hour, minute] =
    AMERICAN.exec(text) ?? unreadable('a time such as 12/1/2010 8:26', text)
  return checked(text, [year, month, day, hour, minute, 0].map(Number), 0)
}

/** Midnight at the beginning of `19970101`. */
export const compactDayOf = (text: string): Instant => {
  const [, year, month, day] = COMPACT.exec(text) ?? unreadable('a day such as 19970101', text)
  return checked(text, [year, month, day, 0, 0, 0].map(Number), 0)
}

const unreadable = (what: string, text: string): never => {
  throw expected(what, text)
}

/** `Date.UTC` takes a 31st of February for a day in March; here it is an error. */
const checked = (text: string, parts: readonly number[], ms: number): Instant => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const instant = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const isTime = hour < 24 && minute < 60 && second < 60 && month >= 1 && month <= 12
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (!isTime || day < 1 || day > lastDay) throw expected('a time that exists', text)
  return instant
}
