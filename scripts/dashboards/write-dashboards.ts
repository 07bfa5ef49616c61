/**
 * Writes the dashboards into `deploy/grafana/dashboards/`, one file each, named by its uid.
 *
 *   npx tsx scripts/dashboards/write-dashboards.ts           writes them
 *   npx tsx scripts/dashboards/write-dashboards.ts --check   fails where they are not what is said here
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dashboard, dashboardText } from './dashboard.ts'
import { fraudModelDashboard } from './fraud-model.ts'
import { fraudScoresDashboard } from './fraud-scores.ts'
import { lifecycleSegmentsDashboard } from './lifecycle-segments.ts'
import { operationsDashboard } from './operations.ts'
import { priceElasticitiesDashboard } from './price-elasticities.ts'
import { priceRecommendationsDashboard } from './price-recommendations.ts'
import { shipmentAlertsDashboard } from './shipment-alerts.ts'

const FOLDER = fileURLToPath(new URL('../../deploy/grafana/dashboards', import.meta.url))

const DASHBOARDS: readonly Dashboard[] = [
  operationsDashboard,
  lifecycleSegmentsDashboard,
  fraudScoresDashboard,
  fraudModelDashboard,
  priceElasticitiesDashboard,
  priceRecommendationsDashboard,
  shipmentAlertsDashboard,
]

/** The files as they should be: text by name. */
const wanted = (): Map<string, string> =>
  new Map(
    DASHBOARDS.map(each => [`${each.uid.replace('millrace-', '')}.json`, dashboardText(each)]),
  )

const present = (folder: string): Map<string, string> => {
  mkdirSync(folder, { recursive: true })
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  return new Map(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** A sentence for each file that is not as it should be. */
export const staleness = (folder = FOLDER): string[] => {
  const [should, is] = [wanted(), present(folder)]
  return [...new Set([...should.keys(), ...is.keys()])]
    .filter(name => should.get(name) !== is.get(name))
    .map(
      name =>
        `deploy/grafana/dashboards/${name} is not what scripts/dashboards/ say. Run ` +
        '`npx tsx scripts/dashboards/write-dashboards.ts`.',
    )
}

export const write = (folder = FOLDER): void => {
  const should = wanted()
  for (const name of present(folder).keys()) if (!should.has(name)) rmSync(join(folder, name))
  for (const [name, text] of should) writeFileSync(join(folder, name), text)
}

const check = (): void => {
  for (const stale of staleness()) {
    console.error(stale)
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) check()
  else write()
}
