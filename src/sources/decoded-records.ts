import type { Codecs } from '../engine/schema/codecs.ts'
import { formatIn } from '../engine/schema/topic-format.ts'
import type { History } from './record-stream.ts'

const READ_RECORDS = 1_000

/** The records of a history of one topic, partition by partition, read one by one; then it is closed. */
export async function* decodedRecords<T>(
  { streams, close }: History,
  { decodeAvro, decodeJson }: Codecs<T>,
): AsyncGenerator<T> {
  try {
    for (const stream of streams) {
      for (;;) {
        const records = await stream.read(READ_RECORDS)
        if (records.length === 0) break
        for (const { value } of records) {
          if (value === null) continue
          yield formatIn(stream.format, value) === 'json' ? decodeJson(value) : decodeAvro(value)
        }
      }
    }
  } finally {
    await close()
  }
}
