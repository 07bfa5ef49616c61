/**
 * Reads a record from a line of JSON, and tells what is wrong with one that does not fit.
 *
 * The whole record is checked against the schema, also where few fields are kept. All fields are
 * there in the result, in the order of the schema: null or absent is null, or the default.
 */
import { isUtf8 } from 'node:buffer'
import { MillraceError } from '../errors.ts'
import type { Topic } from '../topic.ts'
import { recordReader } from './json-reader.ts'
import { asError } from './misfit.ts'
import { parsedFields } from './parsed-type.ts'
import { fieldsRead } from './projection.ts'

/** @throws MALFORMED_JSON, UNKNOWN_FIELD, MISSING_FIELD, WRONG_TYPE, WRONG_ENUM, OUT_OF_RANGE */
export const jsonDecoder = <T>(topic: Topic<T>): ((bytes: Buffer) => T) => {
  const kept = new Set(fieldsRead(topic).map(field => field.name))
  const read = recordReader(parsedFields(topic.schema.fields), kept)
  return bytes => {
    const value = parse(topic.name, bytes)
    try {
      return read(value) as T
    } catch (thrown) {
      throw asError(topic.name, thrown)
    }
  }
}

const parse = (topic: string, bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw malformed(topic, bytes, 'it is not UTF-8')
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw malformed(topic, bytes, (thrown as Error).message, thrown)
  }
  if (SURROGATE.test(text) && hasHalfCharacter(value)) {
    throw malformed(topic, bytes, 'it has half of a character, written as \\uD8… or the like')
  }
  return value
}

/** JSON can write halves of characters, which no other format can. */
const SURROGATE = /\\u[dD][89a-fA-F]/

/** Written again, whole characters stand there unescaped, and a backslash that was meant is doubled. */
const hasHalfCharacter = (value: unknown): boolean =>
  SURROGATE.test(JSON.stringify(value).replaceAll('\\\\', ''))

const malformed = (topic: string, bytes: Buffer, what: string, cause?: unknown): MillraceError =>
  new MillraceError(
    'MALFORMED_JSON',
    `${topic}: ${bytes.length} bytes are not a record as JSON: ${what}. ` +
      'A record is one JSON object on one line. Correct it and send it again.',
    { cause },
  )
