/** The key that a record's own fields make, as the producers of its topic are to give it. */
import type { AnyTopic } from '../../engine/topic.ts'

/** Null where a field of the key is not there. */
export const madeKey = ({ keyedBy }: AnyTopic, record: object): string | null => {
  const values = record as Readonly<Record<string, unknown>>
  const parts = keyedBy.map(field => values[field])
  return parts.some(part => part === undefined || part === null) ? null : parts.join('@')
}

/** Of JSON that need not be a record of the topic, as where another field of it is wrong. */
export const madeKeyOfText = (topic: AnyTopic, json: Buffer): string | null => {
  try {
    return madeKey(topic, Object(JSON.parse(json.toString())))
  } catch {
    return null
  }
}
