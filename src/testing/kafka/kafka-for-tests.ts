/**
 * A Kafka for tests: the cluster that `KAFKA_BROKERS` names, or one broker that the whole test run
 * shares and that is started when the first test file asks for it.
 *
 *     const kafka = await kafkaForTests()
 *     describe.skipIf(kafka === null)('…', () => { … kafka!.brokers … })
 *
 * As it is shared, each test takes topics and groups of its own names. Tests that kill brokers start
 * their own with `startKafka`.
 */
import { askForKafka } from './shared-kafka.ts'

export interface KafkaForTests {
  /** `host:port`, one or more. */
  readonly brokers: readonly string[]
}

/**
 * Null where none can be had; the run then prints the reason once. Where
 * `MILLRACE_REQUIRE_KAFKA=1`, fails with `LOG_UNAVAILABLE` instead.
 */
export const kafkaForTests = async (): Promise<KafkaForTests | null> => {
  const brokers = brokersNamed()
  if (brokers !== null) return { brokers }
  const shared = process.env[SHARED_KAFKA]
  return shared === undefined ? null : askForKafka(shared)
}

/** What `KAFKA_BROKERS` says, or null. */
export const brokersNamed = (): string[] | null => {
  const named = process.env.KAFKA_BROKERS?.split(',').map(broker => broker.trim())
  const brokers = named?.filter(broker => broker !== '') ?? []
  return brokers.length === 0 ? null : brokers
}

/** By this the test run tells its test files where to ask. */
export const SHARED_KAFKA = 'MILLRACE_SHARED_KAFKA'

/** Whether a test may not skip for want of Kafka. */
export const kafkaIsRequired = (): boolean => process.env.MILLRACE_REQUIRE_KAFKA === '1'
