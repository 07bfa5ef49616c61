/**
 * Writes the code that turns a record into a row, one statement for each field, with the names in
 * it: a loop over the fields would look each up by a name that changes. Names come from schema files
 * and are checked; nothing of a record gets into the code.
 */
import { invariant } from '../../../engine/errors.ts'
import type { ParsedField, ParsedType } from '../../../engine/schema/parsed-type.ts'
import { instantIn, intIn } from './column-bounds.ts'
import { isKnownBeside } from './column-type.ts'
import type { RowBuffer } from './row-buffer.ts'

type WriteRow = (rows: RowBuffer, record: object) => void

/**
 * Appends the fields of a record, which must fit the schema. A half-written row stays where it
 * throws.
 *
 * @throws Misfit `ROW_REFUSED` where a column cannot hold the value
 */
export const rowWriter = (fields: readonly ParsedField[]): WriteRow => {
  const body = fields.map(field => fieldCode(field, 'record', field.name, 0)).join('\n')
  const code = `'use strict'; return function (rows, record) {
${body}
}`
  return new Function('instantIn', 'intIn', code)(instantIn, intIn) as WriteRow
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const fieldCode = (field: ParsedField, owner: string, place: string, depth: number): string => {
  invariant(NAME.test(field.name), `${field.name} is the name of a field`)
  const value = `${owner}.${field.name}`
  const { type } = field
  if (!isKnownBeside(type)) return valueCode(type, value, place, depth)
  return (
    `if (${value} === null) { rows.uint8(0); rows.uint8(0) } ` +
    `else { ${valueCode(type.of, value, place, depth)}; rows.uint8(1) }`
  )
}

/** @param depth tells the names of nested loops apart */
const valueCode = (type: ParsedType, value: string, place: string, depth: number): string => {
  switch (type.kind) {
    case 'nullable':
      return (
        `if (${value} === null) rows.uint8(1); ` +
        `else { rows.uint8(0); ${valueCode(type.of, value, place, depth)} }`
      )
    case 'array':
      return arrayCode(type.of, value, place, depth)
    case 'map':
      return mapCode(type.of, value, place, depth)
    case 'record':
      return type.fields
        .map(field => fieldCode(field, value, `${place}.${field.name}`, depth))
        .join('; ')
    case 'instant':
      return `rows.int64(instantIn(${value}, '${place}'))`
    case 'int':
      return `rows.int32(intIn(${value}, '${place}'))`
    case 'boolean':
      return `rows.uint8(${value} ? 1 : 0)`
    default:
      return `rows.${WRITERS[type.kind]}(${value})`
  }
}

const WRITERS = {
  long: 'int64',
  double: 'float64',
  string: 'text',
  enum: 'text',
  bytes: 'bytesOf',
} as const

const arrayCode = (of: ParsedType, value: string, place: string, depth: number): string => {
  const [items, index, item] = [`items${depth}`, `index${depth}`, `item${depth}`]
  return (
    `{ const ${items} = ${value}; rows.varint(${items}.length); ` +
    `for (let ${index} = 0; ${index} < ${items}.length; ${index}++) { ` +
    `const ${item} = ${items}[${index}]; ${valueCode(of, item, place, depth + 1)} } }`
  )
}

/** Keys stand in the order of the object, which is that of the record for all but whole numbers. */
const mapCode = (of: ParsedType, value: string, place: string, depth: number): string => {
  const [keys, index, key] = [`keys${depth}`, `index${depth}`, `key${depth}`]
  return (
    `{ const ${keys} = Object.keys(${value}); rows.varint(${keys}.length); ` +
    `for (let ${index} = 0; ${index} < ${keys}.length; ${index}++) { ` +
    `const ${key} = ${keys}[${index}]; rows.text(${key}); ` +
    `const item${depth} = ${value}[${key}]; ${valueCode(of, `item${depth}`, place, depth + 1)} } }`
  )
}
