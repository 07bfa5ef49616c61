/**
 * Writes a record as canonical JSON: fields in the order of the schema, nulls left out, the keys of
 * maps sorted, the shortest numbers that read back the same, no newline. Equal records give equal
 * bytes, so that two runs can be compared.
 */
import type { Topic } from '../topic.ts'
import { recordWriter } from './json-writer.ts'
import { asError } from './misfit.ts'
import { parsedFields } from './parsed-type.ts'

/** @throws MISSING_FIELD, WRONG_TYPE, WRONG_ENUM where the record does not fit its schema */
export const jsonEncoder = <T>(topic: Topic<T>): ((record: T) => string) => {
  const write = recordWriter(parsedFields(topic.schema.fields))
  return record => {
    try {
      return write(record)
    } catch (thrown) {
      throw asError(topic.name, thrown)
    }
  }
}
