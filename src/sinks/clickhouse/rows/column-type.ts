/**
 * What a field of a schema is in ClickHouse.
 *
 *   string, bytes       String                     int, long, double   Int32, Int64, Float64
 *   enum                LowCardinality(String)     boolean             Bool
 *   timestamp-millis    DateTime64(3, 'UTC')       array, map          Array(T), Map(String, T)
 *   record              Tuple(name T, …)           null or T           Nullable(T)
 *
 * ClickHouse has no null for lists, maps and tuples. A list or map that may be null is empty there,
 * and a column beside it says whether it was known; deeper down there is no place for that column.
 */
import { MillraceError } from '../../../engine/errors.ts'
import type { ParsedField, ParsedType } from '../../../engine/schema/parsed-type.ts'

/** A column as it is filled: from the value of a field, or from whether the field was null. */
export interface FilledColumn {
  readonly name: string
  readonly type: string
  readonly field: ParsedField
  readonly isKnown: boolean
}

export const INSTANT = "DateTime64(3, 'UTC')"

/** The column of a field, and after it the one that says whether a list or map was known. */
export const filledColumns = (field: ParsedField): readonly FilledColumn[] => {
  const { name, type } = field
  const isKnown = false
  if (!isKnownBeside(type)) return [{ name, type: columnType(name, type), field, isKnown }]
  return [
    { name, type: columnType(name, type.of), field, isKnown },
    { name: `${name}_known`, type: 'Bool', field, isKnown: true },
  ]
}

type Nullable = Extract<ParsedType, { kind: 'array' | 'map' | 'nullable' }>

/** Whether a null of this type is told by a column of its own. */
export const isKnownBeside = (type: ParsedType): type is Nullable =>
  type.kind === 'nullable' && (type.of.kind === 'array' || type.of.kind === 'map')

const columnType = (place: string, type: ParsedType): string => {
  switch (type.kind) {
    case 'nullable':
      return nullableType(place, type.of)
    case 'array':
      return `Array(${columnType(place, type.of)})`
    case 'map':
      return `Map(String, ${columnType(place, type.of)})`
    case 'record':
      return `Tuple(${type.fields.map(field => elementType(place, field)).join(', ')})`
    default:
      return SCALARS[type.kind]
  }
}

const elementType = (place: string, { name, type }: ParsedField): string =>
  `${name} ${columnType(`${place}.${name}`, type)}`

const SCALARS = {
  boolean: 'Bool',
  int: 'Int32',
  long: 'Int64',
  double: 'Float64',
  string: 'String',
  bytes: 'String',
  instant: INSTANT,
  enum: 'LowCardinality(String)',
} as const

const nullableType = (place: string, type: ParsedType): string => {
  if (type.kind === 'enum') return 'LowCardinality(Nullable(String))'
  if (type.kind in SCALARS) return `Nullable(${columnType(place, type)})`
  throw new MillraceError(
    'UNKNOWN_SCHEMA',
    `${place} cannot be a column: ClickHouse has no null for what is ${type.kind} there. ` +
      'Let it be empty instead of null, or move it to the top of the record.',
  )
}
