/** node-rdkafka as its own users would drive it: promises around its callbacks, and nothing more. */
import rdkafka from 'node-rdkafka'
import { brokers } from './broker.ts'

export type Producer = rdkafka.HighLevelProducer | rdkafka.Producer
export type Consumer = rdkafka.KafkaConsumer
export type Message = rdkafka.Message

type Callback<T> = (error: unknown, value?: T) => void

export const promised = <T>(call: (done: Callback<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as T)))
  })

const client = () => ({ 'metadata.broker.list': brokers(), 'broker.address.family': 'v4' }) as const
const CALL_TIMEOUT_MS = 30_000

/** Idempotent, compressed with lz4, delivery reports of failures alone: the settings of our own. */
export const openProducer = async (
  transactionalId?: string,
  lingerMs = 5,
): Promise<rdkafka.Producer> => {
  const producer = new rdkafka.Producer({
    ...client(),
    'enable.idempotence': true,
    'compression.codec': 'lz4',
    'linger.ms': lingerMs,
    'queue.buffering.max.messages': 1_000_000,
    'queue.buffering.max.kbytes': 1_048_576,
    dr_cb: true,
    'delivery.report.only.error': true,
    ...(transactionalId ? { 'transactional.id': transactionalId } : {}),
  })
  producer.on('delivery-report', error => {
    if (error) throw error
  })
  await promised(done => producer.connect({}, done))
  producer.setPollInterval(20)
  if (transactionalId) await promised(done => producer.initTransactions(CALL_TIMEOUT_MS, done))
  return producer
}

export const openConsumer = async (
  group: string,
  topics: string[],
  waitMs = 20,
): Promise<Consumer> => {
  const consumer = new rdkafka.KafkaConsumer(
    {
      ...client(),
      'group.id': group,
      'enable.auto.commit': false,
      'enable.auto.offset.store': false,
      'isolation.level': 'read_committed',
      'queued.min.messages': 100_000,
    },
    { 'auto.offset.reset': 'earliest' },
  )
  await promised(done => consumer.connect({}, done))
  consumer.setDefaultConsumeTimeout(waitMs)
  consumer.subscribe(topics)
  return consumer
}

export const taken = (consumer: Consumer, recordsMax: number): Promise<Message[]> =>
  promised(done => consumer.consume(recordsMax, done))

export const flushed = (producer: rdkafka.Producer): Promise<unknown> =>
  promised(done => producer.flush(CALL_TIMEOUT_MS, done))

export const closed = async (...clients: readonly (Producer | Consumer)[]): Promise<void> => {
  for (const client of clients) {
    await promised(done => (client as rdkafka.Producer).disconnect(done))
  }
}
