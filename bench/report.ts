/**
 * One report in a process of its own: `node report.js <name>`. It is no cost, but how good something is;
 * it prints a table, and exits with 1 where that is not within the bounds that it states.
 */
import { elasticityGates } from './reports/elasticity-gates.ts'
import { fraudScenarios } from './reports/fraud-scenarios.ts'
import { priceLoop } from './reports/price-loop.ts'
import type { Report } from './reports/report.ts'

const REPORTS = {
  'elasticity-gates': elasticityGates,
  'price-loop': priceLoop,
  'fraud-scenarios': fraudScenarios,
} satisfies Record<string, Report>
export type ReportName = keyof typeof REPORTS

const report = REPORTS[process.argv[2] as ReportName]
process.exitCode = report(line => process.stdout.write(`${line}\n`)) ? 0 : 1
