/**
 * The id with which this process frames its own records of a topic: that of the schema file, or the
 * one that a schema registry has given the same schema. A process talks to one registry at most, so
 * this is said once for the process, before it reads or writes the first record.
 */
import type { AnyTopic } from '../topic.ts'

/** What encoders hold on to, as they are compiled before a registry has answered. */
export interface FrameId {
  readonly given: number | null
}

const byTopic = new Map<string, { given: number | null }>()

/** Of a topic, as it is now and as it will be. */
export const frameIdOf = (topic: AnyTopic): FrameId => {
  const known = byTopic.get(topic.name)
  if (known !== undefined) return known
  const made = { given: null }
  byTopic.set(topic.name, made)
  return made
}

/** @param ids by topic; one that is not named goes back to the id of its file */
export const useFrameIds = (ids: ReadonlyMap<string, number>): void => {
  for (const name of ids.keys()) {
    if (!byTopic.has(name)) byTopic.set(name, { given: null })
  }
  for (const [name, frameId] of byTopic) frameId.given = ids.get(name) ?? null
}
