/**
 * Records as Avro in the Confluent frame:
 *
 *   byte 0       0
 *   bytes 1–4    id of the schema that the record was written with, big-endian
 *   from 5 on    the record, Avro binary
 *
 * Encoding fills one buffer that all encoders share and that grows, and copies once. Decoding reads
 * only the fields that the topic asks for, and resolves records of older schemas.
 */
import type avro from 'avsc'
import { MillraceError } from '../errors.ts'
import type { AvroSchema } from '../form.ts'
import type { Topic } from '../topic.ts'
import { readingsOf } from './avro-reading.ts'
import { avroType } from './avro-type.ts'
import { type FrameId, frameIdOf } from './frame-ids.ts'
import { jsonEncoder } from './json-encoder.ts'
import type { WriterSchemas } from './writer-schemas.ts'

export type { WriterSchemas } from './writer-schemas.ts'

export const FRAME_BYTES = 5

/** The largest record that is written, in bytes. */
export const RECORD_BYTES_MAX = 16 << 20

let scratch = Buffer.allocUnsafeSlow(64 << 10)

/**
 * @param schemaId what goes into the frame. Default: the id that a registry has given the schema, and
 *   that of its file where there is none
 * @throws WRONG_TYPE and its like where the record does not fit; RECORD_TOO_LARGE
 */
export const avroEncoder = <T>(topic: Topic<T>, schemaId?: number): ((record: T) => Buffer) => {
  const type = avroType(topic.schema as unknown as AvroSchema)
  const own = topic.schema.id
  const frameId: FrameId = schemaId === undefined ? frameIdOf(topic) : { given: schemaId }
  const refused = refusal(topic)
  const write = (record: T): number => {
    try {
      return type.encode(record, scratch, FRAME_BYTES)
    } catch (thrown) {
      throw refused(record, thrown)
    }
  }
  return record => {
    let end = write(record)
    while (end < 0) {
      grow(topic.name, scratch.length - end)
      end = write(record)
    }
    scratch[0] = 0
    scratch.writeUInt32BE(frameId.given ?? own, 1)
    const bytes = Buffer.allocUnsafe(end)
    scratch.copy(bytes, 0, 0, end)
    return bytes
  }
}

const grow = (topic: string, needed: number): void => {
  if (needed > RECORD_BYTES_MAX) {
    throw new MillraceError(
      'RECORD_TOO_LARGE',
      `${topic}: a record takes ${needed} bytes, and at most ${RECORD_BYTES_MAX} are allowed. ` +
        'Split it, or leave out what is not needed.',
    )
  }
  scratch = Buffer.allocUnsafeSlow(Math.min(2 * needed, RECORD_BYTES_MAX))
}

/** The library says only that something did not fit; the JSON encoder has the same rules, and says what. */
const refusal = <T>(topic: Topic<T>) => {
  let encodeJson: ((record: T) => string) | undefined
  return (record: T, thrown: unknown): unknown => {
    encodeJson ??= jsonEncoder(topic)
    try {
      encodeJson(record)
    } catch (explained) {
      return explained
    }
    const what = `${topic.name}: the record does not fit its schema: ${(thrown as Error).message}.`
    return new MillraceError('WRONG_TYPE', what, { cause: thrown })
  }
}

/**
 * @param writers schemas beside the topic's own
 * @throws UNKNOWN_SCHEMA where nobody knows the id, or the schemas do not fit; MALFORMED_AVRO
 */
export const avroDecoder = <T>(
  topic: Topic<T>,
  writers: WriterSchemas = () => undefined,
): ((bytes: Buffer) => T) => {
  const readingOf = readingsOf(topic, writers)
  return bytes => {
    const { type, resolver } = readingOf(schemaIdOf(topic.name, bytes))
    return payloadOf(topic.name, bytes, type, resolver) as T
  }
}

/** The id in the frame of a record. */
export const schemaIdOf = (topic: string, bytes: Buffer): number => {
  if (bytes.length < FRAME_BYTES || bytes[0] !== 0) {
    throw malformed(topic, bytes, 'it does not start with a zero and a schema id of four bytes')
  }
  return bytes.readUInt32BE(1)
}

const payloadOf = (
  topic: string,
  bytes: Buffer,
  type: avro.Type,
  resolver: avro.Resolver | undefined,
): unknown => {
  let read: { value: unknown; offset: number }
  try {
    read = type.decode(bytes, FRAME_BYTES, resolver)
  } catch (thrown) {
    throw malformed(topic, bytes, (thrown as Error).message, thrown)
  }
  if (read.offset === bytes.length) return read.value
  const what = read.offset < 0 ? 'it ends in the middle' : 'bytes are left at its end'
  throw malformed(topic, bytes, what)
}

const malformed = (topic: string, bytes: Buffer, what: string, cause?: unknown): MillraceError =>
  new MillraceError(
    'MALFORMED_AVRO',
    `${topic}: ${bytes.length} bytes are not an Avro record of this topic: ${what}. ` +
      'If the topic carries JSON, say so with `format: json`.',
    { cause },
  )
