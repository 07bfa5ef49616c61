import { listTables } from '../conformance/list-tables.ts'
import { sinkConformance } from '../conformance.ts'

sinkConformance('tables that are lists', async () => listTables(), { schedules: 40 })
