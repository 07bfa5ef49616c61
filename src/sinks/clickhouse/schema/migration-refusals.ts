/** When a database cannot be migrated, and what is to be done about it. */

import { ClickHouseError } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import { isOfNetwork } from '../network-errors.ts'
import type { Migration } from './migration-files.ts'
import type { AppliedMigration } from './migration-history.ts'

/** @throws unless what was applied is what the first of our migrations say */
export const refuseOtherHistory = (
  database: string,
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
): void => {
  for (const [at, { number, name, checksum }] of applied.entries()) {
    const ours = known[number - 1]
    if (ours === undefined) throw newer(database, name, known.at(-1))
    if (number !== at + 1) throw gap(database, name, at + 1)
    if (ours.name !== name || ours.checksum !== checksum) throw edited(database, name, ours)
  }
}

const newer = (database: string, name: string, last: Migration | undefined): MillraceError =>
  new MillraceError(
    'DATA_VERSION',
    `the database ${database} was made by a newer millrace: it has had ${name}, and this one ` +
      `knows migrations up to ${last?.name ?? 'none'}. Upgrade millrace, or name another database.`,
  )

const gap = (database: string, name: string, missing: number): MillraceError =>
  new MillraceError(
    'MIGRATION_CHANGED',
    `the database ${database} has had ${name}, but not migration ${missing} before it. ` +
      'Give the migration that came in between a number after the last, or name another database.',
  )

const edited = (database: string, name: string, ours: Migration): MillraceError =>
  new MillraceError(
    'MIGRATION_CHANGED',
    `deploy/clickhouse/${ours.name} is not the file ${name} that the database ${database} was ` +
      'made with. Restore the file as it was, and put what is new into a migration after the last.',
  )

/** Where a migration stopped. */
export interface Place {
  /** In `deploy/clickhouse/`. */
  readonly file: string
  /** From 1. */
  readonly statement: number
}

/** What ClickHouse or the network said, as an error of the house; others go through as they are. */
export const migrationFailure = (thrown: unknown, place?: Place): unknown => {
  if (thrown instanceof ClickHouseError) return refused(thrown, place)
  return isOfNetwork(thrown) ? unanswered(thrown) : thrown
}

const unanswered = (cause: NodeJS.ErrnoException): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    `ClickHouse does not answer (${cause.code ?? cause.message}). Start it, or correct its ` +
      'address, and migrate again; what was done already does no harm.',
    { cause },
  )

const refused = (cause: ClickHouseError, place: Place | undefined): MillraceError => {
  const where = place ? `statement ${place.statement} of ${place.file}` : 'to migrate'
  return new MillraceError(
    'MIGRATION_FAILED',
    `ClickHouse refused ${where}: ${cause.message} (code ${cause.code}, ${cause.type}). Mend ` +
      'what it names and migrate again; what was done already does no harm.',
    { cause },
  )
}
