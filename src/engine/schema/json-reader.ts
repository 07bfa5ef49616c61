/**
 * Compiles the readers of parsed JSON, one closure for each place in a schema. A reader gives the
 * value as the engine has it, or throws a `Misfit`.
 */
import { FORBIDDEN_KEY } from './avro-type.ts'
import { Misfit, within } from './misfit.ts'
import type { ParsedField, ParsedType } from './parsed-type.ts'
import { objectCode } from './record-code.ts'
import { scalarReader, wrong } from './scalar-reader.ts'
import { suggestionFor } from './suggestion.ts'

type Reader = (value: unknown) => unknown

export const recordReader = (
  fields: readonly ParsedField[],
  kept: ReadonlySet<string> = new Set(fields.map(field => field.name)),
): Reader => {
  const names = fields.map(field => field.name)
  const known: Record<string, true> = Object.create(null)
  for (const name of names) known[name] = true
  const read = objectCode(names, fields.map(fieldReader), kept)
  return value => {
    if (!isObject(value)) throw wrong('', value, 'an object with the fields of its schema')
    for (const name in value) if (known[name] === undefined) throw unknown(name, value[name], names)
    return read(value)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unknown = (name: string, value: unknown, names: readonly string[]): Misfit => {
  const near = suggestionFor(name, names)
  const advice = near === undefined ? 'it is no field of the schema' : `did you mean ${near}?`
  return new Misfit('UNKNOWN_FIELD', name.slice(0, 64), value, `left out: ${advice}`)
}

/** Adds to a reader what the field says: its default, and its name in a misfit. */
const fieldReader = (field: ParsedField): Reader => {
  const { name, type } = field
  const read = typeReader(name, type)
  if (type.kind === 'nullable') return value => (value === undefined ? null : read(value))
  if ('default' in field) {
    const initial = () => structuredClone(field.default)
    return value => (value === undefined ? initial() : read(value))
  }
  return value => {
    if (value !== undefined) return read(value)
    throw new Misfit('MISSING_FIELD', name, value, `there: ${expectation(type)}`)
  }
}

const typeReader = (place: string, type: ParsedType): Reader => {
  switch (type.kind) {
    case 'nullable':
      return nullableReader(typeReader(place, type.of))
    case 'array':
      return arrayReader(place, type.of)
    case 'map':
      return mapReader(place, type.of)
    case 'record':
      return placed(place, recordReader(type.fields))
    case 'enum':
      return enumReader(place, type.symbols)
    default:
      return scalarReader(place, type.kind)
  }
}

const nullableReader =
  (read: Reader): Reader =>
  value =>
    value === null ? null : read(value)

const placed =
  (place: string, read: Reader): Reader =>
  value => {
    try {
      return read(value)
    } catch (thrown) {
      throw within(place, thrown)
    }
  }

const arrayReader = (place: string, of: ParsedType): Reader => {
  const read = typeReader('', of)
  return value => {
    if (!Array.isArray(value)) throw wrong(place, value, 'an array')
    const items: unknown[] = []
    try {
      for (const item of value) items.push(read(item))
    } catch (thrown) {
      throw within(`${place}[${items.length}]`, thrown)
    }
    return items
  }
}

const mapReader = (place: string, of: ParsedType): Reader => {
  const read = typeReader('', of)
  return value => {
    if (!isObject(value)) throw wrong(place, value, 'an object')
    const entries: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) {
      if (key === FORBIDDEN_KEY) throw wrong(place, value, `an object without a key ${key}`)
      try {
        entries[key] = read(item)
      } catch (thrown) {
        throw within(`${place}.${key.slice(0, 64)}`, thrown)
      }
    }
    return entries
  }
}

const enumReader = (place: string, symbols: readonly string[]): Reader => {
  const known = new Set<unknown>(symbols)
  return value => {
    if (known.has(value)) return value
    const near = typeof value === 'string' ? suggestionFor(value, symbols) : undefined
    const advice = near === undefined ? '' : ` (did you mean ${near}?)`
    throw new Misfit('WRONG_ENUM', place, value, `one of ${symbols.join(', ')}${advice}`)
  }
}

const expectation = (type: ParsedType): string =>
  type.kind === 'enum' ? `one of ${type.symbols.join(', ')}` : `of type ${type.kind}`
