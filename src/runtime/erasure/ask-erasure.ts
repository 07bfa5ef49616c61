/**
 * Asks for an erasure: one record of `erasures`, at which pipelines forget the person. What the log and
 * tables hold already is not touched by it.
 */
import { randomUUID } from 'node:crypto'
import { MillraceError } from '../../engine/errors.ts'
import { partitionOf } from '../../engine/hash.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import { type Erasure, erasures } from '../../events.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'

export interface ErasureOptions {
  readonly userId: string
  readonly visitorIds: readonly string[]
  readonly now: number
  /** What the topic is said to hold. Without a registry JSON is written unless that is Avro. */
  readonly format: TopicFormat
  /** Ids of schemas are a registry's, so that none can be made up here. */
  readonly hasRegistry: boolean
}

export interface AskedErasure extends TopicPartition {
  readonly eventId: string
}

/**
 * Resolves when the record is lasting. The topic has to be there.
 *
 * Fails with `LOG_TOPIC_UNKNOWN`, `REJECTED` where it may hold Avro of a registry, or as the log does.
 */
export const askErasure = async (log: Log, options: ErasureOptions): Promise<AskedErasure> => {
  const { userId, visitorIds, now } = options
  const settings = (await log.topics()).get(erasures.name)
  if (settings === undefined) throw noTopic()
  const eventId = `erase-${randomUUID()}`
  const value = bytesOf({ eventId, occurredAt: now, userId, visitorIds: [...visitorIds] }, options)
  const at = { topic: erasures.name, partition: partitionOf(userId, settings.partitions) }
  const records = [{ key: Buffer.from(userId), value }]
  await (await log.commit({ appends: [{ ...at, records }] })).durable
  return { ...at, eventId }
}

const bytesOf = (erasure: Erasure, { format, hasRegistry }: ErasureOptions): Buffer => {
  const { encodeAvro, encodeJson } = codecsOf<Erasure>(erasures)
  if (format === 'json') return Buffer.from(encodeJson(erasure))
  if (hasRegistry) throw noSchemaId()
  return format === 'avro' ? encodeAvro(erasure) : Buffer.from(encodeJson(erasure))
}

const noTopic = (): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `there is no topic ${erasures.name} here, so nobody would read it. Run the pipelines once, which makes it.`,
  )

const noSchemaId = (): MillraceError =>
  new MillraceError(
    'REJECTED',
    `${erasures.name} may hold Avro under the ids of the registry. Send the record with a producer of that ` +
      'topic; or, where all who read it read JSON, say so in the configuration: topics.erasures.format: json.',
  )
