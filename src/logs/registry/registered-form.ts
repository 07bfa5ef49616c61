import type { AvroSchema } from '../../engine/form.ts'
import type { AnyTopic } from '../../engine/topic.ts'

/** Of the values of a topic, as most tools name it (TopicNameStrategy). */
export const subjectOf = (topic: AnyTopic): string => `${topic.name}-value`

/**
 * The schema of a topic as a registry gets it: what Avro itself knows. Rules of values, ranks and doc
 * strings stay in `schemas/`, since a registry makes a new version, and a new id, of any difference.
 */
export const registeredForm = (topic: AnyTopic): AvroSchema =>
  bare(topic.schema as unknown as AvroSchema)

const OF_AVRO: ReadonlySet<string> = new Set([
  'type',
  'name',
  'namespace',
  'fields',
  'items',
  'values',
  'symbols',
  'size',
  'logicalType',
  'precision',
  'scale',
])

const bare = <S>(schema: S): S => {
  if (Array.isArray(schema)) return schema.map(bare) as S
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).flatMap(([attribute, value]) => {
    if (attribute === 'default') return [[attribute, value]]
    return OF_AVRO.has(attribute) ? [[attribute, bare(value)]] : []
  })
  return Object.fromEntries(kept) as S
}
