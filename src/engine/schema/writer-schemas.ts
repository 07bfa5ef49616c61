import type { AvroSchema } from '../form.ts'
import type { RecordSchema } from '../topic.ts'
import type { WriterSchemas } from './avro-codec.ts'

/** The schemas that the records of a topic were once written with, found by id. */
export const retiredWriters = (schemas: readonly RecordSchema[]): WriterSchemas => {
  const byId = new Map(schemas.map(schema => [schema.id, schema as unknown as AvroSchema]))
  return id => byId.get(id)
}
