import type { Config } from '../config/config-schema.ts'
import { configuredFormat } from '../config/configured-format.ts'
import { kafkaConnectionOf } from '../config/kafka-connection.ts'
import type { KafkaPlaces } from '../replay-logs.ts'
import { openSchemas } from '../run/open-schemas.ts'
import type { Surroundings } from './configured-log.ts'

/** What a configuration says of places on Kafka; which brokers, the places say themselves. */
export const kafkaPlacesOf = async (
  config: Config,
  { wallNow, tell }: Surroundings,
): Promise<KafkaPlaces> => {
  const { brokers: _, ...connection } = await kafkaConnectionOf(config)
  const say = (line: string): void => tell(`${line}\n`)
  const schemas = await openSchemas({ config, wallNow, say, index: 0, instance: '' })
  return {
    connection,
    formatOf: topic => configuredFormat(config, topic),
    ...(config.log.client === 'lmdb' ? {} : { client: config.log.client }),
    ...(schemas ? { schemas } : {}),
  }
}
