/** Dead letters of the sink: records that their table cannot hold. */
import { isUtf8 } from 'node:buffer'
import { MillraceError } from '../../../engine/errors.ts'
import { hashHex } from '../../../engine/hash.ts'
import { partitionNameOf } from '../../../engine/partition-name.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { type DeadLetter, deadLetters } from '../../../events.ts'
import type { LogRecord, TopicPartition } from '../../../logs/log.ts'
import type { RefusedRecord } from './sink-batch.ts'

/** A letter that its own table cannot hold has nowhere to go: then the sink stops. */
export const sinkLetter = (at: TopicPartition, refused: RefusedRecord): LogRecord => {
  if (at.topic === deadLetters.name) throw letterRefused(at, refused)
  const resultId = hashHex(`dead|SINK|${partitionNameOf(at)}|${refused.record.offset}`)
  const value = codecsOf(deadLetters).encodeAvro(letterOf(at, refused))
  return { key: null, value, headers: { resultId } }
}

const letterOf = (
  { topic, partition }: TopicPartition,
  { record, error }: RefusedRecord,
): DeadLetter => ({
  topic,
  partition,
  offset: record.offset,
  stage: 'SINK',
  pipelineId: null,
  key: record.key !== null && isUtf8(record.key) ? record.key.toString() : null,
  schemaId: schemaIdIn(record.value!),
  errorCode: error.code,
  error: error.message,
  payload: record.value!,
  headers: { ...record.headers },
})

const AVRO_FRAME_BYTES = 5

const schemaIdIn = (value: Buffer): number | null =>
  value.length >= AVRO_FRAME_BYTES && value[0] === 0 ? value.readInt32BE(1) : null

const letterRefused = (
  { topic, partition }: TopicPartition,
  { record, error }: RefusedRecord,
): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_REFUSED',
    `The dead letter at ${topic} ${partition}, offset ${record.offset}, cannot be a row: ` +
      `${error.message} Mend the table of dead letters, and start again: no row is lost.`,
    { cause: error },
  )
