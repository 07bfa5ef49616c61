/**
 * Which fields of a topic are read. A pipeline names those it wants; the engine adds those that it
 * needs itself: event time, identity, and what its rules about duplicates and signs look at.
 */
import type { AnyTopic, FieldSchema, RecordSchema } from '../topic.ts'
import { selfContained } from './declarations.ts'

/** In the order of the schema. */
export const fieldsRead = (topic: AnyTopic): readonly FieldSchema[] => {
  const { schema, fields } = topic
  if (fields === null) return schema.fields
  const read = new Set([...fields, ...fieldsOfTheEngine(topic)])
  return schema.fields.filter(field => read.has(field.name))
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
