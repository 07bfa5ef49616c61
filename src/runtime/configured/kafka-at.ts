/** A log on Kafka that a command reads or writes, beside the runs that work on it. */
import type { KafkaConnection } from '../../logs/kafka/connection.ts'
import type { Log } from '../../logs/log.ts'

export interface KafkaAt {
  readonly connection: KafkaConnection
  /** Default `rdkafka`. */
  readonly client?: 'rdkafka' | 'kafkajs'
}

/**
 * @param transactionalId whose transactions these will be: whoever had it before is fenced. Without
 *   one nothing is to be written, and no producer is registered with the cluster
 */
export const openKafka = async (
  { connection, client }: KafkaAt,
  transactionalId?: string,
): Promise<Log> => {
  if (client === 'kafkajs') {
    const { kafkajsLog } = await import('../../logs/kafkajs-log.ts')
    return kafkajsLog({ connection })
  }
  const { rdkafkaLog } = await import('../../logs/rdkafka-log.ts')
  return rdkafkaLog(
    transactionalId === undefined
      ? { connection, guarantee: 'at-least-once' }
      : { connection, guarantee: 'exactly-once', transactionalId },
  )
}
