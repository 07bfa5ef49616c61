/** The configuration that processes of a law run are started with, and the names that follow from it. */
import { stringify } from 'yaml'
import type { ClickHouseAddress } from '../../src/sinks/clickhouse/client.ts'
import { groupOf } from '../../src/sinks/clickhouse/storing/intents.ts'

export interface LawConfig {
  readonly application: string
  /** Slices, and partitions of the source topics. */
  readonly partitions: number
  readonly sessionTimeoutMs: number
  /**
   * Longer than the broker is ever away. Else the clock would pass over events whose producer could
   * not deliver them meanwhile, and they would be late: rightly, but then runs could not be compared.
   */
  readonly idleTimeoutMs: number
  readonly brokers: readonly string[]
  readonly json: readonly string[]
  readonly clickHouse: ClickHouseAddress
}

/** Of one process: each has a folder of its own. */
export const configText = (config: LawConfig, data: string): string =>
  stringify({
    application: config.application,
    data,
    // Snapshots are always being written, so that faults fall into that, too.
    snapshotBytesMin: 256 * 1024,
    processes: 1,
    partitions: config.partitions,
    guarantee: 'exactly-once',
    idleTimeoutMs: config.idleTimeoutMs,
    log: {
      client: 'rdkafka',
      brokers: config.brokers,
      sessionTimeoutMs: config.sessionTimeoutMs,
      // Whoever takes over waits for the open transaction of the dead.
      transactionTimeoutMs: config.sessionTimeoutMs,
    },
    topics: Object.fromEntries(config.json.map(name => [name, { format: 'json' }])),
    sinks: { clickhouse: config.clickHouse },
    http: { port: 0 },
  })

/** Holds the positions in everything that an application reads. */
export const consumerGroup = ({ application }: LawConfig): string => application

/** Holds how far tables are filled. */
export const sinkGroup = ({ application }: LawConfig): string => groupOf(application)
