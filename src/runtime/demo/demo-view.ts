/** What the demo says on a terminal. */
import { numberText } from '../command-line/table.ts'
import type { DemoStatus, Quantiles } from './demo-status.ts'

export interface DemoPlaces {
  readonly data: string
  /** Options with which `millrace query` asks this ClickHouse, after a blank; or nothing. */
  readonly asking: string
  /** Of the HTTP server. */
  readonly url: string
  /** Where ClickHouse listens, null where the demo runs without. */
  readonly clickHouse: string | null
  /** Where its password is, null where it is not ours. */
  readonly passwordFile: string | null
}

/** To be pasted while it runs, from the folder where it was started. */
export const QUERIES: readonly string[] = [
  'SELECT minute, market, ordersPlaced, netMinor FROM orders_per_minute ORDER BY minute DESC LIMIT 10',
  'SELECT sku, market, status, round(elasticity, 2) AS elasticity, round(p05, 2) AS p05, round(p95, 2) AS p95 FROM elasticities_now ORDER BY sd LIMIT 10',
  'SELECT subjectId, round(score, 3) AS score, action, reasons.detail FROM fraud_scores ORDER BY score DESC LIMIT 5',
]

export const beginningOf = (places: DemoPlaces, rate: number, seed: number): string =>
  [
    `Millrace demo: a simulated shop (seed ${seed}), ${numberText(rate)} events/s, in ${places.data}.`,
    'The shop draws its prices itself: it follows no recommendation, and is there to learn from.',
    '',
    ...whereToLook(places),
    '',
    ...(places.clickHouse === null ? [] : ['  Ask it, in another terminal:', ...questions(places)]),
    '',
  ].join('\n')

const whereToLook = ({ url, clickHouse, passwordFile }: DemoPlaces): string[] => [
  `  Status and metrics   ${url}  (/status, /metrics, /healthz, /readyz)`,
  ...(clickHouse === null
    ? ['  Without ClickHouse: results are in the log alone.']
    : [
        `  ClickHouse           ${clickHouse}${passwordFile === null ? '' : `, user default, password in ${passwordFile}`}`,
      ]),
]

const questions = ({ asking }: DemoPlaces): string[] =>
  QUERIES.map(query => `    npx millrace query${asking} "${query}"`)

/** For a terminal that is watched; written over each second. */
export const statusBlock = (status: DemoStatus): string[] => [
  `  ${phaseText(status)}`,
  `  ${cell('taken in', 14)}${right(numberText(status.records), 12)} records ${right(numberText(status.recordsPerSecond), 9)}/s ${right(status.commitsPerSecond.toFixed(1), 7)} commits/s   since this start`,
  `  ${cell('log → result', 14)}${spanTexts(status.freshness.logToResultMs)}   over the last 10 s`,
  ...clickHouseLines(status),
  '',
  '  results, over all of its life',
  ...Object.entries(status.results).map(
    ([topic, count]) => `  ${cell(topic, 20)}${right(numberText(count), 12)}`,
  ),
  '',
  '  Ctrl-C ends it; the same command goes on from there.',
]

/** For a log file: all in one line. */
export const statusLine = (status: DemoStatus): string => {
  const { freshness, clickHouse } = status
  const results = Object.entries(status.results).map(([topic, n]) => `${topic} ${numberText(n)}`)
  return [
    phaseText(status),
    `since this start ${numberText(status.records)} records, ${numberText(status.recordsPerSecond)}/s`,
    `log to result ${spanTexts(freshness.logToResultMs).trim()}`,
    ...(clickHouse
      ? [
          `log to table ${spanTexts(freshness.logToTableMs).trim()}, ${numberText(clickHouse.rows)} rows since this start`,
        ]
      : []),
    `results, over all of its life: ${results.join(', ')}`,
  ].join(' | ')
}

export const endingOf = (status: DemoStatus): string => {
  const rows = status.clickHouse
    ? `, ${numberText(status.clickHouse.rows)} rows stored in ClickHouse`
    : ''
  const results = Object.entries(status.results).map(([topic, n]) => `  ${topic} ${numberText(n)}`)
  return [
    `Since this start: ${numberText(status.records)} records taken in, in ` +
      `${numberText(status.commits)} commits${rows}. ` +
      'All that was sent is computed and stored; the same command goes on from here.',
    'Results, over all of its life:',
    ...results,
  ].join('\n')
}

const phaseText = ({ phase, backlogRecords, behindMs }: DemoStatus): string => {
  if (phase === 'history') return 'loading sixty days of history'
  if (backlogRecords > 5_000) return `live, ${numberText(backlogRecords)} records waiting`
  if (behindMs > 2_000) return `live, ${Math.round(behindMs / 1_000)} s behind: lower --rate`
  return 'live'
}

const clickHouseLines = ({ clickHouse, freshness }: DemoStatus): string[] => {
  if (clickHouse === null) return []
  const { rows, lagRecords, restarts, retrying } = clickHouse
  const restarted = restarts > 0 ? `   restarted ${restarts} times` : ''
  return [
    `  ${cell('log → table', 14)}${spanTexts(freshness.logToTableMs)}   ${numberText(rows)} rows since this start, ${numberText(lagRecords)} waiting${restarted}`,
    ...retrying.map(table => `  trying again: ${table}`),
  ]
}

const spanTexts = ({ p50, p99 }: Quantiles): string =>
  `${right(spanText(p50), 8)} p50 ${right(spanText(p99), 8)} p99`

const spanText = (spanMs: number | null): string => {
  if (spanMs === null) return '–'
  return spanMs < 10_000 ? `${spanMs} ms` : `${Math.round(spanMs / 1_000)} s`
}

const cell = (text: string, width: number): string => text.padEnd(width)
const right = (text: string, width: number): string => text.padStart(width)
