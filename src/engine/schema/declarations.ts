/**
 * Avro declares a named type where it first stands, and later says only the name. Where fields are
 * left out of a schema, a declaration may go with them; this puts it where the name now stands first.
 */
import type { AvroSchema } from '../form.ts'
import type { FieldSchema } from '../topic.ts'

export const selfContained = (
  kept: readonly FieldSchema[],
  all: readonly FieldSchema[],
): readonly FieldSchema[] => {
  const declarations = new Map<string, Declaration>()
  for (const field of all) collect(field.type, declarations)
  const declared = new Set<string>()
  return kept.map(field => ({ ...field, type: restored(field.type, declarations, declared) }))
}

interface Declaration {
  readonly type: AvroSchema
  readonly name: string
  readonly fields?: readonly FieldSchema[]
}

type Complex = { readonly type: AvroSchema; readonly [attribute: string]: unknown }

const isDeclaration = (schema: object): schema is Declaration => 'name' in schema

const collect = (avro: AvroSchema, found: Map<string, Declaration>): void => {
  if (typeof avro === 'string') return
  if (Array.isArray(avro)) {
    for (const branch of avro) collect(branch, found)
    return
  }
  const schema = avro as Complex
  if (isDeclaration(schema)) found.set(schema.name, schema)
  for (const field of (schema.fields ?? []) as readonly FieldSchema[]) collect(field.type, found)
  for (const part of [schema.items, schema.values, schema.type]) {
    if (part !== undefined) collect(part as AvroSchema, found)
  }
}

const restored = (
  avro: AvroSchema,
  declarations: ReadonlyMap<string, Declaration>,
  declared: Set<string>,
): AvroSchema => {
  const again = (part: AvroSchema) => restored(part, declarations, declared)
  if (typeof avro === 'string') {
    const declaration = declared.has(avro) ? undefined : declarations.get(avro)
    return declaration === undefined ? avro : again(declaration as unknown as AvroSchema)
  }
  if (Array.isArray(avro)) return avro.map(again)
  const schema = avro as Complex
  if (isDeclaration(schema)) {
    declared.add(schema.name)
    const fields = schema.fields?.map(field => ({ ...field, type: again(field.type) }))
    return fields === undefined ? schema : { ...schema, fields }
  }
  if ('items' in schema) return { ...schema, items: again(schema.items as AvroSchema) }
  if ('values' in schema) return { ...schema, values: again(schema.values as AvroSchema) }
  return schema
}
