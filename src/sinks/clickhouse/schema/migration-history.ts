/** The table `_migrations`: which migrations a database has had. */
import type { ClickHouseClient } from '@clickhouse/client'

export interface AppliedMigration {
  readonly number: number
  /** Of its file, such as `0001_tables.sql`. */
  readonly name: string
  /** SHA-256 of its file when it was applied. */
  readonly checksum: string
}

/** In order of their numbers. Makes the table where it is missing. */
export const appliedMigrations = async (
  client: ClickHouseClient,
): Promise<readonly AppliedMigration[]> => {
  await client.command({ query: TABLE })
  const answer = await client.query({
    query: 'SELECT DISTINCT number, name, checksum FROM _migrations ORDER BY number',
    format: 'JSONEachRow',
  })
  return answer.json<AppliedMigration>()
}

/** A second process that records the same migration adds no row: the token is the same. */
export const recordMigration = async (
  client: ClickHouseClient,
  { number, name, checksum }: AppliedMigration,
): Promise<void> => {
  await client.insert({
    table: '_migrations',
    columns: ['number', 'name', 'checksum'],
    values: [{ number, name, checksum }],
    format: 'JSONEachRow',
    clickhouse_settings: { insert_deduplication_token: `migration:${number}:${checksum}` },
  })
}

const TABLE = `
CREATE TABLE IF NOT EXISTS _migrations
(
    number UInt32 COMMENT 'Counts up from 1.',
    name String COMMENT 'The file in deploy/clickhouse/.',
    checksum String COMMENT 'SHA-256 of that file.',
    appliedAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'By the clock of the server.'
)
ENGINE = MergeTree
ORDER BY number
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'The migrations that made this database.'`
