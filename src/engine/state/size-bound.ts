/**
 * How many bytes a value may take as Avro, without writing it: of what is well within what a cell holds,
 * that is all that has to be known. A bound is never less than the size.
 */
import type { AvroSchema } from '../form.ts'
import { sumCode } from '../schema/record-code.ts'

/** Infinity: it cannot be said, and not whether the value fits its form either. */
export type SizeBound = (value: unknown) => number

/** A long takes ten bytes at most, and so do a list's count and the zero at its end together. */
const LONG_BYTES = 10

export const sizeBoundOf = (avro: AvroSchema): SizeBound => {
  if (Array.isArray(avro)) return optionalBound(avro)
  const schema = (typeof avro === 'string' ? { type: avro } : avro) as Schema
  switch (schema.type) {
    case 'boolean':
      return value => (typeof value === 'boolean' ? 1 : Infinity)
    case 'int':
      return value => (value === ((value as number) | 0) ? 5 : Infinity)
    case 'long':
      return value => (isWhole(value) ? LONG_BYTES : Infinity)
    case 'double':
      return value => (typeof value === 'number' ? 8 : Infinity)
    case 'string':
      return value => (typeof value === 'string' ? LONG_BYTES + 3 * value.length : Infinity)
    case 'enum':
      return value => (schema.symbols!.includes(value as string) ? 5 : Infinity)
    case 'array':
      return arrayBound(sizeBoundOf(schema.items!))
    case 'record':
      return recordBound(schema.fields!)
    default:
      return () => Infinity
  }
}

interface Schema {
  readonly type: AvroSchema
  readonly symbols?: readonly string[]
  readonly items?: AvroSchema
  readonly fields?: readonly { readonly name: string; readonly type: AvroSchema }[]
}

/** Larger ones are left to the library. */
const isWhole = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 52

const optionalBound = (branches: readonly AvroSchema[]): SizeBound => {
  if (branches.length !== 2 || branches[0] !== 'null') return () => Infinity
  const bound = sizeBoundOf(branches[1]!)
  return value => (value === null ? 1 : 1 + bound(value))
}

const arrayBound =
  (bound: SizeBound): SizeBound =>
  value => {
    if (!Array.isArray(value)) return Infinity
    let bytes = LONG_BYTES
    for (let index = 0; index < value.length; index++) bytes += bound(value[index])
    return bytes
  }

const recordBound = (fields: NonNullable<Schema['fields']>): SizeBound => {
  const names = fields.map(({ name }) => name)
  const sum = sumCode(
    names,
    fields.map(({ type }) => sizeBoundOf(type)),
  )
  return value => (typeof value === 'object' && value !== null ? sum(value) : Infinity)
}
