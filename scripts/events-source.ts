/**
 * Writes the text of `src/events.ts` from the schema files: a type for each record and enum, and a
 * value for each topic. A pure function of the files, so that a check can compare.
 */
import type { AvroSchema } from '../src/engine/form.ts'
import { literalOf } from './literal.ts'
import type { DocumentedField, SchemaFile, SchemaFiles } from './schema-files.ts'

export const eventsSource = ({ current, retired }: SchemaFiles): string => {
  const named = new Map<string, string>()
  const records = current.map(file => recordSource(file, named))
  return [
    HEADER,
    ...records,
    ...named.values(),
    ...current.map(topicSource),
    listSource(current),
    retiredSource(retired),
    '',
  ].join('\n')
}

const HEADER = `/**
 * The type of each record and enum, and each topic as a value.
 *
 * Generated from \`schemas/\` by \`scripts/generate-events.ts\`. Do not edit: change the schema, then
 * run \`npx tsx scripts/generate-events.ts\`.
 */
import type { AnyTopic, RecordSchema, Topic } from './engine/topic.ts'
`

/** `competitor-prices` as the name of a constant: `competitorPrices`. */
export const constantName = (topic: string): string =>
  topic.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The named types that were met so far, by name: the text that declares each. */
type Named = Map<string, string>

interface NamedSchema {
  readonly name: string
  readonly doc: string
  readonly fields?: readonly DocumentedField[]
  readonly symbols?: readonly string[]
}

const recordSource = (schema: NamedSchema, named: Named): string => {
  const fields = schema.fields ?? []
  const members = fields.map(
    field =>
      `${jsdoc(field.doc, '  ')}  readonly ${field.name}: ${typeSource(field.type, named)}\n`,
  )
  return `${jsdoc(schema.doc)}export interface ${schema.name} {\n${members.join('')}}\n`
}

const enumSource = (schema: NamedSchema): string => {
  const symbols = (schema.symbols ?? []).map(symbol => `  | '${symbol}'`)
  return `${jsdoc(schema.doc)}export type ${schema.name} =\n${symbols.join('\n')}\n`
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
}

const typeSource = (avro: AvroSchema, named: Named): string => {
  if (typeof avro === 'string') return PRIMITIVES[avro] ?? avro
  if (Array.isArray(avro)) return unionSource(avro, named)
  const schema = avro as { readonly type: AvroSchema } & Record<string, unknown>
  switch (schema.type) {
    case 'array':
      return arraySource(typeSource(schema.items as AvroSchema, named))
    case 'map':
      return `Readonly<Record<string, ${typeSource(schema.values as AvroSchema, named)}>>`
    case 'record':
    case 'enum':
      return declared(schema as unknown as NamedSchema, named)
    default:
      return typeSource(schema.type, named)
  }
}

/** With null last, as people write it. */
const unionSource = (branches: readonly AvroSchema[], named: Named): string =>
  [...branches]
    .sort((a, b) => Number(a === 'null') - Number(b === 'null'))
    .map(branch => typeSource(branch, named))
    .join(' | ')

const arraySource = (item: string): string =>
  item.includes(' ') ? `readonly (${item})[]` : `readonly ${item}[]`

const declared = (schema: NamedSchema, named: Named): string => {
  const source = schema.symbols ? enumSource(schema) : recordSource(schema, named)
  const before = named.get(schema.name)
  if (before !== undefined && before !== source) {
    throw new Error(`Two schemas declare ${schema.name} differently. Rename one of them.`)
  }
  named.set(schema.name, source)
  return schema.name
}

const topicSource = (file: SchemaFile): string => {
  const { topic, kind, rank, keyedBy, identity, once } = file
  const value = {
    name: topic,
    kind,
    rank,
    keyedBy,
    identity,
    ...(once ? { once } : {}),
    fields: null,
    schema: embedded(file),
  }
  const constant = constantName(topic)
  return `${jsdoc(file.doc)}export const ${constant}: Topic<${file.name}> = ${literalOf(value)}\n`
}

const listSource = (
  files: readonly SchemaFile[],
): string => `/** All topics, in the order of their ranks. */
export const topics: readonly AnyTopic[] = [
${files.map(file => `  ${constantName(file.topic)},`).join('\n')}
]

const byName: ReadonlyMap<string, AnyTopic> = new Map(topics.map(topic => [topic.name, topic]))

export const topicNamed = (name: string): AnyTopic | undefined => byName.get(name)
`

const retiredSource = (files: readonly SchemaFile[]): string => {
  const topics = [...new Set(files.map(file => file.topic))]
  const schemas = topics.map(topic => [
    topic,
    files.filter(file => file.topic === topic).map(embedded),
  ])
  return `/** Schemas that records of a topic were once written with, by topic. Still read, never written. */
export const retiredSchemas: Readonly<Record<string, readonly RecordSchema[]>> = ${literalOf(Object.fromEntries(schemas))}`
}

/** What the codecs need of a schema. */
const embedded = ({ type, name, namespace, id, signedWhen, fields }: SchemaFile): unknown => ({
  type,
  name,
  namespace,
  id,
  ...(signedWhen ? { signedWhen } : {}),
  fields: undocumented(fields),
})

const undocumented = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(undocumented)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([attribute]) => attribute !== 'doc')
  return Object.fromEntries(kept.map(([attribute, value]) => [attribute, undocumented(value)]))
}

/** A comment of one line where it fits, else wrapped. */
const jsdoc = (doc: string, indent = ''): string => {
  const line = `${indent}/** ${doc} */`
  if (line.length <= 100) return `${line}\n`
  const wrapped = doc.match(new RegExp(`.{1,${97 - indent.length}}(?:\\s+|$)`, 'g')) ?? [doc]
  return `${indent}/**\n${wrapped.map(part => `${indent} * ${part.trimEnd()}\n`).join('')}${indent} */\n`
}
