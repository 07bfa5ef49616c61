import { formatOf, type RecordFormat } from '../arrival.ts'

/**
 * What the records of a topic are written in. `auto` tells by the first byte, record by record; of the
 * other two, a record that is written in the other is a dead letter.
 */
export type TopicFormat = 'auto' | RecordFormat

/** What a record is read as. */
export const formatIn = (format: TopicFormat, value: Buffer): RecordFormat =>
  format === 'auto' ? formatOf(value) : format
