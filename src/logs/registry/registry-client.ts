/**
 * A schema registry with the HTTP API of Confluent's, which others speak as well (Apicurio, Karapace,
 * Redpanda). Schemas are Avro; subjects are named by topic: `<topic>-value`.
 *
 * Documented at https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
import type { AvroSchema } from '../../engine/form.ts'
import { type RegistryAnswer, RegistryCaller, type RegistryMethod } from './registry-caller.ts'
import type { RegistryConnection } from './registry-connection.ts'
import { refusedCall, refusedSchema } from './registry-errors.ts'

export interface RegisteredVersion {
  readonly version: number
  readonly id: number
}

/** The schema of an id, or in words why there is none that can be used. */
export type FoundSchema = { readonly schema: AvroSchema } | { readonly unusable: string }

export interface Compatibility {
  readonly isCompatible: boolean
  /** Why not, where the registry says so. */
  readonly messages: readonly string[]
}

const SUBJECT_UNKNOWN = 40401
const VERSION_UNKNOWN = 40402
const SCHEMA_UNKNOWN = 40403
const SUBJECT_DELETED = 40404
const MODE_OF_NOBODY = 40408

/** Every call fails with REGISTRY_UNAVAILABLE after its attempts, or with REGISTRY_REFUSED. */
export class RegistryClient {
  readonly #caller: RegistryCaller
  /** What an id means never changes. */
  readonly #byId = new Map<number, AvroSchema>()

  constructor(connection: RegistryConnection) {
    this.#caller = new RegistryCaller(connection)
  }

  /** Adds a version, or finds the one that is there. Returns the id of the schema. */
  async register(subject: string, schema: AvroSchema): Promise<number> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`
    const answer = await this.#caller.call('POST', path, bodyOf(schema))
    if (answer.status === 409) {
      throw refusedSchema(subject, answer.message, await this.mode(subject))
    }
    const id = (accepted(subject, answer) as { id: number }).id
    this.#byId.set(id, schema)
    return id
  }

  /** The version of a subject that has this very schema; null where none has. */
  async lookup(subject: string, schema: AvroSchema): Promise<RegisteredVersion | null> {
    const path = `/subjects/${encodeURIComponent(subject)}`
    const found = await this.#find('POST', path, bodyOf(schema))
    return found as RegisteredVersion | null
  }

  /** Asked once: an id means the same for ever. */
  async schemaOf(id: number): Promise<FoundSchema> {
    const known = this.#byId.get(id)
    if (known !== undefined) return { schema: known }
    const found = id <= ID_MAX ? await this.#find('GET', `/schemas/ids/${id}`) : null
    const read = found === null ? UNHEARD_OF : readFound(found)
    if ('schema' in read) this.#byId.set(id, read.schema)
    return read
  }

  /** None where the registry does not know the subject. */
  async versions(subject: string): Promise<readonly number[]> {
    const found = await this.#find('GET', `/subjects/${encodeURIComponent(subject)}/versions`)
    return (found ?? []) as number[]
  }

  async version(
    subject: string,
    version: number | 'latest',
  ): Promise<(RegisteredVersion & { readonly found: FoundSchema }) | null> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`
    const answer = (await this.#find('GET', path)) as (RegisteredVersion & object) | null
    if (answer === null) return null
    const found = readFound(answer)
    if ('schema' in found) this.#byId.set(answer.id, found.schema)
    return { version: answer.version, id: answer.id, found }
  }

  /** Whether the schema may become the next version; with nothing registered, it may. */
  async compatibility(subject: string, schema: AvroSchema): Promise<Compatibility> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`
    const answer = (await this.#find('POST', path, bodyOf(schema))) as {
      is_compatible: boolean
      messages?: readonly string[]
    } | null
    if (answer === null) return { isCompatible: true, messages: [] }
    return { isCompatible: answer.is_compatible, messages: answer.messages ?? [] }
  }

  /** What compatible means for a subject: its own rule, else the registry's; such as `BACKWARD`. */
  async mode(subject: string): Promise<string> {
    const path = `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`
    const own = await this.#find('GET', path)
    const config = (own ?? (await this.#find('GET', '/config')) ?? {}) as Record<string, string>
    return config.compatibilityLevel ?? 'unknown'
  }

  close(): void {
    this.#caller.close()
  }

  /** Null where the registry does not know what is asked for. */
  async #find(method: RegistryMethod, path: string, body?: object): Promise<object | null> {
    const answer = await this.#caller.call(method, path, body)
    return NOT_THERE.has(answer.errorCode) ? null : accepted(path, answer)
  }
}

const UNHEARD_OF: FoundSchema = { unusable: 'the registry does not know it' }

/** Registries count in signed integers, and call a larger id a wrong address. */
const ID_MAX = 2 ** 31 - 1

const NOT_THERE: ReadonlySet<number | null> = new Set([
  SUBJECT_UNKNOWN,
  VERSION_UNKNOWN,
  SCHEMA_UNKNOWN,
  SUBJECT_DELETED,
  MODE_OF_NOBODY,
])

const bodyOf = (schema: AvroSchema): object => ({ schema: JSON.stringify(schema) })

const accepted = (what: string, { status, errorCode, message, body }: RegistryAnswer): object => {
  if (errorCode !== null) throw refusedCall(what, status, errorCode, message)
  return body as object
}

/** Avro is what a schema is that does not say what it is. */
const readFound = (found: object): FoundSchema => {
  const { schema, schemaType = 'AVRO', references = [] } = found as Record<string, unknown>
  if (schemaType !== 'AVRO') return { unusable: `it is ${schemaType}, and not Avro` }
  if ((references as unknown[] | null)?.length) {
    return { unusable: 'it refers to other schemas, which must be written out in it' }
  }
  try {
    return { schema: JSON.parse(String(schema)) as AvroSchema }
  } catch {
    return { unusable: 'it is not JSON' }
  }
}
