/** Tables of a real ClickHouse, made as the migrations make them, for topics of the suite's own. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { AnyTopic } from '../../engine/topic.ts'
import { type ClickHouseAddress, clientOf } from '../clickhouse/client.ts'
import { quoted } from '../clickhouse/quoted.ts'
import { columnsOf, tableNameOf } from '../clickhouse/rows/columns.ts'
import { clickHouseDestination } from '../clickhouse/storing/insert.ts'
import type { TestedTables } from './tested-table.ts'

export const clickHouseTables = (address: ClickHouseAddress): TestedTables => {
  const client = clientOf(address)
  return {
    destination: clickHouseDestination(client, address.database),
    prepare: async topics => {
      for (const topic of topics) await createTable(client, topic)
    },
    rowsOf: topic => rowsOf(client, topic),
    close: () => client.close(),
  }
}

/** As the migrations make them; emptied, with its tokens, where it is there. */
const createTable = async (client: ClickHouseClient, topic: AnyTopic): Promise<void> => {
  const table = quoted(tableNameOf(topic))
  const columns = columnsOf(topic).map(({ name, type }) => `${quoted(name)} ${type}`)
  await client.command({
    query:
      `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(', ')}) ENGINE = MergeTree ` +
      'ORDER BY (_topic, _partition, _offset) SETTINGS non_replicated_deduplication_window = 1000',
  })
  await client.command({ query: `TRUNCATE TABLE ${table}` })
}

const rowsOf = async (client: ClickHouseClient, topic: AnyTopic): Promise<Buffer> => {
  const columns = columnsOf(topic).map(({ name }) => quoted(name))
  const query = `SELECT ${columns.join(', ')} FROM ${quoted(tableNameOf(topic))} FORMAT RowBinary`
  const { stream } = await client.exec({ query })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
