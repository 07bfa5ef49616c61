/** The oracle: what is in the tables, against what is in the log. */
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { type DeadLetter, deadLetters } from '../../events.ts'
import type { Log, StoredRecord } from '../../logs/log.ts'
import { RowBuffer } from '../clickhouse/rows/row-buffer.ts'
import { rowEncoderOf } from '../clickhouse/rows/row-encoder.ts'
import { rowWalkerOf } from '../clickhouse/rows/row-walker.ts'

/** Rows as text, sorted, so that one too many or too few shows. */
export const rowsIn = (topic: AnyTopic, bytes: Buffer): string[] => {
  const { endOf } = rowWalkerOf(topic)
  const rows: string[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = endOf(bytes, start)
    if (end < 0) throw new Error(`a row of ${topic.name} is cut off`)
    rows.push(bytes.toString('hex', start, end))
    start = end
  }
  return rows.sort()
}

export interface Expected {
  readonly rows: readonly string[]
  /** `topic|partition|offset` of the records that are no rows. */
  readonly refused: readonly string[]
}

export const expectedOf = async (
  log: Log,
  topic: AnyTopic,
  refusedByTable: ReadonlySet<string>,
): Promise<Expected> => {
  const encoder = rowEncoderOf(topic)
  const rows: string[] = []
  const refused: string[] = []
  for (const [partition, records] of (await partitionsOf(log, topic.name)).entries()) {
    for (const { offset, timestampMs, value } of records) {
      if (value === null) continue
      const place = `${topic.name}|${partition}|${offset}`
      const row = new RowBuffer()
      const error = encoder.append(row, value, { partition, offset, timestampMs })
      if (error !== null || refusedByTable.has(place)) refused.push(place)
      else rows.push(row.bytes().toString('hex'))
    }
  }
  return { rows: rows.sort(), refused: refused.sort() }
}

/** `topic|partition|offset` of what the letters of the sink are about. */
export const letteredIn = async (log: Log): Promise<string[]> => {
  const letters = (await partitionsOf(log, deadLetters.name)).flat()
  return letters
    .map(({ value }) => codecsOf(deadLetters).decodeAvro(value!))
    .filter(({ stage }) => stage === 'SINK')
    .map(({ topic, partition, offset }: DeadLetter) => `${topic}|${partition}|${offset}`)
    .sort()
}

const partitionsOf = async (log: Log, topic: string): Promise<StoredRecord[][]> => {
  const { partitions } = (await log.topics()).get(topic)!
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const at = { topic, partition }
      const { first } = await log.range(at)
      const { records } = await log.read(at, first, { recordsMax: 1e6, bytesMax: 1e9 })
      return [...records]
    }),
  )
}
