/** Readers of single values in JSON: numbers within what Avro can hold, times, texts, bytes. */
import { instantOf } from './instant.ts'
import { Misfit } from './misfit.ts'
import type { Scalar } from './parsed-type.ts'
import { isInt, isLong } from './whole-numbers.ts'

export const wrong = (place: string, value: unknown, expected: string): Misfit =>
  new Misfit('WRONG_TYPE', place, value, expected)

export const EXPECTED: Readonly<Record<Scalar, string>> = {
  boolean: 'true or false',
  int: 'a whole number of 32 bits',
  long: 'a whole number from -2^52 to 2^53',
  double: 'a finite number',
  string: 'a text',
  bytes: 'bytes as base64',
  instant: 'milliseconds since 1970, or ISO 8601 with a zone, such as 2026-01-31T12:00:00Z',
}

type Read = (value: unknown) => unknown

/** @param place where it stands, for the misfit */
export const scalarReader = (place: string, kind: Scalar): Read => {
  const refuse = (value: unknown): never => {
    throw wrong(place, value, EXPECTED[kind])
  }
  switch (kind) {
    case 'boolean':
      return value => (typeof value === 'boolean' ? value : refuse(value))
    case 'string':
      return value => (typeof value === 'string' ? value : refuse(value))
    case 'int':
      return value => (isInt(value) ? value + 0 : refuse(value))
    case 'long':
      return value => (isLong(value) ? value + 0 : refuse(value))
    case 'double':
      return value => (Number.isFinite(value) ? value : refuse(value))
    case 'bytes':
      return value => bytesOf(value) ?? refuse(value)
    case 'instant':
      return value => (isLong(value) ? value + 0 : (writtenInstant(value) ?? refuse(value)))
  }
}

const writtenInstant = (value: unknown): number | null =>
  typeof value === 'string' ? instantOf(value) : null

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const bytesOf = (value: unknown): Buffer | null =>
  typeof value === 'string' && BASE64.test(value) ? Buffer.from(value, 'base64') : null
