/**
 * Compiles the writers of canonical JSON, one closure for each place in a schema. A writer gives
 * the text of a value, or throws a `Misfit`.
 */
import { FORBIDDEN_KEY } from './avro-type.ts'
import { Misfit, within } from './misfit.ts'
import type { ParsedField, ParsedType, Scalar } from './parsed-type.ts'
import { textCode } from './record-code.ts'
import { EXPECTED, wrong } from './scalar-reader.ts'
import { isInt, isLong } from './whole-numbers.ts'

type Writer = (value: unknown) => string

export const recordWriter = (fields: readonly ParsedField[]): Writer => {
  const names = fields.map(field => field.name)
  const write = textCode(names, fields.map(fieldWriter))
  return value => {
    if (!isObject(value)) throw wrong('', value, 'an object with the fields of its schema')
    // Each field brings the comma in front of it.
    return `{${write(value).slice(1)}}`
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldWriter = (field: ParsedField): Writer => {
  const { name, type } = field
  const prefix = `,"${name}":`
  const write = typeWriter(name, type.kind === 'nullable' ? type.of : type)
  if (type.kind === 'nullable') {
    return value => (value === null || value === undefined ? '' : prefix + write(value))
  }
  const otherwise = 'default' in field ? () => prefix + write(field.default) : () => missing(name)
  return value => (value === undefined ? otherwise() : prefix + write(value))
}

const missing = (name: string): never => {
  throw new Misfit('MISSING_FIELD', name, undefined, 'there')
}

const typeWriter = (place: string, type: ParsedType): Writer => {
  switch (type.kind) {
    case 'nullable': {
      const write = typeWriter(place, type.of)
      return value => (value === null ? 'null' : write(value))
    }
    case 'array':
      return arrayWriter(place, type.of)
    case 'map':
      return mapWriter(place, type.of)
    case 'record':
      return placed(place, recordWriter(type.fields))
    case 'enum':
      return enumWriter(place, type.symbols)
    default:
      return scalarWriter(place, type.kind)
  }
}

const placed =
  (place: string, write: Writer): Writer =>
  value => {
    try {
      return write(value)
    } catch (thrown) {
      throw within(place, thrown)
    }
  }

const arrayWriter = (place: string, of: ParsedType): Writer => {
  const write = typeWriter('', of)
  return value => {
    if (!Array.isArray(value)) throw wrong(place, value, 'an array')
    let text = ''
    let at = 0
    try {
      for (; at < value.length; at++) text += (at === 0 ? '' : ',') + write(value[at])
    } catch (thrown) {
      throw within(`${place}[${at}]`, thrown)
    }
    return `[${text}]`
  }
}

const mapWriter = (place: string, of: ParsedType): Writer => {
  const write = typeWriter('', of)
  return value => {
    if (!isObject(value)) throw wrong(place, value, 'an object')
    let text = ''
    for (const key of Object.keys(value).sort()) {
      if (key === FORBIDDEN_KEY) throw wrong(place, value, `an object without a key ${key}`)
      try {
        text += `${text === '' ? '' : ','}${quoted(key)}:${write(value[key])}`
      } catch (thrown) {
        throw within(`${place}.${key.slice(0, 64)}`, thrown)
      }
    }
    return `{${text}}`
  }
}

const enumWriter = (place: string, symbols: readonly string[]): Writer => {
  const texts = new Map<unknown, string>(symbols.map(symbol => [symbol, `"${symbol}"`]))
  return value => {
    const text = texts.get(value)
    if (text !== undefined) return text
    throw new Misfit('WRONG_ENUM', place, value, `one of ${symbols.join(', ')}`)
  }
}

const scalarWriter = (place: string, kind: Scalar): Writer => {
  const refuse = (value: unknown): never => {
    throw wrong(place, value, EXPECTED[kind])
  }
  switch (kind) {
    case 'boolean':
      return value => (typeof value === 'boolean' ? String(value) : refuse(value))
    case 'string':
      return value => (typeof value === 'string' ? quoted(value) : refuse(value))
    case 'int':
      return value => (isInt(value) ? `${value}` : refuse(value))
    case 'long':
    case 'instant':
      return value => (isLong(value) ? `${value}` : refuse(value))
    case 'double':
      return value => (Number.isFinite(value) ? `${value}` : refuse(value))
    case 'bytes':
      return value => (Buffer.isBuffer(value) ? `"${value.toString('base64')}"` : refuse(value))
  }
}

/** Most texts are plain, and need no escapes. */
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/
