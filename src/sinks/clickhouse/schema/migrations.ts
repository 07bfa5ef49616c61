/**
 * Brings a database up to the migrations of `deploy/clickhouse/`, in order, each once; then its views
 * up to those of `deploy/clickhouse/views/`.
 *
 * ClickHouse has no transactions, so a crash may leave a migration half done, and two processes may
 * be at it at the same time. Both are harmless: each statement may run again (`IF NOT EXISTS`), and a
 * migration is recorded after its last one, under a token that makes a second record none.
 */

import type { ClickHouseClient } from '@clickhouse/client'
import { type ClickHouseAddress, clientOf } from '../client.ts'
import { quoted } from '../quoted.ts'
import { MIGRATIONS_FOLDER, type Migration, readMigrations } from './migration-files.ts'
import { type AppliedMigration, appliedMigrations, recordMigration } from './migration-history.ts'
import { migrationFailure, refuseOtherHistory } from './migration-refusals.ts'
import { readViews } from './view-files.ts'
import { bringViews } from './views.ts'

export type { AppliedMigration } from './migration-history.ts'

export interface MigrateOptions {
  /** Called as each is done, for a line of progress. */
  readonly onApplied?: (migration: AppliedMigration) => void
  /** Where the files are; ends with `/`. */
  readonly folder?: URL
}

/**
 * Creates the database where it is missing, applies what was not applied yet, and makes the views
 * anew whose text is another one.
 *
 * @returns the migrations that this call applied; none where the database was up to date
 * @throws MIGRATION_CHANGED for a file that was edited after it was applied, DATA_VERSION for a
 *   database made by a newer Millrace, MIGRATION_FAILED for a statement that ClickHouse refuses,
 *   CLICKHOUSE_UNAVAILABLE where nobody answers
 */
export const migrate = async (
  address: ClickHouseAddress,
  { onApplied = () => {}, folder = MIGRATIONS_FOLDER }: MigrateOptions = {},
): Promise<readonly AppliedMigration[]> => {
  const migrations = readMigrations(folder)
  const views = readViews(folder)
  await withClient(clientOf(address, 'system'), client => createDatabase(client, address.database))
  return withClient(clientOf(address), async client => {
    const missing = await missingOf(client, migrations, address)
    for (const migration of missing) {
      await apply(client, migration)
      onApplied(migration)
    }
    await bringViews(client, views)
    return missing
  })
}

const withClient = async <T>(
  client: ClickHouseClient,
  use: (client: ClickHouseClient) => Promise<T>,
): Promise<T> => {
  try {
    return await use(client)
  } catch (thrown) {
    throw migrationFailure(thrown)
  } finally {
    await client.close()
  }
}

/** Asks first, so that a user who may not create databases can migrate one that is there. */
const createDatabase = async (client: ClickHouseClient, database: string): Promise<void> => {
  const found = await client.query({
    query: 'SELECT name FROM system.databases WHERE name = {database:String}',
    query_params: { database },
    format: 'JSONEachRow',
  })
  if ((await found.json()).length > 0) return
  await client.command({
    query: `CREATE DATABASE IF NOT EXISTS ${quoted(database)} ENGINE = Atomic`,
  })
}

const missingOf = async (
  client: ClickHouseClient,
  migrations: readonly Migration[],
  { database }: ClickHouseAddress,
): Promise<readonly Migration[]> => {
  const applied = await appliedMigrations(client)
  refuseOtherHistory(database, applied, migrations)
  return migrations.slice(applied.length)
}

const apply = async (client: ClickHouseClient, migration: Migration): Promise<void> => {
  for (const [at, query] of migration.statements.entries()) {
    try {
      await client.command({ query })
    } catch (thrown) {
      throw migrationFailure(thrown, { file: migration.name, statement: at + 1 })
    }
  }
  await recordMigration(client, migration)
}
