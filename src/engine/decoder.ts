import type { Arrival, EngineFields, RecordFormat } from './arrival.ts'
import { InvariantError, MillraceError } from './errors.ts'
import { partitionName } from './partition-name.ts'
import type { WriterSchemas } from './schema/avro-codec.ts'
import { type Codecs, codecsOf } from './schema/codecs.ts'
import type { AnyTopic } from './topic.ts'

/** A record as a log or a file has it. */
export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly format: RecordFormat
  readonly value: Buffer
  readonly redrivenFor: string | null
}

interface Reader {
  readonly topic: AnyTopic
  readonly codecs: Codecs<EngineFields>
  /** By partition. */
  readonly sources: string[]
}

/**
 * Reads each record once, for all pipelines of the process: of a topic, the fields that any of them
 * reads.
 */
export class Decoder {
  readonly #readers = new Map<string, Reader>()
  readonly #recordBytesMax: number

  /** @param read topics and projections of them; a topic may be there several times */
  constructor(read: readonly AnyTopic[], recordBytesMax: number, writers?: WriterSchemas) {
    this.#recordBytesMax = recordBytesMax
    for (const name of new Set(read.map(topic => topic.name))) {
      const topic = union(read.filter(each => each.name === name))
      this.#readers.set(name, { topic, codecs: codecsOf(topic, writers), sources: [] })
    }
  }

  get topics(): readonly AnyTopic[] {
    return [...this.#readers.values()].map(reader => reader.topic)
  }

  decode(raw: RawRecord): Arrival {
    const reader = this.#readers.get(raw.topic)
    if (!reader) throw new InvariantError(`broken invariant: topic ${raw.topic} is read by nobody`)
    const { topic, codecs, sources } = reader
    const { partition, offset, timestampMs, key, format, value, redrivenFor } = raw
    sources[partition] ??= partitionName(topic.name, partition)
    const source = sources[partition]
    let event: EngineFields | null = null
    let failure: MillraceError | null = null
    try {
      this.#checkSize(value)
      event = (format === 'json' ? codecs.decodeJson : codecs.decodeAvro)(value)
      failure = codecs.check(event)
    } catch (thrown) {
      if (!(thrown instanceof MillraceError)) throw thrown
      failure = thrown
    }
    return {
      topic,
      partition,
      source,
      offset,
      timestampMs,
      key,
      format,
      value,
      event,
      failure,
      redrivenFor,
    }
  }

  #checkSize(value: Buffer): void {
    if (value.length <= this.#recordBytesMax) return
    throw new MillraceError(
      'RECORD_TOO_LARGE',
      `a record of ${value.length} bytes; records may have ${this.#recordBytesMax}. Send what is ` +
        'large elsewhere and its id here, or raise recordBytesMax.',
    )
  }
}

/** One topic with the fields that any of these projections reads. */
const union = (topics: readonly AnyTopic[]): AnyTopic => topics.reduce(unionOfTwo)

/** The same value for the same two, since codecs are compiled for each topic value. */
const unionOfTwo = (a: AnyTopic, b: AnyTopic): AnyTopic => {
  if (a === b || a.fields === null) return a
  if (b.fields === null) return b
  const known = unions.get(a)?.get(b)
  if (known) return known
  const made = { ...a, fields: [...new Set([...a.fields, ...b.fields])] }
  unions.set(a, (unions.get(a) ?? new WeakMap()).set(b, made))
  return made
}

const unions = new WeakMap<AnyTopic, WeakMap<AnyTopic, AnyTopic>>()
