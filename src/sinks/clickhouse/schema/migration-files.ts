/** Reads the migrations of `deploy/clickhouse/`: `0001_tables.sql` and so on. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { MillraceError } from '../../../engine/errors.ts'
import { statementsIn } from './migration-statements.ts'

export interface Migration {
  /** From 1, without a gap. */
  readonly number: number
  /** Of the file. */
  readonly name: string
  /** SHA-256 of the text, in hex, whatever a checkout makes of line ends. */
  readonly checksum: string
  readonly statements: readonly string[]
}

/** The same place from `src/sinks/clickhouse/` and from `dist/sinks/clickhouse/`. */
export const MIGRATIONS_FOLDER = new URL('../../../../deploy/clickhouse/', import.meta.url)

/** @param folder ends with `/` */
export const readMigrations = (folder: URL = MIGRATIONS_FOLDER): readonly Migration[] => {
  const migrations = readdirSync(folder)
    .filter(name => /^\d+_.*\.sql$/.test(name))
    .sort()
    .map(name => migrationOf(name, readFileSync(new URL(name, folder), 'utf8')))
  refuseGaps(migrations)
  return migrations
}

const migrationOf = (name: string, text: string): Migration => {
  const normalised = text.replaceAll('\r\n', '\n')
  return {
    number: Number.parseInt(name, 10),
    name,
    checksum: createHash('sha256').update(normalised).digest('hex'),
    statements: statementsIn(normalised),
  }
}

const refuseGaps = (migrations: readonly Migration[]): void => {
  for (const [at, { number, name }] of migrations.entries()) {
    if (number === at + 1) continue
    throw new MillraceError(
      'MIGRATION_FAILED',
      `${name} stands where migration ${at + 1} should: they count up from 1, without a gap and ` +
        'without the same number twice. Restore the missing file, or number the new one anew.',
    )
  }
}
