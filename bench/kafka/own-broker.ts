/** A broker for the measurements alone, where none is named. */
import { whyNoKafka } from '../../src/testing/kafka/kafka-artefacts.ts'
import { type StartedKafka, startKafka } from '../../src/testing/kafka/start-kafka.ts'

/**
 * Brokers of tests are compiled quickly and not well, as they end soon, and have little memory. Java
 * reads this after what it is started with.
 */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=4 -Xmx1g'

/** Starts it and names it in `KAFKA_BROKERS`; does nothing where one is named. */
export const namedBroker = async (): Promise<Pick<StartedKafka, 'stop'>> => {
  if (process.env.KAFKA_BROKERS) return { stop: async () => {} }
  const missing = whyNoKafka()
  if (missing !== null) throw new Error(missing)
  process.env._JAVA_OPTIONS = JAVA_OPTIONS
  const kafka = await startKafka()
  delete process.env._JAVA_OPTIONS
  process.env.KAFKA_BROKERS = kafka.brokers.join(',')
  return kafka
}
