import type { AvroSchema } from '../form.ts'
import type { RecordSchema } from '../topic.ts'

/** The schema of an id that is not the topic's own: a retired one, or one of a registry. */
export type WriterSchemas = (id: number) => AvroSchema | undefined

/** The schemas that the records of a topic were once written with, found by id. */
export const retiredWriters = (schemas: readonly RecordSchema[]): WriterSchemas => {
  const byId = new Map(schemas.map(schema => [schema.id, schema as unknown as AvroSchema]))
  return id => byId.get(id)
}
