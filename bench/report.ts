/**
 * One report in a process of its own: `node report.js <name> [data]`. It is no cost, but how good something is;
 * it prints a table, and exits with 1 where that is not within the bounds that it states.
 */
import { elasticityGates } from './reports/elasticity-gates.ts'
import { fraudHandbook } from './reports/fraud-handbook.ts'
import { fraudScenarios } from './reports/fraud-scenarios.ts'
import { nab } from './reports/nab.ts'
import { priceLoop } from './reports/price-loop.ts'
import type { Report } from './reports/report.ts'

const REPORTS = {
  'elasticity-gates': elasticityGates,
  'price-loop': priceLoop,
  'fraud-scenarios': fraudScenarios,
  'fraud-handbook': fraudHandbook,
  nab,
} satisfies Record<string, Report>
export type ReportName = keyof typeof REPORTS

const [, , name, data] = process.argv
const report: Report = REPORTS[name as ReportName]
process.exitCode = (await report(line => process.stdout.write(`${line}\n`), data)) ? 0 : 1
