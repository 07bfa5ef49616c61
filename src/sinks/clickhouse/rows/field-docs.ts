/**
 * What each field means, for the comments of columns. The generated topics leave these sentences
 * out, so they are read from the schema file, which the package ships. A topic of one's own may have
 * them in its schema; without either, the comment is empty.
 */
import { readFileSync } from 'node:fs'
import type { AnyTopic } from '../../../engine/topic.ts'

interface Documented {
  readonly name: string
  readonly doc?: string
}

const SCHEMAS = new URL('../../../../schemas/', import.meta.url)

export const fieldDocs = (topic: AnyTopic): ((field: Documented) => string) => {
  const inFile = new Map(fieldsOfFile(topic.name).map(field => [field.name, field.doc]))
  return field => field.doc ?? inFile.get(field.name) ?? ''
}

const fieldsOfFile = (topic: string): readonly Documented[] => {
  try {
    return JSON.parse(readFileSync(new URL(`${topic}.avsc`, SCHEMAS), 'utf8')).fields
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}
