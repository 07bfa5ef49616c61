/**
 * Rules of single values that Avro cannot say: least, greatest and pattern. Checked after decoding,
 * on the fields that were read.
 *
 * Money and quantities are never negative, but for records whose kind says so (`signedWhen`): the
 * corrections of the books. There a `minimum` of 0 does not hold, in the record's lines neither.
 */
import type { MillraceError } from '../errors.ts'
import type { AnyTopic, Topic } from '../topic.ts'
import { Misfit } from './misfit.ts'
import { type ParsedField, parsedFields } from './parsed-type.ts'
import { fieldsRead, NOT_EMPTY } from './projection.ts'
import { firstCode } from './record-code.ts'

type Check = (value: unknown) => Misfit | null

/** The first breach as an `OUT_OF_RANGE`, or null. */
export const constraintsOf = <T>(topic: Topic<T>): ((record: T) => MillraceError | null) => {
  const fields = readAndParsed(topic)
  const ordinary = recordCheck(fields, false)
  const signed = recordCheck(fields, true)
  const isSigned = signedRecords(topic)
  return record => {
    const breach = isSigned(record as Fields) ? signed(record) : ordinary(record)
    return breach === null ? null : breach.error(topic.name)
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Parsed from the whole schema, since a field that is not read may declare a type that another uses. */
const readAndParsed = (topic: AnyTopic): readonly ParsedField[] => {
  const read = new Set(fieldsRead(topic).map(field => field.name))
  return parsedFields(topic.schema.fields).filter(field => read.has(field.name))
}

const signedRecords = (topic: AnyTopic): ((record: Fields) => boolean) => {
  const rules = Object.entries(topic.schema.signedWhen ?? {})
  return record => rules.some(([field, values]) => values.includes(record[field] as string))
}

const recordCheck = (fields: readonly ParsedField[], signed: boolean): Check => {
  const checks = fields
    .map(field => ({ name: field.name, check: fieldCheck(field, signed) }))
    .filter((one): one is { name: string; check: Check } => one.check !== null)
  return firstCode(
    checks.map(one => one.name),
    checks.map(one => one.check),
  )
}

const fieldCheck = (field: ParsedField, signed: boolean): Check | null => {
  const nullable = field.type.kind === 'nullable'
  const type = field.type.kind === 'nullable' ? field.type.of : field.type
  if (type.kind === 'array' && type.of.kind === 'record') {
    return itemsCheck(field.name, recordCheck(type.of.fields, signed), nullable)
  }
  const isNumber = type.kind === 'int' || type.kind === 'long' || type.kind === 'double'
  if (isNumber) return rangeCheck(field, signed)
  return field.pattern === undefined ? null : patternCheck(field, field.pattern)
}

const itemsCheck =
  (name: string, check: Check, nullable: boolean): Check =>
  value => {
    if (nullable && value === null) return null
    const items = value as readonly unknown[]
    for (let at = 0; at < items.length; at++) {
      const breach = check(items[at])
      if (breach !== null) return breach.within(`${name}[${at}]`)
    }
    return null
  }

const rangeCheck = (field: ParsedField, signed: boolean): Check | null => {
  const lifted = signed && field.minimum === 0 && field.maximum === undefined
  const minimum = lifted ? Number.NEGATIVE_INFINITY : (field.minimum ?? Number.NEGATIVE_INFINITY)
  const maximum = field.maximum ?? Number.POSITIVE_INFINITY
  if (minimum === Number.NEGATIVE_INFINITY && maximum === Number.POSITIVE_INFINITY) return null
  const expected = `between ${minimum} and ${maximum}`.replace(' and Infinity', ' and above')
  return value => {
    if (value === null) return null
    const number = value as number
    if (number >= minimum && number <= maximum) return null
    return new Misfit('OUT_OF_RANGE', field.name, value, expected)
  }
}

const wordsFor = (pattern: string): string =>
  pattern === NOT_EMPTY ? 'not empty: left out, or null, where it is not known' : `like ${pattern}`

const patternCheck = (field: ParsedField, pattern: string): Check => {
  const misfit = (value: unknown) =>
    new Misfit('OUT_OF_RANGE', field.name, value, wordsFor(pattern))
  // Ids are new with each record, and the most frequent of all.
  if (pattern === NOT_EMPTY) return value => (value === '' ? misfit(value) : null)
  const whole = new RegExp(`^(?:${pattern})$`)
  // Countries and currencies repeat, so the last one that was right is remembered.
  let right: unknown = null
  return value => {
    if (value === null || value === right) return null
    if (!whole.test(value as string)) return misfit(value)
    right = value
    return null
  }
}
