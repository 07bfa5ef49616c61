import { partitionOf } from '../../engine/hash.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { formatIn } from '../../engine/schema/topic-format.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type FraudScore, fraudScores } from '../../events.ts'
import type { Log, StoredRecord } from '../../logs/log.ts'

/** Analysts look at what is new, and a partition may have more scores than anybody would wait for. */
export const SCORES_SEARCHED = 200_000

const READ = { recordsMax: 10_000, bytesMax: 8 * 1024 * 1024 }

/**
 * What was said of an order, among the newest `SCORES_SEARCHED` scores of its partition; null: it is not
 * among them. Only keys are compared, so that a look costs no decoding.
 */
export const scoreOfOrder = async (
  log: Log,
  orderId: string,
  writers: WriterSchemas,
): Promise<FraudScore | null> => {
  const settings = (await log.topics()).get(fraudScores.name)
  if (settings === undefined) return null
  const at = { topic: fraudScores.name, partition: partitionOf(orderId, settings.partitions) }
  await log.settled([at])
  const key = Buffer.from(orderId)
  const { first, next } = await log.range(at)
  let found: StoredRecord | null = null
  for (let from = Math.max(first, next - SCORES_SEARCHED); from < next; ) {
    const { records } = await log.read(at, from, READ)
    found = records.findLast(record => record.key?.equals(key)) ?? found
    from = (records.at(-1)?.offset ?? next) + 1
  }
  return found?.value ? scoreIn(found.value, writers) : null
}

const scoreIn = (value: Buffer, writers: WriterSchemas): FraudScore => {
  const { decodeAvro, decodeJson } = codecsOf<FraudScore>(fraudScores, writers)
  return formatIn('auto', value) === 'json' ? decodeJson(value) : decodeAvro(value)
}
