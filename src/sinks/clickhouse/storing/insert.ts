/** Rows into tables: where batches go, and how ClickHouse takes one whole or not at all. */
import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { SETTINGS } from '../client.ts'
import { quoted } from '../quoted.ts'
import { checkDeduplication } from '../schema/windows.ts'

export interface InsertBatch {
  readonly table: string
  /** Column names, in the order of the bytes. */
  readonly columns: readonly string[]
  /** Rows in RowBinary. Not changed before the insert has ended. */
  readonly bytes: Buffer
  readonly rows: number
  /** The same for the same rows, and for no others: what was stored under it is not stored again. */
  readonly token: string
  /** Gives the insert up. What became of it is then unknown. */
  readonly signal: AbortSignal
  /** Asked as the rows leave: where it says no, they stay, and the insert fails. */
  readonly isTimely?: () => boolean
}

export interface Destination {
  /** Fails where exactly-once could not be kept, with `DEDUPLICATION_OFF`. */
  check(): Promise<void>
  /** Resolves once the rows are stored, now or earlier under the same token. */
  insert(batch: InsertBatch): Promise<void>
}

/**
 * One batch is one block: a row that cannot be read then leaves nothing of its batch behind, and a
 * batch takes one place in the deduplication window. Larger than any batch may be.
 */
const ONE_BLOCK = {
  max_insert_block_size: '1048449',
  min_insert_block_size_rows: '1048449',
  min_insert_block_size_bytes: '268402944',
  input_format_parallel_parsing: 0,
} as const

export const clickHouseDestination = (client: ClickHouseClient, database: string): Destination => ({
  check: () => checkDeduplication(client, database),
  insert: async batch => {
    const { table, columns, token, signal } = batch
    const { stream } = await client.exec({
      query: `INSERT INTO ${quoted(database)}.${quoted(table)} (${columns.map(quoted).join(', ')}) FORMAT RowBinary`,
      values: Readable.from(bodyOf(batch), { objectMode: false }),
      clickhouse_settings: { ...SETTINGS, ...ONE_BLOCK, insert_deduplication_token: token },
      abort_signal: signal,
    })
    for await (const _ of stream) {
      // The answer to an insert is empty; it has to be read to its end.
    }
  },
})

/**
 * The insert did not leave: too long ago it was certain whose its rows are. ClickHouse was not asked, so
 * that this says nothing of it; where others are stored meanwhile, there is no more to it than a queue.
 */
export class InsertWaited extends Error {
  override readonly name = 'InsertWaited'
}

/** Connecting may take long, and a process may sleep meanwhile. */
function* bodyOf({ bytes, table, isTimely = () => true }: InsertBatch): Generator<Buffer> {
  if (!isTimely()) {
    throw new InsertWaited(`The insert into ${table} waited too long for its connection.`)
  }
  yield bytes
}
