/** One event onto its topic, for commands that say something to the pipelines. */
import { MillraceError } from '../engine/errors.ts'
import { partitionOf } from '../engine/hash.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import type { TopicFormat } from '../engine/schema/topic-format.ts'
import type { AnyTopic, Occurrence } from '../engine/topic.ts'
import type { Log, TopicPartition } from '../logs/log.ts'

export interface WrittenAs {
  /** What the topic is said to hold. Without a registry JSON is written unless that is Avro. */
  readonly format: TopicFormat
  /** Ids of schemas are a registry's, so that none can be made up here. */
  readonly hasRegistry: boolean
}

/**
 * Resolves when the record is lasting. The topic has to be there.
 *
 * Fails with `LOG_TOPIC_UNKNOWN`, `REJECTED` where it may hold Avro of a registry, or as the log does.
 */
export const appendEvent = async (
  log: Log,
  topic: AnyTopic,
  record: { readonly key: string; readonly event: Occurrence },
  as: WrittenAs,
): Promise<TopicPartition> => {
  const settings = (await log.topics()).get(topic.name)
  if (settings === undefined) throw noTopic(topic.name)
  const value = bytesOf(topic, record.event, as)
  const at = { topic: topic.name, partition: partitionOf(record.key, settings.partitions) }
  const records = [{ key: Buffer.from(record.key), value }]
  await (await log.commit({ appends: [{ ...at, records }] })).durable
  return at
}

const bytesOf = (
  topic: AnyTopic,
  event: Occurrence,
  { format, hasRegistry }: WrittenAs,
): Buffer => {
  const { encodeAvro, encodeJson } = codecsOf(topic)
  if (format === 'json') return Buffer.from(encodeJson(event))
  if (hasRegistry) throw noSchemaId(topic.name)
  return format === 'avro' ? encodeAvro(event) : Buffer.from(encodeJson(event))
}

const noTopic = (name: string): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `there is no topic ${name} here, so nobody would read it. Run the pipelines once, which makes it.`,
  )

const noSchemaId = (name: string): MillraceError =>
  new MillraceError(
    'REJECTED',
    `${name} may hold Avro under the ids of the registry. Send the record with a producer of that ` +
      `topic; or, where all who read it read JSON, say so in the configuration: topics.${name}.format: json.`,
  )
