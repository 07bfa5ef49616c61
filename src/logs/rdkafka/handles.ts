/** Makes the client's handles as the log's options ask for them, connected. */
import { randomUUID } from 'node:crypto'
import type { KafkaConsumer, LibrdKafkaError, TopicPartition } from 'node-rdkafka'
import { AcknowledgedWriter } from './acknowledged-writer.ts'
import { connectClient, loadRdkafka, type Rdkafka } from './client.ts'
import { checkCompression, consumerConfigOf, FETCH_WAIT_MS, producerConfigOf } from './config.ts'
import { faultOf } from './faults.ts'
import type { PositionCommits } from './group-positions.ts'
import type { RdkafkaLogOptions } from './options.ts'
import { TransactionalWriter } from './transactional-writer.ts'
import type { Writer, WriterLimits } from './writer.ts'

export const openHandles = async (options: RdkafkaLogOptions): Promise<Handles> => {
  const client = await loadRdkafka()
  checkCompression(client.features, options.connection.compression)
  return new Handles(client, options)
}

const SESSION_TIMEOUT_MS = 10_000
const TRANSACTION_TIMEOUT_MS = 10_000
const RETRY_MS = 60_000
/** A member that has not been served for so long is put out of the group by the client itself. */
const MAX_POLL_INTERVAL_MS = 600_000

export interface MemberConfig {
  readonly group: string
  readonly strategy: 'cooperative-sticky' | 'range'
  readonly commits: PositionCommits
  onRebalance(event: LibrdKafkaError, partitions: TopicPartition[]): void
}

export class Handles {
  readonly options: RdkafkaLogOptions
  readonly #client: Rdkafka

  constructor(client: Rdkafka, options: RdkafkaLogOptions) {
    this.#client = client
    this.options = options
  }

  /**
   * A consumer of librdkafka needs a group's name, also where it takes part in none, and asks the
   * brokers for it. So it begins as the names that the application has rights for.
   */
  throwAwayGroup(): string {
    return `${this.options.connection.clientId ?? 'millrace'}-reader-${randomUUID()}`
  }

  /** A consumer that takes part in no group, and whose positions are its owner's. */
  async consumer(
    group: string,
    fetchWaitMs: number,
    commits?: PositionCommits,
  ): Promise<KafkaConsumer> {
    const { connection } = this.options
    const config = consumerConfigOf(connection, group, fetchWaitMs)
    const consumer = new this.#client.KafkaConsumer(
      commits ? { ...config, offset_commit_cb: commits.answered } : config,
      { 'auto.offset.reset': 'error' },
    )
    consumer.setDefaultConsumeTimeout(0)
    await connectClient(consumer, connection)
    return consumer
  }

  /** Sees records of open transactions as well. */
  async seer(): Promise<KafkaConsumer> {
    const { connection } = this.options
    const config = consumerConfigOf(connection, this.throwAwayGroup(), FETCH_WAIT_MS.impatient)
    const consumer = new this.#client.KafkaConsumer(
      { ...config, 'isolation.level': 'read_uncommitted' },
      {},
    )
    await connectClient(consumer, connection)
    return consumer
  }

  /** As long as brokers let a transaction open, and a little for them to notice. */
  get settleMs(): number {
    return 3 * this.#limits.transactionTimeoutMs
  }

  /** Not connected yet: its callbacks belong to whoever is being made with it. */
  member({ group, strategy, commits, onRebalance }: MemberConfig): KafkaConsumer {
    const { connection, groupInstanceId } = this.options
    return new this.#client.KafkaConsumer(
      {
        ...consumerConfigOf(connection, group, FETCH_WAIT_MS.patient),
        ...(this.options.groupProtocol === 'consumer'
          ? { 'group.protocol': 'consumer' }
          : this.#classic(strategy)),
        ...(groupInstanceId === undefined ? {} : { 'group.instance.id': groupInstanceId }),
        'max.poll.interval.ms': MAX_POLL_INTERVAL_MS,
        offset_commit_cb: commits.answered,
        rebalance_cb: onRebalance,
      },
      { 'auto.offset.reset': 'error' },
    )
  }

  #classic(strategy: MemberConfig['strategy']) {
    const sessionTimeoutMs = this.options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS
    return {
      'partition.assignment.strategy': strategy,
      'session.timeout.ms': sessionTimeoutMs,
      'heartbeat.interval.ms': Math.min(1_000, Math.floor(sessionTimeoutMs / 3)),
    }
  }

  async writer(): Promise<Writer> {
    const { guarantee } = this.options
    return guarantee === 'exactly-once' ? this.#transactional() : this.#acknowledged()
  }

  async #transactional(): Promise<Writer> {
    const { connection, transactionalId } = this.options
    const producer = new this.#client.Producer({
      ...producerConfigOf(connection),
      'transactional.id': transactionalId ?? `millrace-${randomUUID()}`,
      'transaction.timeout.ms': this.#limits.transactionTimeoutMs,
    })
    await connectClient(producer, connection)
    const writer = new TransactionalWriter(producer, connection, this.#limits)
    try {
      await writer.init()
      return writer
    } catch (error) {
      await writer.close()
      throw faultOf(connection, 'the transactional id', error as LibrdKafkaError)
    }
  }

  async #acknowledged(): Promise<Writer> {
    const { connection } = this.options
    const producer = new this.#client.Producer(
      { ...producerConfigOf(connection), dr_cb: true, 'delivery.report.only.error': true },
      { 'message.timeout.ms': this.#limits.retryMs },
    )
    await connectClient(producer, connection)
    return new AcknowledgedWriter(producer, connection, this.#limits)
  }

  get #limits(): WriterLimits {
    const { transactionTimeoutMs, retryMs, onFatal } = this.options
    return {
      transactionTimeoutMs: transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS,
      retryMs: retryMs ?? RETRY_MS,
      onFatal: onFatal ?? (() => {}),
    }
  }
}
