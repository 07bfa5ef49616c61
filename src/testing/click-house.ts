/**
 * A ClickHouse for tests: the server that `CLICKHOUSE_URL` names, in a database of the test's own, or
 * an embedded engine in a directory of its own.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '../chdb/embedded-click-house.ts'
import { addressOf, type ClickHouseAddress, clientOf } from '../sinks/clickhouse/client.ts'
import { migrate } from '../sinks/clickhouse/schema/migrations.ts'

export interface ClickHouseForTests {
  /** With a database that is there and empty. */
  readonly address: ClickHouseAddress
  /** For tests that kill it; null where it is a server. */
  readonly embedded: EmbeddedClickHouse | null
  /** Removes everything that was made. */
  stop(): Promise<void>
}

export const clickHouseForTests = async (): Promise<ClickHouseForTests> => {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const url = process.env.CLICKHOUSE_URL
  if (url === undefined || url === '') return embeddedWith(database)
  const address = { ...addressOf(url), database }
  await inDefault(address, `CREATE DATABASE ${database} ENGINE = Atomic`)
  const embedded = null
  return { address, embedded, stop: () => inDefault(address, `DROP DATABASE ${database} SYNC`) }
}

/** With the tables and views of `deploy/clickhouse/`, and a client of them. */
export interface MigratedClickHouse extends ClickHouseForTests {
  readonly client: ClickHouseClient
}

export const migratedClickHouse = async (): Promise<MigratedClickHouse> => {
  const clickHouse = await clickHouseForTests()
  await migrate(clickHouse.address)
  const client = clientOf(clickHouse.address)
  const stop = async (): Promise<void> => {
    await client.close()
    await clickHouse.stop()
  }
  return { ...clickHouse, client, stop }
}

const embeddedWith = async (database: string): Promise<ClickHouseForTests> => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-clickhouse-'))
  const clickHouse = await startEmbeddedClickHouse(directory)
  const { url, username, password } = clickHouse
  const address = { url, username, password, database }
  await inDefault(address, `CREATE DATABASE ${database} ENGINE = Atomic`)
  return {
    address,
    embedded: clickHouse,
    async stop() {
      await clickHouse.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const inDefault = async (address: ClickHouseAddress, query: string): Promise<void> => {
  const client = clientOf(address, 'default')
  try {
    await client.command({ query })
  } finally {
    await client.close()
  }
}
