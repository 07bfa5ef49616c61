/**
 * An Avro schema, read once: names resolved, nullable unions and times made out. What the JSON
 * codecs and the constraints are compiled from.
 */
import { MillraceError } from '../errors.ts'
import type { AvroSchema } from '../form.ts'
import type { FieldSchema } from '../topic.ts'

export type Scalar = 'boolean' | 'int' | 'long' | 'double' | 'string' | 'bytes' | 'instant'

export type ParsedType =
  | { readonly kind: Scalar }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array' | 'map' | 'nullable'; readonly of: ParsedType }
  | { readonly kind: 'record'; readonly fields: readonly ParsedField[] }

export interface ParsedField extends Omit<FieldSchema, 'type'> {
  readonly type: ParsedType
}

/** The fields of a record. Named types are known from where they first stand. */
export const parsedFields = (
  fields: readonly FieldSchema[],
  named: Map<string, ParsedType> = new Map(),
): readonly ParsedField[] => fields.map(field => ({ ...field, type: parsed(field.type, named) }))

interface ComplexSchema {
  readonly type: AvroSchema
  readonly name?: string
  readonly logicalType?: string
  readonly items?: AvroSchema
  readonly values?: AvroSchema
  readonly symbols?: readonly string[]
  readonly fields?: readonly FieldSchema[]
}

type Named = Map<string, ParsedType>

const parsed = (avro: AvroSchema, named: Named): ParsedType => {
  if (typeof avro === 'string') return parsedName(avro, named)
  if (Array.isArray(avro)) return parsedUnion(avro, named)
  const schema = avro as ComplexSchema
  switch (schema.type) {
    case 'array':
      return { kind: 'array', of: parsed(schema.items!, named) }
    case 'map':
      return { kind: 'map', of: parsed(schema.values!, named) }
    case 'enum':
      return remembered(schema, { kind: 'enum', symbols: schema.symbols! }, named)
    case 'record':
      return remembered(
        schema,
        { kind: 'record', fields: parsedFields(schema.fields!, named) },
        named,
      )
    default:
      if (schema.logicalType === 'timestamp-millis') return { kind: 'instant' }
      return parsed(schema.type, named)
  }
}

const remembered = (schema: ComplexSchema, type: ParsedType, named: Named): ParsedType => {
  if (schema.name !== undefined) named.set(schema.name, type)
  return type
}

const SCALARS: ReadonlySet<string> = new Set([
  'boolean',
  'int',
  'long',
  'double',
  'string',
  'bytes',
] satisfies Scalar[])

const parsedName = (name: string, named: Named): ParsedType => {
  if (SCALARS.has(name)) return { kind: name as Scalar }
  const type = named.get(name)
  if (type === undefined) throw unusable(`the type ${name} is not known`)
  return type
}

const parsedUnion = (branches: readonly AvroSchema[], named: Named): ParsedType => {
  const [first, second] = branches
  if (branches.length !== 2 || first !== 'null' || second === undefined) {
    throw unusable(`the union ${JSON.stringify(branches)} is not null and one type`)
  }
  return { kind: 'nullable', of: parsed(second, named) }
}

const unusable = (what: string): MillraceError =>
  new MillraceError('UNKNOWN_SCHEMA', `A schema cannot be used: ${what}. Correct its file.`)
