/**
 * Records of a topic as rows of its table. The same record at the same place gives the same bytes,
 * always: a batch that is sent again must be known again, and `reconcile` compares these bytes.
 *
 * A record is judged as the engine judges it, by the whole of its schema. One that cannot be a row
 * leaves nothing behind in the buffer.
 */
import { MillraceError } from '../../../engine/errors.ts'
import type { WriterSchemas } from '../../../engine/schema/avro-codec.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { Misfit } from '../../../engine/schema/misfit.ts'
import { parsedFields } from '../../../engine/schema/parsed-type.ts'
import { formatIn, type TopicFormat } from '../../../engine/schema/topic-format.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { instantIn } from './column-bounds.ts'
import { filledColumns } from './column-type.ts'
import { PLACE_COLUMNS, tableNameOf } from './columns.ts'
import type { RowBuffer } from './row-buffer.ts'
import { rowWriter } from './row-code.ts'

/** Where a record stands in the log, and when the log took it in. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
}

export interface RowEncoder {
  readonly topic: AnyTopic
  readonly table: string
  /** Column names, in the order of the bytes. */
  readonly columns: readonly string[]
  /**
   * Appends one row.
   *
   * @param value a record as the log has it: framed Avro, or JSON
   * @returns null, or why the record cannot be a row; then nothing was appended
   */
  append(rows: RowBuffer, value: Buffer, at: RecordPlace): MillraceError | null
}

/**
 * @param writers schemas beside the topic's own, such as retired ones and those of a registry
 * @param format what the topic is said to hold, as for those who read it
 */
export const rowEncoderOf = (
  topic: AnyTopic,
  writers?: WriterSchemas,
  format: TopicFormat = 'auto',
): RowEncoder => {
  const whole: AnyTopic = topic.fields === null ? topic : { ...topic, fields: null }
  const fields = parsedFields(topic.schema.fields)
  const { decodeAvro, decodeJson, check } = codecsOf<object>(whole, writers)
  const write = rowWriter(fields)

  const appendRow = (rows: RowBuffer, value: Buffer, at: RecordPlace): MillraceError | null => {
    const record = formatIn(format, value) === 'avro' ? decodeAvro(value) : decodeJson(value)
    const breach = check(record)
    if (breach !== null) return breach
    write(rows, record)
    writePlace(rows, topic.name, at)
    return null
  }

  const append = (rows: RowBuffer, value: Buffer, at: RecordPlace): MillraceError | null => {
    const { length, rows: count } = rows
    try {
      return appendRow(rows, value, at)
    } catch (thrown) {
      rows.truncate(length, count)
      return refusal(topic.name, thrown)
    }
  }

  const names = [...fields.flatMap(filledColumns), ...PLACE_COLUMNS].map(column => column.name)
  return { topic: whole, table: tableNameOf(topic), columns: names, append }
}

const writePlace = (rows: RowBuffer, topic: string, at: RecordPlace): void => {
  rows.text(topic)
  rows.int32(at.partition)
  rows.int64(at.offset)
  rows.int64(instantIn(at.timestampMs, '_emitted_at'))
  rows.endRow()
}

/** Whatever is no fault of the record is thrown on. */
const refusal = (topic: string, thrown: unknown): MillraceError => {
  if (thrown instanceof MillraceError) return thrown
  if (thrown instanceof Misfit) return thrown.error(topic)
  throw thrown
}
