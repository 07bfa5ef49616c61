/**
 * Prints what `deploy/clickhouse/` lacks so that its tables are what the schemas say:
 *
 *   npx tsx scripts/write-table-migration.ts > 0007_what_is_new.sql
 *
 * Read it, then move it to `deploy/clickhouse/`, numbered after the last. A migration that may have
 * been applied somewhere is never edited.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { topicNamed } from '../src/events.ts'
import { readSchemaFiles } from './schema-files.ts'
import { tableMigration } from './table-migration.ts'

const SCHEMAS = fileURLToPath(new URL('../schemas', import.meta.url))
const MIGRATIONS = new URL('../deploy/clickhouse/', import.meta.url)

const migrations = readdirSync(MIGRATIONS)
  .filter(file => file.endsWith('.sql'))
  .sort()
  .map(file => readFileSync(new URL(file, MIGRATIONS), 'utf8'))
const missing = readSchemaFiles(SCHEMAS)
  .current.map(({ topic, doc }) => tableMigration(topicNamed(topic)!, doc, migrations))
  .filter(text => text !== '')
process.stdout.write(missing.join('\n'))
