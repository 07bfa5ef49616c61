/**
 * Which fields of a topic are read. A pipeline names those it wants; the engine adds those that it
 * needs itself: event time, identity, and what its rules about duplicates and signs look at.
 */
import type { AvroSchema } from '../form.ts'
import type { AnyTopic, FieldSchema, RecordSchema } from '../topic.ts'
import { selfContained } from './declarations.ts'

/** In the order of the schema. */
export const fieldsRead = (topic: AnyTopic): readonly FieldSchema[] => {
  const { schema, fields } = topic
  if (fields === null) return schema.fields
  const read = new Set([...fields, ...fieldsOfTheEngine(topic)])
  return schema.fields.filter(field => read.has(field.name) || isRuled(field))
}

/** The pattern of ids, which may be anything but empty. */
export const NOT_EMPTY = '[^]+'

/**
 * Fields with a rule are always read, so that whether a record is taken does not depend on which
 * pipelines run beside each other. An empty id matters to those alone who read it.
 */
const isRuled = ({ minimum, maximum, pattern, type }: FieldSchema): boolean =>
  minimum !== undefined ||
  maximum !== undefined ||
  (pattern !== undefined && pattern !== NOT_EMPTY) ||
  itemFieldsOf(type).some(isRuled)

/** The fields of the records in a list, such as the lines of an order. */
const itemFieldsOf = (type: AvroSchema): readonly FieldSchema[] => {
  const { type: kind, items } = type as { type?: unknown; items?: { fields?: FieldSchema[] } }
  return kind === 'array' ? (items?.fields ?? []) : []
}

export const isProjected = (topic: AnyTopic): boolean =>
  fieldsRead(topic).length < topic.schema.fields.length

/** The schema of what is read, under the name it was written with. */
export const schemaRead = (topic: AnyTopic): RecordSchema => ({
  ...topic.schema,
  fields: selfContained(fieldsRead(topic), topic.schema.fields),
})

const fieldsOfTheEngine = ({ identity, once, schema }: AnyTopic): readonly string[] => [
  'occurredAt',
  ...(identity === null ? [] : [identity]),
  ...(once ? [once.field, once.by] : []),
  ...Object.keys(schema.signedWhen ?? {}),
]
