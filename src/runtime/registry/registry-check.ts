/** The schemas of topics against those of a registry: what would become of them, and registering them. */
import type { AnyTopic } from '../../engine/topic.ts'
import { registeredForm, subjectOf } from '../../logs/registry/registered-form.ts'
import type { RegistryClient } from '../../logs/registry/registry-client.ts'

export interface SubjectCheck {
  readonly topic: string
  readonly subject: string
  /**
   * - `registered`: this very schema is a version of the subject
   * - `new`: the subject has none yet
   * - `compatible`, `incompatible`: with the latest, by the subject's mode
   */
  readonly state: 'registered' | 'new' | 'compatible' | 'incompatible'
  /** What compatible means for the subject, such as `BACKWARD`. */
  readonly mode: string
  /** The latest version, or the one that has this schema; null where there is none. */
  readonly version: number | null
  readonly id: number | null
  /** Why it is not compatible, as the registry says. */
  readonly messages: readonly string[]
}

export interface SubjectRegistered {
  readonly topic: string
  readonly subject: string
  readonly version: number
  readonly id: number
  /** False where it was there before. */
  readonly isNew: boolean
}

export const checkSubject = async (
  client: RegistryClient,
  topic: AnyTopic,
): Promise<SubjectCheck> => {
  const [subject, schema] = [subjectOf(topic), registeredForm(topic)]
  const mode = await client.mode(subject)
  const about = { topic: topic.name, subject, mode, messages: [] }
  const found = await client.lookup(subject, schema)
  if (found) return { ...about, state: 'registered', version: found.version, id: found.id }
  const latest = await client.version(subject, 'latest')
  if (latest === null) return { ...about, state: 'new', version: null, id: null }
  const { isCompatible, messages } = await client.compatibility(subject, schema)
  const state = isCompatible ? 'compatible' : 'incompatible'
  return { ...about, state, version: latest.version, id: latest.id, messages }
}

/** @throws REGISTRY_REFUSED where the schema is incompatible with what is registered */
export const registerSubject = async (
  client: RegistryClient,
  topic: AnyTopic,
): Promise<SubjectRegistered> => {
  const [subject, schema] = [subjectOf(topic), registeredForm(topic)]
  const before = await client.lookup(subject, schema)
  const id = before?.id ?? (await client.register(subject, schema))
  const version = (before ?? (await client.lookup(subject, schema)))?.version ?? 1
  return { topic: topic.name, subject, version, id, isNew: before === null }
}
