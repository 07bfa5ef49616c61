/** What `rdkafkaLog` is opened with. */
import type { KafkaConnection } from '../kafka/connection.ts'

export interface RdkafkaLogOptions {
  readonly connection: KafkaConnection
  readonly guarantee: 'exactly-once' | 'at-least-once'
  /**
   * Whose transactions these are: a process that opens the same id takes it over. Give each process
   * its own, and the same one after a restart. Default: a new one.
   */
  readonly transactionalId?: string
  /** After so long without a sign of life the group gives a member's partitions away. Default 10 s. */
  readonly sessionTimeoutMs?: number
  /** An open transaction is aborted by the broker after this. Default 10 s. */
  readonly transactionTimeoutMs?: number
  /** How long a commit is tried while brokers are away. Default 60 s. */
  readonly retryMs?: number
  /** `consumer` is KIP-848: its time-outs are the brokers' to set. Default `classic`. */
  readonly groupProtocol?: 'classic' | 'consumer'
  /** Static membership: a restart within the session keeps the partitions. */
  readonly groupInstanceId?: string
  /** The handle cannot be used any more, and the process should end. Default: the next call throws. */
  readonly onFatal?: (error: Error) => void
  readonly onRebalance?: (what: 'assigned' | 'revoked', topic: string, partitions: number) => void
}
