/** What a schema file must be like, besides being Avro: what `millrace schemas check` looks for. */

/** A part of a schema file: the record, a nested type, or a field. */
export interface SchemaPart {
  readonly type?: unknown
  readonly name?: string
  readonly doc?: unknown
  readonly fields?: readonly SchemaPart[]
  readonly symbols?: readonly string[]
  readonly items?: unknown
  readonly values?: unknown
  readonly default?: unknown
  readonly [attribute: string]: unknown
}

export interface SchemaFile extends SchemaPart {
  readonly name: string
  readonly topic: string
  readonly id: number
}

/** Each breach as a sentence. */
export const breachesOf = (schema: SchemaPart, place = schema.name ?? 'it'): string[] => [
  ...documented(schema, place),
  ...enumBreaches(schema, place),
  ...(schema.fields ?? []).flatMap(field => fieldBreaches(field, `${place}.${field.name}`)),
]

const documented = (part: SchemaPart, place: string): string[] =>
  typeof part.doc === 'string' && part.doc.trim() !== ''
    ? []
    : [`${place} has no doc string. Say what it is, its unit, and what null means.`]

const enumBreaches = (schema: SchemaPart, place: string): string[] => {
  if (schema.type !== 'enum') return []
  const safe = schema.default === 'UNKNOWN' && schema.symbols?.includes('UNKNOWN')
  return safe ? [] : [`${place} has no default symbol UNKNOWN, so that adding one breaks readers.`]
}

const fieldBreaches = (field: SchemaPart, place: string): string[] => {
  const nullable = Array.isArray(field.type) && field.type.includes('null')
  const initial = nullable && !(field.type[0] === 'null' && field.default === null)
  return [
    ...documented(field, place),
    ...(initial ? [`${place} can be null, but does not put null first with null as default.`] : []),
    ...declarationsIn(field.type).flatMap(nested => breachesOf(nested)),
  ]
}

/** The records and enums that stand in a type. */
const declarationsIn = (type: unknown): SchemaPart[] => {
  if (Array.isArray(type)) return type.flatMap(declarationsIn)
  if (typeof type !== 'object' || type === null) return []
  const schema = type as SchemaPart
  if (schema.name !== undefined) return [schema]
  return [schema.items, schema.values].flatMap(declarationsIn)
}

/** Without what only people read. */
export const undocumented = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(undocumented)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([attribute]) => attribute !== 'doc')
  return Object.fromEntries(kept.map(([attribute, value]) => [attribute, undocumented(value)]))
}
