/**
 * Writes the SQL that brings the table of a topic up to its schema: `CREATE TABLE` where there is
 * none yet, else `ALTER TABLE … ADD COLUMN` for what is missing. A pure function of the topic, what
 * the topic is for, and the migrations that are there already.
 */
import type { AnyTopic } from '../src/engine/topic.ts'
import { type Column, columnsOf, tableNameOf } from '../src/sinks/clickhouse/rows/columns.ts'
import { statementsIn } from '../src/sinks/clickhouse/schema/migration-statements.ts'

/** @returns the empty text where nothing is missing */
export const tableMigration = (
  topic: AnyTopic,
  doc: string,
  migrations: readonly string[],
): string => {
  const present = columnsIn(migrations).get(tableNameOf(topic))
  return present === undefined ? createTable(topic, doc) : addColumns(topic, present)
}

const createTable = (topic: AnyTopic, doc: string): string =>
  [
    `CREATE TABLE IF NOT EXISTS ${tableNameOf(topic)}`,
    '(',
    columnsOf(topic)
      .map(column => `    ${definition(column)}`)
      .join(',\n'),
    ')',
    'ENGINE = MergeTree',
    `ORDER BY (${sortingKey(topic).join(', ')})`,
    'SETTINGS non_replicated_deduplication_window = 10000',
    `COMMENT ${quoted(doc)};`,
    '',
  ].join('\n')

const addColumns = (topic: AnyTopic, present: ReadonlySet<string>): string =>
  columnsOf(topic)
    .map((column, at, all) => ({ column, before: all[at - 1] }))
    .filter(({ column }) => !present.has(column.name))
    .map(({ column, before }) => {
      const place = before === undefined ? 'FIRST' : `AFTER \`${before.name}\``
      const added = `    ADD COLUMN IF NOT EXISTS ${definition(column)} ${place}`
      return `ALTER TABLE ${tableNameOf(topic)}\n${added};\n`
    })
    .join('\n')

/** Asked most is the history of a key; records set aside are looked up by where they lay. */
const sortingKey = ({ keyedBy, schema }: AnyTopic): readonly string[] => {
  const occurs = schema.fields.some(({ name }) => name === 'occurredAt')
  const subject = occurs ? [...keyedBy, 'occurredAt'] : ['topic', '`partition`', '`offset`']
  return [...subject, '_partition', '_offset']
}

const definition = ({ name, type, doc }: Column): string =>
  `\`${name}\` ${type} COMMENT ${quoted(doc)}${codec(type)}`

/**
 * Instants lie close together within a key, and whole numbers are small. Beyond that LZ4: to insert and
 * to merge takes a quarter less than with ZSTD, and a server can be told to compress older parts more.
 */
const codec = (type: string): string => {
  if (/^LowCardinality|^Bool/.test(type)) return ''
  if (/^(Nullable\()?DateTime64/.test(type)) return ' CODEC(Delta(8), LZ4)'
  if (/^(Nullable\()?U?Int/.test(type)) return ' CODEC(T64, LZ4)'
  return ''
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** By table. Reads what this program wrote: one column a line, its name in backquotes. */
const columnsIn = (migrations: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const tables = new Map<string, Set<string>>()
  for (const statement of migrations.flatMap(statementsIn)) {
    const table = /^(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) (\w+)/.exec(statement)?.[1]
    if (table === undefined) continue
    const columns = statement.matchAll(/^ +(?:ADD COLUMN IF NOT EXISTS )?`(\w+)`/gm)
    tables.set(table, new Set([...(tables.get(table) ?? []), ...[...columns].map(c => c[1]!)]))
  }
  return tables
}
