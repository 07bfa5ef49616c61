/** One measurement in a process of its own: `node child.js <measurement> <directory> [arguments]`. */
import { calibrationNs } from './calibration.ts'
import type { Measured } from './figure.ts'
import { alertsAlone, alertsMemory } from './measures/alerts.ts'
import { elasticityAlone } from './measures/elasticity.ts'
import { elasticityKeys } from './measures/elasticity-keys.ts'
import { elasticityStages } from './measures/elasticity-stages.ts'
import { bothEndToEnd, lifecycleEndToEnd, lightEndToEnd } from './measures/end-to-end.ts'
import { fraudOrders } from './measures/fraud.ts'
import { fraudLatency } from './measures/fraud-latency.ts'
import { kafkaLatency } from './measures/kafka-latency.ts'
import { kafkaRebalance } from './measures/kafka-rebalance.ts'
import { kafkaRestore } from './measures/kafka-restore.ts'
import { kafkaThroughput } from './measures/kafka-throughput.ts'
import { buildKeys, restoreKeys } from './measures/keys.ts'
import { linkGraph } from './measures/link-graph.ts'
import { refit } from './measures/refit.ts'
import { refitParts } from './measures/refit-parts.ts'
import { stages } from './measures/stages.ts'
import { fourWithoutTables, fourWithTables, freshness, rowsIntoTables } from './measures/tables.ts'

const MEASURES = {
  stages,
  lightEndToEnd,
  lifecycleEndToEnd,
  bothEndToEnd,
  alertsAlone,
  alertsMemory,
  elasticityAlone,
  elasticityKeys,
  fraudOrders,
  fraudLatency,
  elasticityStages,
  linkGraph,
  buildKeys,
  restoreKeys,
  rowsIntoTables,
  fourWithoutTables,
  fourWithTables,
  freshness,
  kafkaThroughput,
  kafkaLatency,
  kafkaRestore,
  kafkaRebalance,
  refit,
  refitParts,
}
export type MeasureName = keyof typeof MEASURES

const [name, dir, ...rest] = process.argv.slice(2)
const measure = MEASURES[name as MeasureName]
const before = calibrationNs()
const figures = await measure(dir!, ...(rest as [string, string, string]))
const measured: Measured = { figures, calibrationNs: Math.min(before, calibrationNs()) }
process.stdout.write(JSON.stringify(measured))
