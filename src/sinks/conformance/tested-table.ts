import type { AnyTopic } from '../../engine/topic.ts'
import type { MemoryLog } from '../../logs/memory-log.ts'
import type { Destination } from '../clickhouse/storing/insert.ts'

/** A destination under test, and a way to look into it. */
export interface TestedTables {
  readonly destination: Destination
  /** Makes the tables of these topics, empty, and forgets the tokens of what was in them. */
  prepare(topics: readonly AnyTopic[]): Promise<void>
  /** Every row of the topic's table in RowBinary, in whatever order. */
  rowsOf(topic: AnyTopic): Promise<Buffer>
  close(): Promise<void>
}

export type OpenTables = () => Promise<TestedTables>

/** A log in memory. With `on-flush`, a crash may lose the commits since the last flush. */
export type OpenLog = (durability: 'at-once' | 'on-flush') => MemoryLog

export interface Tested {
  readonly openTables: OpenTables
  readonly openLog: OpenLog
}
