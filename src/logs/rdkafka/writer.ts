/** What the log commits through; there is one for each guarantee. */
import type { KafkaConsumer } from 'node-rdkafka'
import type { Commit, Position } from '../log.ts'
import type { PositionCommits } from './group-positions.ts'

/** Positions of a group, and on whose behalf they are committed. */
export interface ConsumedBy {
  readonly group: string
  readonly positions: readonly Position[]
  readonly consumer: KafkaConsumer
  readonly commits: PositionCommits
  /** Whether the same may be sent again: the group has taken nothing from this member meanwhile. */
  mayRepeat(): boolean
  /**
   * Whether the group has taken everything, so that the commit must not stand. Asked when the
   * positions are sent: who joins after that waits for the transaction before it reads positions.
   */
  isLost(): Promise<boolean>
}

export interface Writer {
  /** Calls do not overlap. */
  write(commit: Commit, consumed: ConsumedBy | null): Promise<void>
  close(): Promise<void>
}

export interface WriterLimits {
  readonly transactionTimeoutMs: number
  /** How long brokers may be away before a commit is given up. */
  readonly retryMs: number
  onFatal(error: Error): void
}
