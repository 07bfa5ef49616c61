/** Real orders in tables: what SQL says of them, and what is said when somebody changes them by hand. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedClickHouse } from '../src/chdb/embedded-click-house.ts'
import { clientOf, DATABASE } from '../src/sinks/clickhouse/client.ts'
import { mill } from './mill.ts'
import { realData } from './temporary-folder.ts'

const data = realData('online-retail')
/** Each kind, and a million rows of tables; the others took three times as long. */
const PIPELINES = ['lifecycle-segments', 'journey-triggers', 'fraud-scores', 'demand-observations']

describe.skipIf(data.missing)(
  'Online Retail in ClickHouse (skipped where ../shared/data/online-retail is missing)',
  () => {
    let folder = ''
    let tables = ''

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'millrace-retail-tables-'))
      tables = join(folder, 'tables')
      const events = join(folder, 'events')
      const imported = await mill('import', 'online-retail', data.path, '--to', `ndjson:${events}`)
      expect(imported).toMatchObject({ code: 0 })
      const ends = ['--from', `ndjson:${events}`, '--to', `chdb:${tables}`]
      const asked = [...ends, '--pipelines', PIPELINES.join()]
      expect(await mill('replay', ...asked)).toMatchObject({ code: 0 })
    }, 180_000)
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const ask = async (sql: string): Promise<unknown[]> => {
      const { code, stdout, stderr } = await mill('query', sql, '--data', tables, '--json')
      expect(stderr + stdout.slice(0, code === 0 ? 0 : 2_000)).toBe('')
      return stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line))
    }

    /** As somebody would who has the password and means well. */
    const tamper = async (...statements: readonly string[]): Promise<void> => {
      const engine = await startEmbeddedClickHouse(join(tables, 'clickhouse'))
      const client = clientOf({ ...engine, database: DATABASE })
      for (const query of statements) {
        await client.command({ query, clickhouse_settings: { mutations_sync: '2' } })
      }
      await client.close()
      await engine.stop()
    }

    test('net revenue, invoices, customers and articles are those of the data', async () => {
      const [totals] = await ask(
        'SELECT sum(netMinor) / 100 AS net, toUInt32(sum(ordersPlaced)) AS placed FROM orders_per_minute',
      )
      expect(totals).toEqual({ net: 9_747_747.93, placed: 20_725 })
      const [counts] = await ask(
        `SELECT toUInt32(count()) AS invoices, toUInt32(uniqExact(userId)) AS customers,
           toUInt32(uniqExactArray(lines.sku)) AS articles FROM orders`,
      )
      expect(counts).toEqual({ invoices: 25_900, customers: 4_372, articles: 4_070 })
    })

    test('every order that was placed has its score, joined in SQL', async () => {
      const [joined] = await ask(
        `SELECT toUInt32(count()) AS scored FROM orders o JOIN fraud_scores s
           ON s.subjectId = o.orderId WHERE o.type = 'PLACED' AND s.subjectType = 'ORDER'`,
      )
      expect(joined).toEqual({ scored: 20_725 })
    })

    test('the tables are proved, and a row that was deleted or doubled by hand is named', async () => {
      const honest = await mill('reconcile', '--data', tables)
      expect(honest.stdout + honest.stderr).not.toMatch(/missing|doubled/)
      expect(honest.code).toBe(0)
      await tamper(
        'ALTER TABLE orders DELETE WHERE _offset = 1234',
        'INSERT INTO fraud_scores SELECT * FROM fraud_scores WHERE _offset = 77',
      )
      const found = await mill('reconcile', '--data', tables)
      expect(found.code).toBe(1)
      expect(found.stdout).toMatch(/orders 0@1234.*missing/)
      expect(found.stdout).toMatch(/fraud_scores 0@77.*doubled/)
    })
  },
)
