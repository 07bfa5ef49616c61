import { memoryLog } from '../../../logs/memory-log.ts'
import { listTables } from '../../conformance/list-tables.ts'
import { sinkConformance } from '../../conformance.ts'

let now = Date.UTC(2026, 0, 1)

sinkConformance('tables that are lists', {
  openTables: async () => listTables(),
  openLog: durability => memoryLog({ wallNow: () => now++, durability }),
  schedules: 40,
})
