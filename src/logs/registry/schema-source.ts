/**
 * The schemas of a registry, for a decoder that cannot wait: before a batch is decoded, `learn` asks
 * for the ids in it that were never met. Ids are asked for once; then the registry may go away.
 *
 *   read a batch ─► await learn([batch]) ─► decode each record, with `writers`
 *
 * - An unknown id, met while the registry is away: `learn` fails with REGISTRY_UNAVAILABLE after the
 *   attempts of the client, and no record of the batch may be decoded; call it again. Nothing is set
 *   aside meanwhile, and batches whose ids are known go on.
 * - An id that the registry itself does not know, or that is no Avro: it stays unknown, so that its
 *   records become dead letters (UNKNOWN_SCHEMA). It is asked for again after a while, since one
 *   server of a registry may hear of a new schema later than another.
 * - A process that starts again needs the ids of events that wait in its state: those registered for
 *   the topics that it reads are learned at the start, and `file` keeps those from elsewhere.
 */

import type { AvroSchema } from '../../engine/form.ts'
import { FRAME_BYTES } from '../../engine/schema/avro-codec.ts'
import { useFrameIds } from '../../engine/schema/frame-ids.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { knownWriters } from '../known-writers.ts'
import type { KeptSchemas } from './kept-schemas.ts'
import { registeredForm, subjectOf } from './registered-form.ts'
import type { RegistryClient } from './registry-client.ts'

export interface SchemaSourceOptions {
  readonly client: RegistryClient
  /** Topics that this process writes: their schemas are registered, where they are not yet. */
  readonly written: readonly AnyTopic[]
  /** Topics that it reads: all versions registered for them are known from the start. */
  readonly read: readonly AnyTopic[]
  /** Schemas that are in no registry, such as retired ones. Default: those of `schemas/retired`. */
  readonly besides?: WriterSchemas
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** Where schemas are kept over a restart; the registry's word goes before it. */
  readonly file?: KeptSchemas
  /** Told once for each id, and again when it was asked for again. */
  readonly onUnknown?: (id: number, why: string) => void
  /** Default 30 s. */
  readonly askAgainMs?: number
}

/** As a log reads them. */
export interface RawBatch {
  readonly records: readonly { readonly value: Buffer | null }[]
}

const ASK_AGAIN_MS = 30_000

/** Bytes that were never a record can name any id; more than this are forgotten, and asked for again. */
const UNKNOWN_MAX = 10_000

/** Requests under way, at most. */
const REQUESTS_MAX = 8

export class SchemaSource {
  /** By id, of the registry first. The same function always, as codecs are compiled for each. */
  readonly writers: WriterSchemas
  readonly #client: RegistryClient
  readonly #options: SchemaSourceOptions
  readonly #known = new Map<number, AvroSchema>()
  /** When each was last asked for. */
  readonly #unknown = new Map<number, number>()

  /**
   * Gives the process the registry's ids for what it writes, and learns what is registered for what
   * it reads.
   *
   * @throws REGISTRY_UNAVAILABLE where the registry cannot be reached: it must be there at the start;
   *   REGISTRY_REFUSED where it does not take a schema
   */
  static async open(options: SchemaSourceOptions): Promise<SchemaSource> {
    const source = new SchemaSource(options)
    const ids = new Map<string, number>()
    for (const topic of options.written) ids.set(topic.name, await source.#idOf(topic))
    for (const topic of options.read) await source.#learnVersions(subjectOf(topic))
    useFrameIds(ids)
    return source
  }

  private constructor(options: SchemaSourceOptions) {
    const besides = options.besides ?? knownWriters
    this.#options = options
    this.#client = options.client
    for (const [id, schema] of options.file?.read() ?? []) this.#known.set(id, schema)
    this.writers = id => this.#known.get(id) ?? besides(id)
  }

  /** Costs a look at five bytes of each record where all ids are known. */
  learn(batches: readonly RawBatch[]): Promise<void> {
    let fresh: Set<number> | null = null
    for (const { records } of batches) {
      for (let index = 0; index < records.length; index++) {
        const { value } = records[index]!
        if (value === null || value.length < FRAME_BYTES || value[0] !== 0) continue
        const id = value.readUInt32BE(1)
        if (this.#isSettled(id)) continue
        fresh ??= new Set()
        fresh.add(id)
      }
    }
    return fresh === null ? LEARNT : this.#ask([...fresh])
  }

  /** Ids from elsewhere than a batch of a log: of records within records, say. */
  learnIds(ids: Iterable<number>): Promise<void> {
    const fresh = [...new Set(ids)].filter(id => !this.#isSettled(id))
    return fresh.length === 0 ? LEARNT : this.#ask(fresh)
  }

  #isSettled(id: number): boolean {
    if (this.#known.has(id)) return true
    const askedAt = this.#unknown.get(id)
    if (askedAt === undefined) return false
    return this.#options.wallNow() < askedAt + (this.#options.askAgainMs ?? ASK_AGAIN_MS)
  }

  async #ask(ids: readonly number[]): Promise<void> {
    for (let at = 0; at < ids.length; at += REQUESTS_MAX) {
      await Promise.all(ids.slice(at, at + REQUESTS_MAX).map(id => this.#askFor(id)))
    }
  }

  async #askFor(id: number): Promise<void> {
    const found = await this.#client.schemaOf(id)
    this.#unknown.delete(id)
    if ('schema' in found) {
      this.#known.set(id, found.schema)
      this.#options.file?.add(id, found.schema)
      return
    }
    this.#unknown.set(id, this.#options.wallNow())
    if (this.#unknown.size > UNKNOWN_MAX) this.#unknown.delete(this.#unknown.keys().next().value!)
    this.#options.onUnknown?.(id, found.unusable)
  }

  async #idOf(topic: AnyTopic): Promise<number> {
    const [subject, schema] = [subjectOf(topic), registeredForm(topic)]
    const found = await this.#client.lookup(subject, schema)
    return found?.id ?? this.#client.register(subject, schema)
  }

  async #learnVersions(subject: string): Promise<void> {
    for (const version of await this.#client.versions(subject)) {
      const registered = await this.#client.version(subject, version)
      if (registered !== null && 'schema' in registered.found) {
        this.#known.set(registered.id, registered.found.schema)
      }
    }
  }
}

const LEARNT = Promise.resolve()
