import { afterAll, beforeAll } from 'vitest'
import { memoryLog } from '../../../logs/memory-log.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../../testing/click-house.ts'
import { clickHouseTables } from '../../conformance/click-house-tables.ts'
import { sinkConformance } from '../../conformance.ts'

let server: ClickHouseForTests
beforeAll(async () => {
  server = await clickHouseForTests()
}, 60_000)
afterAll(() => server?.stop())

let now = Date.UTC(2026, 0, 1)

sinkConformance('ClickHouse', {
  openTables: async () => clickHouseTables(server.address),
  openLog: durability => memoryLog({ wallNow: () => now++, durability }),
  schedules: 12,
})
