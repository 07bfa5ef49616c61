/** librdkafka's configuration of a connection, and of the handles made with it. */
import type { ConsumerGlobalConfig, ProducerGlobalConfig } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaCompression, KafkaConnection, KafkaTls } from '../kafka/connection.ts'

const protocolOf = ({ tls, sasl }: KafkaConnection) => {
  if (sasl) return tls ? 'sasl_ssl' : 'sasl_plaintext'
  return tls ? 'ssl' : 'plaintext'
}

const tlsOf = ({ ca, cert, key, passphrase, rejectUnauthorized }: KafkaTls) => ({
  ...(ca === undefined ? {} : { 'ssl.ca.pem': ca }),
  ...(cert === undefined ? {} : { 'ssl.certificate.pem': cert }),
  ...(key === undefined ? {} : { 'ssl.key.pem': key }),
  ...(passphrase === undefined ? {} : { 'ssl.key.password': passphrase }),
  ...(rejectUnauthorized === false ? { 'enable.ssl.certificate.verification': false } : {}),
})

const saslOf = (sasl: NonNullable<KafkaConnection['sasl']>) =>
  sasl.mechanism === 'OAUTHBEARER'
    ? { 'sasl.mechanisms': sasl.mechanism }
    : {
        'sasl.mechanisms': sasl.mechanism,
        'sasl.username': sasl.username,
        'sasl.password': sasl.password,
      }

export const rdkafkaConfigOf = (connection: KafkaConnection) =>
  ({
    'metadata.broker.list': connection.brokers.join(','),
    'client.id': connection.clientId ?? 'millrace',
    'security.protocol': protocolOf(connection),
    ...(typeof connection.tls === 'object' ? tlsOf(connection.tls) : {}),
    ...(connection.sasl ? saslOf(connection.sasl) : {}),
    'socket.keepalive.enable': true,
    'reconnect.backoff.max.ms': 2_000,
    // A broker that closes an idle connection is no fault.
    'log.connection.close': false,
  }) as const

/** A record larger than the topic allows is refused by the broker, which knows the limit. */
const MESSAGE_BYTES_MAX = 100_000_000

export const producerConfigOf = (connection: KafkaConnection): ProducerGlobalConfig => ({
  ...rdkafkaConfigOf(connection),
  'enable.idempotence': true,
  'compression.codec': connection.compression ?? 'lz4',
  'linger.ms': 5,
  'message.max.bytes': MESSAGE_BYTES_MAX,
  'queue.buffering.max.messages': 500_000,
  'queue.buffering.max.kbytes': 512 * 1024,
})

/**
 * How long a fetch that finds nothing may wait at the broker. Whatever else is asked over the same
 * connection waits behind it, so who asks and reads in turn has little patience.
 */
export const FETCH_WAIT_MS = { patient: 100, impatient: 5 } as const

/** Reads whole transactions, at positions of our own, and reports where partitions end. */
export const consumerConfigOf = (
  connection: KafkaConnection,
  groupId: string,
  fetchWaitMs: number,
): ConsumerGlobalConfig => ({
  ...rdkafkaConfigOf(connection),
  'group.id': groupId,
  'isolation.level': 'read_committed',
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  'enable.partition.eof': true,
  'allow.auto.create.topics': false,
  'check.crcs': false,
  'fetch.wait.max.ms': fetchWaitMs,
  'fetch.error.backoff.ms': 100,
  // A partition whose queue was full is looked at again so soon; a second, otherwise.
  'fetch.queue.backoff.ms': 10,
  'queued.min.messages': 20_000,
  'queued.max.messages.kbytes': 32 * 1024,
  'receive.message.max.bytes': MESSAGE_BYTES_MAX + 1_000_000,
})

/** Compressions that this build of librdkafka can write. Fails with `CONFIG_INVALID`. */
export const checkCompression = (
  features: readonly string[],
  compression: KafkaCompression | undefined,
): void => {
  if (!compression || compression === 'none') return
  if (features.includes(compression)) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `node-rdkafka was built without ${compression}. Choose lz4, or install ` +
      `${compression === 'zstd' ? 'libzstd-dev' : 'zlib1g-dev'} and then node-rdkafka again.`,
  )
}
