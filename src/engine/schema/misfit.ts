/**
 * A value that does not fit its schema: where it stands, what it is, and what was expected. The
 * codecs throw it from the depth of a record, and each level on the way up adds its place; at the
 * top it becomes a `MillraceError`.
 */
import { type ErrorCode, MillraceError } from '../errors.ts'

export class Misfit {
  readonly code: ErrorCode
  readonly path: string
  readonly value: unknown
  readonly expected: string

  constructor(code: ErrorCode, path: string, value: unknown, expected: string) {
    this.code = code
    this.path = path
    this.value = value
    this.expected = expected
  }

  /** The same, one level further up: `lines` and `[2].quantity` make `lines[2].quantity`. */
  within(place: string): Misfit {
    if (place === '') return this
    const joint = this.path === '' || this.path.startsWith('[') ? '' : '.'
    return new Misfit(this.code, `${place}${joint}${this.path}`, this.value, this.expected)
  }

  /** What people read, such as: orders: currency is "eur", but must be … */
  error(topic: string): MillraceError {
    const { code, path, value, expected } = this
    const place = path === '' ? 'the record' : path
    const state = value === undefined ? 'is missing' : `is ${shortened(value)}`
    return new MillraceError(
      code,
      `${topic}: ${place} ${state}, but must be ${expected}. ${ADVICE}`,
    )
  }
}

const ADVICE = 'Correct the record and send it again.'

const SHOWN_MAX = 60

/** A value as JSON, cut where it is long. */
export const shortened = (value: unknown): string => {
  const text = textOf(value)
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`
}

/** Numbers that JSON has no word for, and big arrays and texts, are kept short before they are written. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN_MAX + 1))
  if (value === null || typeof value !== 'object') return String(value)
  if (Buffer.isBuffer(value)) return `${value.length} bytes`
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object'
}

/** Adds a place to a misfit on its way up; anything else goes on as it is. */
export const within = (place: string, thrown: unknown): unknown =>
  thrown instanceof Misfit ? thrown.within(place) : thrown

/** Makes an error of a misfit that reached the top. */
export const asError = (topic: string, thrown: unknown): unknown =>
  thrown instanceof Misfit ? thrown.error(topic) : thrown
