import { afterAll, beforeAll } from 'vitest'
import { type ClickHouseForTests, clickHouseForTests } from '../../testing/click-house.ts'
import { clickHouseTables } from '../conformance/click-house-tables.ts'
import { sinkConformance } from '../conformance.ts'

let server: ClickHouseForTests
beforeAll(async () => {
  server = await clickHouseForTests()
}, 60_000)
afterAll(() => server?.stop())

sinkConformance('ClickHouse', async () => clickHouseTables(server.address), { schedules: 12 })
