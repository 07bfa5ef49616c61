/**
 * Public data in, events out: one importer reads, one target writes, and this counts between them.
 *
 * An import is named after its format and the beginning of its input. A target that keeps what it
 * has between runs knows by that name how far it had come, and another file of the same format is
 * another import.
 */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { unreadable } from './input-bytes.ts'
import { inputSignature } from './input-signature.ts'
import type { ImportedEvent } from './public-data/importer.ts'
import { importerOf } from './public-data/importers.ts'

/** Where an import writes to. Methods are called in this order, and one at a time. */
export interface ImportTarget {
  /** Says how many events of each topic this import has written there before. */
  open(importName: string, topics: readonly AnyTopic[]): Promise<ReadonlyMap<string, number>>
  /** In the importer's order, without the events that were there. */
  write(events: readonly ImportedEvent[]): Promise<void>
  /** All is written: makes it visible where it was not, and lasting. */
  finish(): Promise<void>
  /** Instead of `finish`, after a failure: takes away what is half written. */
  abandon(): Promise<void>
}

export interface ImportOptions {
  /** One of the formats in `importers`. */
  readonly format: string
  readonly path: string
  readonly to: ImportTarget
  /** Called now and then, with how many events were read so far. */
  readonly onProgress?: (events: number) => void
}

export interface TopicSummary {
  /** Events of the input, those of an earlier run among them. */
  readonly count: number
  /** How many of them an earlier run had written. */
  readonly alreadyThere: number
  /** The least and the greatest `occurredAt`, in ms since 1970. */
  readonly firstAt: number
  readonly lastAt: number
}

export interface ImportSummary {
  /** By the topic's name, for topics that have events. */
  readonly topics: ReadonlyMap<string, TopicSummary>
  /** What the input lacked and was borne with; sentences. */
  readonly notes: readonly string[]
}

/** Fails as the importer or the target does; then nothing half written is left in the target. */
export const importData = async (options: ImportOptions): Promise<ImportSummary> => {
  const { format, path, to } = options
  const importer = importerOf(format)
  const there = await to.open(await importNameOf(format, path), importer.topics)
  const tally = new Tally(there)
  const notes: string[] = []
  try {
    for await (const batch of importer.read(path, note => notes.push(note))) {
      const fresh = batch.filter(event => tally.isNew(event))
      for (const event of fresh) check(event)
      if (fresh.length > 0) await to.write(fresh)
      options.onProgress?.(tally.events)
    }
    await to.finish()
  } catch (error) {
    await to.abandon()
    throw error
  }
  return { topics: tally.topics, notes }
}

/** What breaks a rule of its schema stops here; later on it would be a dead letter. */
const check = ({ topic, record }: ImportedEvent): void => {
  const breach = codecsOf(topic).check(record)
  if (breach) throw breach
}

/** `import-<format>-<hash of the beginning of each file>`. */
const importNameOf = async (format: string, path: string): Promise<string> => {
  const hash = createHash('sha256')
  for (const file of await filesAt(path)) hash.update((await inputSignature(file)).headHash)
  return `import-${format}-${hash.digest('hex').slice(0, 12)}`
}

/** The file, or the files of the folder, in the order of their names. */
const filesAt = async (path: string): Promise<string[]> => {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const entries = await readdir(path, { withFileTypes: true })
    const names = entries.filter(entry => entry.isFile()).map(entry => entry.name)
    return names.sort().map(name => join(path, name))
  } catch (error) {
    throw unreadable(path, error)
  }
}

type Counted = { -readonly [K in keyof TopicSummary]: TopicSummary[K] }

class Tally {
  readonly topics = new Map<string, Counted>()
  events = 0
  readonly #there: ReadonlyMap<string, number>

  constructor(there: ReadonlyMap<string, number>) {
    this.#there = there
  }

  /** Counts the event; false where an earlier run has written it. */
  isNew({ topic, record: { occurredAt } }: ImportedEvent): boolean {
    const counted = this.topics.get(topic.name) ?? this.#begin(topic.name, occurredAt)
    counted.firstAt = Math.min(counted.firstAt, occurredAt)
    counted.lastAt = Math.max(counted.lastAt, occurredAt)
    this.events++
    const isNew = counted.count++ >= (this.#there.get(topic.name) ?? 0)
    if (!isNew) counted.alreadyThere++
    return isNew
  }

  #begin(name: string, at: number): Counted {
    const counted = { count: 0, alreadyThere: 0, firstAt: at, lastAt: at }
    this.topics.set(name, counted)
    return counted
  }
}
