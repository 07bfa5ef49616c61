import { partitionNameOf } from '../../../engine/partition-name.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import type { Log, LogRecord, Position } from '../../../logs/log.ts'
import { groupOf, intentRecord, intentsTopicOf, readIntents } from './intents.ts'

/**
 * Sets a sink that does not run back to the oldest records that the log has. Start it with a higher
 * `generation` then, on tables that are empty: under the old one ClickHouse drops what it remembers.
 */
export const rewindSink = async (
  log: Log,
  applicationId: string,
  topics: readonly AnyTopic[],
): Promise<void> => {
  const known = await log.topics()
  const intentsAt = { topic: intentsTopicOf(applicationId), partition: 0 }
  const intents = await readIntents(log, intentsAt.topic)
  const positions: Position[] = []
  const records: LogRecord[] = []
  for (const { name: topic } of topics) {
    for (let partition = 0; partition < (known.get(topic)?.partitions ?? 0); partition++) {
      const at = { topic, partition }
      const intent = intents.get(partitionNameOf(at))
      if (intent === undefined) continue
      records.push(intentRecord(at, { ...intent, setBack: true }))
      positions.push({ ...at, next: (await log.range(at)).first })
    }
  }
  if (records.length === 0) return
  const consumed = { group: groupOf(applicationId), positions }
  await (await log.commit({ appends: [{ ...intentsAt, records }], consumed })).durable
}
