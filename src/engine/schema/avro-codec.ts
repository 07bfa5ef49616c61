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
import { avroType } from './avro-type.ts'
import { jsonEncoder } from './json-encoder.ts'
import { isProjected, schemaRead } from './projection.ts'

export const FRAME_BYTES = 5

/** The largest record that is written, in bytes. */
export const RECORD_BYTES_MAX = 16 << 20

/** The schema of an id that is not the topic's own: a retired one, or one of a registry. */
export type WriterSchemas = (id: number) => AvroSchema | undefined

let scratch = Buffer.allocUnsafeSlow(64 << 10)

/**
 * @param schemaId what goes into the frame; a registry may have given the schema another id
 * @throws WRONG_TYPE and its like where the record does not fit; RECORD_TOO_LARGE
 */
export const avroEncoder = <T>(
  topic: Topic<T>,
  schemaId = topic.schema.id,
): ((record: T) => Buffer) => {
  const type = avroType(topic.schema as unknown as AvroSchema)
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
    scratch.writeUInt32BE(schemaId, 1)
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

/** Reads the records of one writer: the library's type, and how it resolves to what is read. */
interface Reading {
  readonly type: avro.Type
  readonly resolver?: avro.Resolver
}

/**
 * @param writers schemas beside the topic's own
 * @throws UNKNOWN_SCHEMA where nobody knows the id, or the schemas do not fit; MALFORMED_AVRO
 */
export const avroDecoder = <T>(
  topic: Topic<T>,
  writers: WriterSchemas = () => undefined,
): ((bytes: Buffer) => T) => {
  const readings = new Map<number, Reading>()
  const reader = avroType(schemaRead(topic) as unknown as AvroSchema)
  const readingOf = (id: number): Reading => {
    const known = readings.get(id)
    if (known !== undefined) return known
    const reading = newReading(topic, reader, id, writers)
    readings.set(id, reading)
    return reading
  }
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

const newReading = <T>(
  topic: Topic<T>,
  reader: avro.Type,
  id: number,
  writers: WriterSchemas,
): Reading => {
  const own = id === topic.schema.id
  if (own && !isProjected(topic)) return { type: reader }
  const schema = own ? (topic.schema as unknown as AvroSchema) : writers(id)
  if (schema === undefined) {
    throw new MillraceError(
      'UNKNOWN_SCHEMA',
      `${topic.name}: nobody knows schema ${id}; the topic's own is ${topic.schema.id}. ` +
        'Configure the schema registry it came from, or add the file to schemas/retired.',
    )
  }
  return { type: reader, resolver: resolverOf(topic, reader, avroType(schema), id) }
}

const resolverOf = <T>(
  topic: Topic<T>,
  reader: avro.Type,
  writer: avro.Type,
  id: number,
): avro.Resolver => {
  try {
    return reader.createResolver(writer, { ignoreNamespaces: true })
  } catch (thrown) {
    throw new MillraceError(
      'UNKNOWN_SCHEMA',
      `${topic.name}: records of schema ${id} cannot be read as ${topic.schema.id}: ` +
        `${(thrown as Error).message}. Give new fields a default, and keep the types of old ones.`,
      { cause: thrown },
    )
  }
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
