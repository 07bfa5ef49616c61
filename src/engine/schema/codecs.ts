/** All that reads and writes the records of a topic, compiled once for each topic value. */
import type { MillraceError } from '../errors.ts'
import type { AnyTopic, Topic } from '../topic.ts'
import { avroDecoder, avroEncoder, type WriterSchemas } from './avro-codec.ts'
import { constraintsOf } from './constraints.ts'
import { jsonDecoder } from './json-decoder.ts'
import { jsonEncoder } from './json-encoder.ts'

export interface Codecs<T> {
  /** In the Confluent frame, with the topic's own schema id. */
  readonly encodeAvro: (record: T) => Buffer
  readonly decodeAvro: (bytes: Buffer) => T
  /** Canonical, without newline. */
  readonly encodeJson: (record: T) => string
  readonly decodeJson: (bytes: Buffer) => T
  /** The first breach of a rule that the types cannot say, or null. */
  readonly check: (record: T) => MillraceError | null
}

type Cache = WeakMap<AnyTopic, Codecs<unknown>>

const noWriters: WriterSchemas = () => undefined
const caches = new WeakMap<WriterSchemas, Cache>()

/**
 * The codecs of a topic, or of a projection of one: what decodes reads the topic's fields, what
 * encodes wants them all.
 *
 * @param writers schemas beside the topic's own; pass the same function each time
 */
export const codecsOf = <T>(topic: Topic<T>, writers: WriterSchemas = noWriters): Codecs<T> => {
  const cache = cacheOf(writers)
  const known = cache.get(topic)
  if (known !== undefined) return known as Codecs<T>
  const codecs = newCodecs(topic, writers)
  cache.set(topic, codecs as Codecs<unknown>)
  return codecs
}

const cacheOf = (writers: WriterSchemas): Cache => {
  const known = caches.get(writers)
  if (known !== undefined) return known
  const cache: Cache = new WeakMap()
  caches.set(writers, cache)
  return cache
}

const newCodecs = <T>(topic: Topic<T>, writers: WriterSchemas): Codecs<T> => ({
  encodeAvro: avroEncoder(topic),
  decodeAvro: avroDecoder(topic, writers),
  encodeJson: jsonEncoder(topic),
  decodeJson: jsonDecoder(topic),
  check: constraintsOf(topic),
})
