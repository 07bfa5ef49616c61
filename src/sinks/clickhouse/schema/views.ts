/**
 * Makes the views of `deploy/clickhouse/views/` what their files say. Unlike a migration, such a file
 * may be edited: a view stores nothing, so its new text replaces the old one.
 *
 * The table `_views` has the text that was applied last. A view that is not there, or was made from
 * another text, is made anew; the others are left alone, so that a user who may not make views can
 * start on a database that is up to date. Where an older and a newer Millrace start in turn, the last
 * that started has its way.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from '../rows-of.ts'
import { migrationFailure } from './migration-refusals.ts'
import type { ViewFile } from './view-files.ts'

/** @returns those that were made or replaced. @throws MIGRATION_FAILED for one that is refused */
export const bringViews = async (
  client: ClickHouseClient,
  views: readonly ViewFile[],
): Promise<readonly ViewFile[]> => {
  if (views.length === 0) return []
  const applied = await appliedTexts(client)
  const changed = views.filter(({ name, checksum }) => applied.get(name) !== checksum)
  for (const view of changed) await bring(client, view)
  return changed
}

const bring = async (client: ClickHouseClient, view: ViewFile): Promise<void> => {
  try {
    await client.command({ query: view.statement })
  } catch (thrown) {
    throw migrationFailure(thrown, { file: view.file, statement: 1 })
  }
  await recordText(client, view)
}

/** The checksum of what each view was made from last, of views that are there. */
const appliedTexts = async (client: ClickHouseClient): Promise<ReadonlyMap<string, string>> => {
  await client.command({ query: TABLE })
  const rows = await rowsOf<{ name: string; checksum: string }>(
    client,
    `SELECT name, argMax(checksum, appliedAt) AS checksum
     FROM _views
     WHERE name IN (SELECT name FROM system.tables WHERE database = currentDatabase())
     GROUP BY name`,
  )
  return new Map(rows.map(({ name, checksum }) => [name, checksum]))
}

const recordText = async (
  client: ClickHouseClient,
  { name, checksum }: ViewFile,
): Promise<void> => {
  await client.insert({
    table: '_views',
    columns: ['name', 'checksum'],
    values: [{ name, checksum }],
    format: 'JSONEachRow',
  })
}

/** Without a deduplication window: a text that comes back is another row, however like the first. */
const TABLE = `
CREATE TABLE IF NOT EXISTS _views
(
    name String COMMENT 'Of the view, and of its file in deploy/clickhouse/views/.',
    checksum String COMMENT 'SHA-256 of the statement that made it.',
    appliedAt DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'By the clock of the server.'
)
ENGINE = MergeTree
ORDER BY (name, appliedAt)
SETTINGS non_replicated_deduplication_window = 0
COMMENT 'What the views of this database were made from. The last row of a view counts.'`
