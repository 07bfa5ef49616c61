/** Which schema a record was written with, and how it becomes a record of the topic as it is now. */
import type avro from 'avsc'
import { MillraceError } from '../errors.ts'
import type { AvroSchema } from '../form.ts'
import type { AnyTopic } from '../topic.ts'
import { avroType } from './avro-type.ts'
import { frameIdOf } from './frame-ids.ts'
import { isProjected, schemaRead } from './projection.ts'
import type { WriterSchemas } from './writer-schemas.ts'

/** Reads the records of one writer: the library's type, and how it resolves to what is read. */
export interface AvroReading {
  readonly type: avro.Type
  readonly resolver?: avro.Resolver
}

/**
 * By the id in the frame. An id that nobody knows is asked for again with its next record; schemas
 * that do not fit each other never will.
 *
 * @throws UNKNOWN_SCHEMA where nobody knows the id, or the schemas do not fit
 */
export const readingsOf = (
  topic: AnyTopic,
  writers: WriterSchemas,
): ((id: number) => AvroReading) => {
  const readings = new Map<number, AvroReading | MillraceError>()
  const reader = avroType(schemaRead(topic) as unknown as AvroSchema)
  const readingOf = (id: number): AvroReading | MillraceError => {
    const writer = writerOf(topic, id, writers)
    if (writer === undefined) throw unknown(topic, id)
    const isWhole = writer === ownOf(topic) && !isProjected(topic)
    return isWhole ? { type: reader } : resolving(topic, reader, writer, id)
  }
  return id => {
    const reading = readings.get(id) ?? readingOf(id)
    readings.set(id, reading)
    if (reading instanceof MillraceError) throw reading
    return reading
  }
}

/**
 * A registry numbers from 1, as the files do: the id of a file may be that of another record there.
 * So a schema of the record's own name goes before the file's id, and the file's before any other.
 */
const writerOf = (topic: AnyTopic, id: number, writers: WriterSchemas): AvroSchema | undefined => {
  if (id === frameIdOf(topic).given) return ownOf(topic)
  const found = writers(id)
  const isOfFile = id === topic.schema.id
  return isOfFile && nameOf(found) !== topic.schema.name ? ownOf(topic) : found
}

const ownOf = (topic: AnyTopic): AvroSchema => topic.schema as unknown as AvroSchema

/** Without its namespace, which resolving ignores as well. */
const nameOf = (schema: AvroSchema | undefined): string | undefined =>
  (schema as { readonly name?: string } | undefined)?.name?.split('.').at(-1)

const resolving = (
  topic: AnyTopic,
  type: avro.Type,
  writer: AvroSchema,
  id: number,
): AvroReading | MillraceError => {
  try {
    const resolver = type.createResolver(avroType(writer), { ignoreNamespaces: true })
    return { type, resolver }
  } catch (thrown) {
    return unlike(topic, id, thrown)
  }
}

const unknown = (topic: AnyTopic, id: number): MillraceError =>
  new MillraceError(
    'UNKNOWN_SCHEMA',
    `${topic.name}: nobody knows schema ${id}; the topic's own is ` +
      `${frameIdOf(topic).given ?? topic.schema.id}. ` +
      'Configure the schema registry it came from, or add the file to schemas/retired.',
  )

const unlike = ({ name, schema }: AnyTopic, id: number, thrown: unknown): MillraceError =>
  new MillraceError(
    'UNKNOWN_SCHEMA',
    `${name}: records of schema ${id} cannot be read as ${schema.name}: ` +
      `${(thrown as Error).message}. Give new fields a default, and keep the types of old ones.`,
    { cause: thrown },
  )
