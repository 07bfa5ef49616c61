/**
 * Offers the whole test run one Kafka broker, unless `KAFKA_BROKERS` names a cluster. It is started
 * when the first test file asks (see `kafkaForTests`), so that a run of other tests is not slower.
 */
import {
  brokersNamed,
  kafkaIsRequired,
  SHARED_KAFKA,
} from '../src/testing/kafka/kafka-for-tests.ts'
import { shareKafka } from '../src/testing/kafka/shared-kafka.ts'

export const setup = async (): Promise<(() => Promise<void>) | undefined> => {
  if (brokersNamed() !== null) return undefined
  const tell = (reason: string): void => console.log(`\n${reason}\n`)
  const shared = await shareKafka({ required: kafkaIsRequired(), tell })
  // The processes of the test files are given the environment of this one.
  process.env[SHARED_KAFKA] = shared.address
  return () => shared.stop()
}
